import Chat

/// What a request in OpenAI's shape may say that other dialects have no word for.
enum ForeignMembers {
    /// OpenAI's own members besides those that `ChatRequest` types. Another dialect translates or leaves them out;
    /// members that stand neither here nor there are the vendor's own and go on as they are.
    static let openAI: Set<String> = [
        "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens",
        "metadata", "modalities", "moderation", "n", "parallel_tool_calls", "prediction", "presence_penalty",
        "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "reasoning_effort", "safety_identifier",
        "seed", "service_tier", "store", "stream", "stream_options", "top_logprobs", "user", "verbosity",
        "web_search_options",
    ]

    /// Whether a member of OpenAI's says only what holds without it.
    static func saysNothing(_ key: String, _ value: JSONValue) -> Bool {
        switch (key, value) {
        case (_, .null): true
        case ("n", let value): value.intValue == 1
        case ("logprobs", .bool(false)), ("store", .bool(false)), ("parallel_tool_calls", .bool(true)): true
        case ("service_tier", "auto"), ("service_tier", "default"): true
        case ("modalities", ["text"]): true
        case ("stream", _), ("stream_options", _): true
        default: false
        }
    }
}
