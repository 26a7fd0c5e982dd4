/// Fixed texts in a prompt that words do not make: frames of chats, and places that data could be sent to.
struct PromptMark: OptionSet, Sendable {
    let rawValue: UInt8

    /// What frames turns in the templates of models.
    static let template = PromptMark(rawValue: 1)
    /// What looks like the end of one part of a prompt or the begin of another.
    static let roleTag = PromptMark(rawValue: 2)
    static let destination = PromptMark(rawValue: 4)

    /// All that stand in a text in small letters.
    static func all(in bytes: [UInt8]) -> PromptMark { PromptMark(rawValue: phrases.tags(in: bytes)) }

    private static let phrases = PhraseSet([
        (template.rawValue, templates), (roleTag.rawValue, roleTags), (destination.rawValue, destinations),
    ])

    private static let templates = [
        "<|im_start|>", "<|im_end|>", "<|system", "<|user", "<|assistant", "<|end", "<<sys>>", "[inst]", "[/inst]",
        "[system]",
        "[/system]", "<start_of_turn>", "### instruction", "### system", "### new instruction", "begin system",
        "end of user input",
        "end of prompt", "end of system", "</system", "<|eot_id|>", "<|start_header_id|>", "system override",
        "[system message]",
    ]

    private static let roleTags = [
        "\nsystem:", "\n\nassistant:", "<system>", "\"role\": \"system\", \"content\"",
        "\"role\":\"system\",\"content\"",
        "</answer>", "</user>", "</input>", "</document>", "</context>", "> system:", ". system:", "'role': 'system'",
        "</prompt>",
    ]

    private static let destinations = ["http://", "https://", "@", "![", "below", "abaixo", "siguiente"]
}
