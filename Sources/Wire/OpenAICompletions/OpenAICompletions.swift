public import Chat

/// OpenAI's older Completions on the wire, the server's side: a prompt in, its continuation out.
///
/// Models of today are asked in chats, so a prompt is one message of the user's. What only the older models had is
/// refused plainly: `suffix`, several choices (`n`, `best_of`), prompts as tokens.
///
/// Source: OpenAI, API reference, Completions (legacy), and the official Python SDK's types.
public enum OpenAICompletions {
    /// A request as a client sent it.
    public struct ReceivedRequest: Sendable {
        /// One a prompt, in the order of the prompts; not empty.
        public var requests: [ChatRequest]
        /// Whether a stream shall end with a chunk of usage.
        public var includesUsage: Bool
        /// Whether each text shall begin with its prompt.
        public var echoes: Bool
    }

    /// Most prompts of one request.
    public static let maximumPrompts = 128

    /// Reads the body of a request.
    /// - Throws: `ChatError.invalidRequest`, whose message names the member and what was found there.
    public static func readRequest(_ bytes: [UInt8]) throws(ChatError) -> ReceivedRequest {
        let reader = try RequestReader(bytes)
        let model = try reader.requiredText("model")
        for key in ["n", "best_of"] {
            guard let count = try reader.integer(key), count != 1 else { continue }
            throw ChatError(.invalidRequest, "\(key): one choice a prompt is given, found \(count)")
        }
        if reader.body.present("suffix") != nil {
            throw ChatError(.invalidRequest, "suffix: chat models insert no text; leave it out")
        }
        let prompts = try reader.prompts()
        var shared = ChatRequest(model: model, messages: [], parameters: try reader.parameters())
        shared.stream = try reader.bool("stream") ?? false
        guard !shared.stream || prompts.count == 1 else {
            throw ChatError(.invalidRequest, "prompt: a stream takes one prompt, found \(prompts.count)")
        }
        shared.extra = reader.extra(besides: knownKeys)
        if let count = try reader.integer("logprobs"), count >= 0 {
            shared.extra["logprobs"] = true
            if count > 0 { shared.extra["top_logprobs"] = .number(count) }
        }
        let requests = prompts.map { prompt in
            var request = shared
            request.messages = [Message(.user, prompt)]
            return request
        }
        return ReceivedRequest(
            requests: requests,
            includesUsage: reader.body["stream_options"]?["include_usage"]?.boolValue ?? false,
            echoes: try reader.bool("echo") ?? false)
    }

    private static let knownKeys: Set<String> = [
        "model", "prompt", "suffix", "n", "best_of", "temperature", "top_p", "max_tokens", "max_completion_tokens",
        "stop", "seed", "presence_penalty", "frequency_penalty", "stream", "stream_options", "logprobs", "echo",
    ]

    /// The body of a full answer: a choice a reply, the usages added up.
    /// - Parameters:
    ///   - prompts: what each text begins with where the client wants its prompts again; as many as replies, or none.
    ///   - id: "cmpl-…".
    ///   - created: seconds since 1970.
    public static func printReply(
        _ replies: [ChatReply], prompts: [String] = [], id: String, created: Int, model: String
    ) -> [UInt8] {
        var out = ObjectWriter()
        out.write("id", .string(id))
        out.write("object", "text_completion")
        out.write("created", .number(created))
        out.write("model", .string(model))
        let choices = replies.enumerated().map { index, reply in
            let prompt = prompts.indices.contains(index) ? prompts[index] : ""
            return choice(
                prompt + reply.text, index: index, reason: reply.finishReason,
                logprobs: logprobs(reply.logprobs, offset: prompt.unicodeScalars.count))
        }
        out.write("choices", .array(choices))
        if let usage = TokenUsage.sum(of: replies.map(\.usage)) { out.write("usage", OpenAIChat.printUsage(usage)) }
        return out.finished()
    }

    private static func choice(
        _ text: String, index: Int = 0, reason: ChatReply.FinishReason?, logprobs: JSONValue = .null
    ) -> JSONValue {
        [
            "text": .string(text), "index": .number(index), "logprobs": logprobs,
            "finish_reason": reason.map { .string(spelling(of: $0)) } ?? .null,
        ]
    }

