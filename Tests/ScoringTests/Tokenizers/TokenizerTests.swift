import Testing

@testable import Scoring

@Suite struct TokenizerTests {
    /// Cut by sacrebleu 2.6.0.
    @Test(arguments: [
        ("13a", "Hello, world.", ["Hello", ",", "world", "."]),
        ("13a", ".5 1,000.5 5-6 a-b 7.", [".", "5", "1,000.5", "5", "-", "6", "a-b", "7", "."]),
        ("13a", "a... ,,b", ["a", ".", ".", ".", ",", ",", "b"]),
        ("13a", "don't (stop)", ["don't", "(", "stop", ")"]),
        ("13a", "&quot;a&quot; &amp;lt; <skipped>x", ["\"", "a", "\"", "<", "x"]),
        ("13a", "hy-\nphen\nend-\n", ["hyphen", "end-"]),
        ("13a", "a\u{2028}b\u{200B}c\u{1F}d", ["a", "b\u{200B}c", "d"]),
        ("intl", "3.5, «a» 5€ 7.", ["3.5", ",", "«", "a", "»", "5", "€", "7."]),
        ("intl", ".5", [".5"]),
        ("char", "a b\u{3000}é", ["a", "b", "é"]),
        ("zh", "中文abc，3.5。", ["中", "文", "abc", "，", "3.5", "。"]),
        ("zh", "“x”", ["“", "x", "”"]),
        ("none", " a  b.\u{85}c ", ["a", "b.", "c"]),
        ("rouge", "São Paulo's 2nd—K\u{212A}", ["s", "o", "paulo", "s", "2nd", "kk"]),
        ("rouge-stem", "Running the cats", ["run", "the", "cat"]),
    ])
    func `a text is cut as its tokenizer's reference cuts it`(name: String, text: String, tokens: [String]) throws {
        #expect(try Tokens.of(text, by: name) == tokens)
    }

    @Test func `lines are kept for ROUGE-Lsum, empty ones dropped`() throws {
        let buffer = TextBuffer()
        let range = try buffer.append("\na b\n\nc\n中\n")
        let tokens = RougeTokenizer.tokenize(range, in: buffer, stems: nil)
        #expect(tokens.lines.map { Tokens.strings($0, buffer) } == [["a", "b"], ["c"]])
    }

    @Test func `tokens are numbered alike when equal, and never when not`() throws {
        let buffer = TextBuffer()
        let words =
            ["a", "ab", "abcdefgh", "abcdefghi", "abcdefghj", "é", "e\u{301}", "", "\u{0}", "\u{0}\u{0}", "a"]
            + (0..<3000).map { "prefix-that-is-long-\($0)" }
        var spans: [Span] = []
        for word in words + words {
            let range = try buffer.append(word)
            spans.append(Span(start: Int32(range.lowerBound), end: Int32(range.upperBound)))
        }
        var ids = [Int32](repeating: -1, count: spans.count)
        let vocabulary = Vocabulary()
        vocabulary.number(spans, count: spans.count, of: buffer.bytes.base, into: &ids)
        #expect(vocabulary.count == words.count - 1)
        #expect(ids.prefix(words.count) == ids.suffix(words.count))
        #expect(Set(ids).count == words.count - 1)
        #expect(ids[0] == ids[10])
    }
}
