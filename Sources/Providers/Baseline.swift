/// A simple, offline way to answer that real systems are compared with: one that does not beat it has learned nothing.
///
/// A baseline is one file in `Baselines/`, with its test, and one line in `all`. All are deterministic and cost
/// nothing.
public struct Baseline: Sendable {
    /// The baselines, sorted by name.
    public static let all: [Baseline] = [
        .constant,
        .echo,
        .extractiveQA,
        .lead1,
        .lead3,
        .textRank,
        .textRank3,
    ]

    /// What stands after `baseline/`.
    public let name: String
    /// One line for people.
    public let summary: String
    /// Answers an input. It reads nothing else and always gives the same answer.
    public let answer: @Sendable (BaselineInput) -> String

    init(name: String, summary: String, answer: @escaping @Sendable (BaselineInput) -> String) {
        self.name = name
        self.summary = summary
        self.answer = answer
    }

    /// The baseline of this name, or nil.
    public static func named(_ name: String) -> Baseline? {
        all.first { $0.name == name }
    }
}

/// What a baseline may look at.
public struct BaselineInput: Sendable, Hashable {
    /// The field that the spec names, else the text after the last blank line of the prompt.
    public var text: String
    /// The whole of the last user message.
    public var prompt: String
    /// The sample's fields.
    public var fields: [String: String]
    /// Whether the spec named the field that `text` comes from.
    public var isField: Bool

    public init(text: String, prompt: String? = nil, fields: [String: String] = [:], isField: Bool = false) {
        self.text = text
        self.prompt = prompt ?? text
        self.fields = fields
        self.isField = isField
    }
}
