/// Cuts a text into tokens.
protocol Tokenizer: Sendable {
    /// The name in specs and signatures.
    var name: String { get }

    /// Cuts the text that stands at `range` in the buffer; what has to be rewritten is appended to the buffer first.
    /// - Returns: the positions of its tokens among the buffer's spans.
    func tokenize(_ range: Range<Int>, in buffer: TextBuffer) -> Range<Int>
}

/// The tokenizers of BLEU: sacrebleu's, by its names.
enum Tokenizers {
    /// One a file in this folder, sorted by name.
    static let all: [any Tokenizer] = [
        MTEvalTokenizer(),
        CharacterTokenizer(),
        InternationalTokenizer(),
        WhitespaceTokenizer(),
        ChineseTokenizer(),
    ]

    static func named(_ name: String) -> (any Tokenizer)? { all.first { $0.name == name } }
}
