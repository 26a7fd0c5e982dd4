import Chat
import Testing

@testable import Scoring

@Suite(.enabled(if: Fixtures.conformance != nil, "needs the conformance fixtures (NEXUS_CONFORMANCE_DIR)"))
struct TokenizerConformanceTests {
    @Test func `every text is cut as the references cut it`() throws {
        let cases = try Fixtures.file("tokenizers").cases(of: "tokenize_all")
        #expect(!cases.isEmpty)
        for one in cases {
            let text = try #require(one.input["text"]?.stringValue)
            for member in one.expected.objectValue ?? [] {
                let expected = member.value["tokens"]?.arrayValue?.compactMap(\.stringValue)
                if let got = try Tokens.of(text, by: member.key) {
                    #expect(got.map(scalars) == expected?.map(scalars), "\(one.id) \(member.key)")
                } else {
                    #expect(["chrf-chars", "python-lower"].contains(member.key), "\(one.id) \(member.key)")
                }
                if ["13a", "intl", "zh"].contains(member.key), let want = member.value["string"]?.stringValue {
                    let got = try Tokens.of(text, by: member.key)?.joined(separator: " ")
                    #expect(got.map(scalars) == scalars(want), "\(one.id) \(member.key)")
                }
            }
            let characters = try #require(one.expected["chrf-chars"]?["string"]?.stringValue)
            #expect(Self.numbered(text) == Self.numbered(characters), "\(one.id) chrf-chars")
            let lower = try #require(one.expected["python-lower"]?["string"]?.stringValue)
            #expect(scalars(PythonText.lowercased(text)) == scalars(lower), "\(one.id) python-lower")
        }
    }

    @Test func `every word is stemmed as NLTK stems it`() throws {
        let cases = try Fixtures.file("tokenizers").cases(of: "porter_stem")
        #expect(!cases.isEmpty)
        for one in cases {
            let words = one.input["words"]?.arrayValue?.compactMap(\.stringValue) ?? []
            let stems = one.expected["stems"]?.arrayValue?.compactMap(\.stringValue) ?? []
            for (word, stem) in zip(words, stems) {
                #expect(Tokens.stem(word) == stem, "\(one.id) \(word)")
            }
        }
    }

    private func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }

    /// The numbers of a text's characters as chrF sees them.
    private static func numbered(_ text: String) -> [Int32] {
        let buffer = TextBuffer()
        let scalars = ScalarNumbers()
        scalars.clear()
        guard let range = try? buffer.append(text) else { return [] }
        return scalars.append(range, of: buffer.bytes.base, skipsWhitespace: true).map { scalars.ids[$0] }
    }
}
