@testable import Scoring

/// What a tokenizer makes of a text, as strings.
enum Tokens {
    /// The tokens by a tokenizer's name; nil for a name that is none of a tokenizer's.
    static func of(_ text: String, by name: String) throws -> [String]? {
        let buffer = TextBuffer()
        let range = try buffer.append(text)
        switch name {
        case "rouge": return strings(RougeTokenizer.tokenize(range, in: buffer, stems: nil).range, buffer)
        case "rouge-stem": return strings(RougeTokenizer.tokenize(range, in: buffer, stems: StemMemory()).range, buffer)
        case "chrf-words": return strings(ChrFWords.cut(range, in: buffer), buffer)
        case "tercom": return try strings(TercomTokenizer().tokenize(text, in: buffer), buffer)
        case "tercom-norm": return try strings(TercomTokenizer(normalizes: true).tokenize(text, in: buffer), buffer)
        case "tercom-norm-asian":
            return try strings(TercomTokenizer(normalizes: true, knowsAsian: true).tokenize(text, in: buffer), buffer)
        case "tercom-nopunct":
            return try strings(TercomTokenizer(removesPunctuation: true).tokenize(text, in: buffer), buffer)
        case "tercom-nopunct-asian":
            let tokenizer = TercomTokenizer(removesPunctuation: true, knowsAsian: true)
            return try strings(tokenizer.tokenize(text, in: buffer), buffer)
        case "tercom-case": return try strings(TercomTokenizer(keepsCase: true).tokenize(text, in: buffer), buffer)
        default:
            guard let tokenizer = Tokenizers.named(name) else { return nil }
            return strings(tokenizer.tokenize(buffer.trimmedAtEnd(range), in: buffer), buffer)
        }
    }

    static func strings(_ range: Range<Int>, _ buffer: TextBuffer) -> [String] {
        range.map { buffer.text(buffer.spans.base[$0]) }
    }

    /// The stem of a word.
    static func stem(_ word: String) -> String {
        var bytes = Array(word.utf8)
        let length = bytes.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.map { PorterStemmer.stem($0, buffer.count) } ?? 0
        }
        return String(decoding: bytes.prefix(length), as: UTF8.self)
    }
}