    /// Completions know no calls of tools.
    private static func spelling(of reason: ChatReply.FinishReason) -> String {
        OpenAIChat.spelling(of: reason == .tool ? .stop : reason)
    }

    /// Log probabilities in the older shape: four lists.
    /// - Parameter offset: where the first token begins in the text, in Unicode scalars.
    private static func logprobs(_ tokens: [JSONValue], offset: Int) -> JSONValue {
        guard !tokens.isEmpty else { return .null }
        var offsets: [JSONValue] = []
        var place = offset
        for token in tokens {
            offsets.append(.number(place))
            place += (token["token"]?.stringValue ?? "").unicodeScalars.count
        }
        let tops = tokens.map { token in
            JSONValue.object(
                (token["top_logprobs"]?.arrayValue ?? []).compactMap { top in
                    top["token"]?.stringValue.map { .init(key: $0, value: top["logprob"] ?? .null) }
                })
        }
        return [
            "tokens": .array(tokens.map { $0["token"] ?? "" }),
            "token_logprobs": .array(tokens.map { $0["logprob"] ?? .null }),
            "top_logprobs": .array(tops), "text_offset": .array(offsets),
        ]
    }

    /// Prints the chunks of one streamed answer: pieces of text, then `finish`, then, where usage is asked for,
    /// `usage`; then `OpenAIChat.doneData`.
    public struct ChunkPrinter: Sendable {
        private let head: [JSONValue.Member]

        public init(id: String, created: Int, model: String) {
            head = [
                .init(key: "id", value: .string(id)), .init(key: "object", value: "text_completion"),
                .init(key: "created", value: .number(created)), .init(key: "model", value: .string(model)),
            ]
        }

        public func text(_ text: String) -> [UInt8] { chunk([choice(text, reason: nil)]) }

        public func finish(_ reason: ChatReply.FinishReason) -> [UInt8] { chunk([choice("", reason: reason)]) }

        /// The last chunk where usage was asked for; unknown usage is null.
        public func usage(_ usage: TokenUsage?) -> [UInt8] {
            chunk([], [.init(key: "usage", value: usage.map(OpenAIChat.printUsage) ?? .null)])
        }

        private func chunk(_ choices: [JSONValue], _ more: [JSONValue.Member] = []) -> [UInt8] {
            JSONValue.object(head + [.init(key: "choices", value: .array(choices))] + more).bytes
        }
    }
}

extension TokenUsage {
    /// The tokens of several calls together; nil where one of them is unknown.
    static func sum(of usages: [TokenUsage?]) -> TokenUsage? {
        let known = usages.compactMap(\.self)
        guard known.count == usages.count, let first = known.first else { return nil }
        guard known.count > 1 else { return first }
        func total(_ count: (TokenUsage) -> Int) -> Int { known.reduce(0) { $0 + count($1) } }
        return TokenUsage(
            inputFresh: total(\.inputFresh), cacheRead: total(\.cacheRead), cacheWrite5m: total(\.cacheWrite5m),
            cacheWrite1h: total(\.cacheWrite1h), outputText: total(\.outputText), reasoning: total(\.reasoning))
    }
}

extension RequestReader {
    fileprivate func prompts() throws(ChatError) -> [String] {
        guard let value = body.present("prompt") else { throw ChatError(.invalidRequest, "prompt: required") }
        if let text = value.stringValue { return [text] }
        guard let items = value.arrayValue, !items.isEmpty else {
            throw wrong("prompt", "a string or a list that is not empty", value)
        }
        guard items.count <= OpenAICompletions.maximumPrompts else {
            throw ChatError(
                .invalidRequest,
                "prompt: at most \(OpenAICompletions.maximumPrompts) prompts are taken, found \(items.count)")
        }
        var prompts: [String] = []
        for (index, item) in items.enumerated() {
            guard let text = item.stringValue else {
                if item.intValue != nil || item.arrayValue != nil {
                    throw ChatError(.invalidRequest, "prompt[\(index)]: texts are taken, not tokens")
                }
                throw wrong("prompt[\(index)]", "a string", item)
            }
            prompts.append(text)
        }
        return prompts
    }
}
