import Testing

@testable import Retrieval

struct ChunkerTests {
    private func scalars(_ text: String, _ range: Range<Int>) -> String {
        String(String.UnicodeScalarView(Array(text.unicodeScalars)[range]))
    }

    private let article = """
        # Wings
        A wing lifts. It drags, too.

        ## Slots
        Slots delay the stall. They cost drag! Do they pay? "Sometimes." Dr. J. Smith says so.

        - first item
        - second item
        """

    @Test func `chunks follow headings and say which stand above them`() {
        let chunks = Chunker(size: 100, overlap: 0).chunks(of: article)
        #expect(chunks.map(\.headings) == [["Wings"], ["Wings", "Slots"], ["Wings", "Slots"]])
        #expect(chunks[0].text == "# Wings\nA wing lifts. It drags, too.")
        #expect(chunks[1].text.hasSuffix("Dr. J. Smith says so.") || chunks[1].text.hasSuffix("\"Sometimes.\""))
        #expect(chunks.map(\.number) == [0, 1, 2])
    }

    @Test(arguments: [1, 2, 7, 20, 50, 1_000], [0, 5, 20])
    func `places are true, sizes are kept and nothing but white space is lost`(size: Int, overlap: Int) {
        let texts = [
            article, "one", " \n ", "", String(repeating: "word ", count: 300), String(repeating: "x", count: 500),
            "東京は日本の首都です。人口は多い。", "👨‍👩‍👧‍👦👍🏽e\u{301}e\u{301} flags 🇧🇷🇯🇵", "a\r\nb\r\n\r\nc",
        ]
        for text in texts {
            let chunks = Chunker(size: size, overlap: overlap).chunks(of: text)
            var covered = Set<Int>()
            for chunk in chunks {
                #expect(scalars(text, chunk.range) == chunk.text)
                #expect(chunk.text.count <= size, "'\(chunk.text)'")
                covered.formUnion(chunk.range)
            }
            for (index, scalar) in text.unicodeScalars.enumerated() where !scalar.properties.isWhitespace {
                #expect(covered.contains(index), "'\(scalar)' of \(text) is in no chunk of \(size)")
            }
        }
    }

    @Test func `a chunk repeats the last sentences of the one before it`() {
        let text = "One is here. Two is here. Three is here. Four is here. Five is here."
        let chunks = Chunker(size: 30, overlap: 15).chunks(of: text)
        #expect(chunks.map(\.text).first == "One is here. Two is here.")
        #expect(chunks.dropFirst().first?.text == "Two is here. Three is here.")
        #expect(chunks.last?.text.hasSuffix("Five is here.") == true)
    }

    @Test func `tokens are counted as four ASCII characters or one other`() {
        let chunks = Chunker(size: 10, overlap: 0, unit: .tokens).chunks(of: String(repeating: "word ", count: 40))
        #expect(chunks.allSatisfy { $0.text.count <= 40 } && chunks.count == 5)
        #expect(Chunker(size: 2, overlap: 0, unit: .tokens).chunks(of: "日本語").map(\.text) == ["日本", "語"])
    }

    @Test func `a heading as long as the document is not repeated whole in every chunk`() {
        let line = "# " + String(repeating: "word ", count: 20_000)
        let chunks = Chunker().chunks(of: line + "\n\n" + String(repeating: "A sentence stands here. ", count: 4_000))
        #expect(chunks.count > 40 && chunks.contains { !$0.headings.isEmpty })
        let title = String(repeating: "t", count: 100_000)
        for chunk in chunks {
            let searched = IndexedChunk(documentID: "a", title: title, chunk: chunk).searchedText
            #expect(searched.utf8.count <= chunk.text.utf8.count + 2_002)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `hostile texts are cut in linear time`() {
        let monsters = [
            String(repeating: ".", count: 300_000), String(repeating: "# a\n", count: 50_000),
            "e" + String(repeating: "\u{301}", count: 100_000), String(repeating: "\n", count: 300_000),
            String(repeating: "A. ", count: 100_000), String(repeating: "x", count: 300_000),
        ]
        for monster in monsters { _ = Chunker().chunks(of: monster) }
    }
}
