import Chat
import Testing

@testable import Retrieval

struct KnowledgeIndexTests {
    private static let texts = [
        ("wings", "Wings lift an aeroplane by turning air downwards.", 2019),
        ("cats", "Cats sleep most of the day, and hunt by night.", 2020),
        ("dogs", "A dog guards the house and hunts with its owner.", 2021),
        ("boats", "Sailing boats turn with the wind on their sails.", 2022),
    ]

    private func chunk(_ id: String, _ text: String, year: Int = 0, number: Int = 0) -> IndexedChunk {
        IndexedChunk(
            documentID: id, title: id.uppercased(),
            chunk: Chunk(number: number, text: text, range: 0..<text.unicodeScalars.count),
            metadata: ["year": .number(year), "tags": ["x", .string(id)]])
    }

    private func index(_ space: KnowledgeIndex.Space = .grams) -> KnowledgeIndex {
        var index = KnowledgeIndex(language: .english, space: space)
        for (position, (id, text, year)) in Self.texts.enumerated() {
            var vector = [Float](repeating: 0, count: 4)
            vector[position] = 1
            index.add(chunk(id, text, year: year), vector: vector)
        }
        index.prepare()
        return index
    }

    @Test(arguments: SearchMode.allCases)
    func `each mode finds what was meant`(mode: SearchMode) {
        let index = index()
        let found = index.search(SearchQuery(text: "How does a wing lift a plane?", mode: mode, topK: 2))
        #expect(found.first?.source.documentID == "wings")
        #expect(found.count <= 2 && found[0].score > 0)
        #expect(index.search(SearchQuery(text: "", mode: mode)).isEmpty)
        #expect(index.search(SearchQuery(text: "wing", mode: mode, topK: 0)).isEmpty)
    }

    @Test func `spelling alone leads vectors of n-grams to the right text`() {
        let found = index().search(SearchQuery(text: "aeroplan sailling", mode: .vector))
        #expect(Set(found.prefix(2).map(\.source.documentID)) == ["wings", "boats"])
    }

    @Test func `vectors of a model are searched by the query's vector`() {
        let index = index(.vectors(dimensions: 4, precision: .int8))
        let found = index.search(SearchQuery(text: "?", vector: [0, 0.1, 0.9, 0], mode: .vector, topK: 2))
        #expect(found.map(\.source.documentID) == ["dogs", "cats"])
    }

    @Test(arguments: [VectorIndex.Precision.float32, .int8])
    func `vectors find what computing every likeness would, by chunk and by document`(precision: VectorIndex.Precision)
    {
        var index = KnowledgeIndex(language: .english, space: .vectors(dimensions: 8, precision: precision))
        var vectors = VectorIndex(dimensions: 8, precision: precision)
        var generator = SplitMix(state: 7)
        let random = { (_: Int) in (0..<8).map { _ in Float.random(in: -1...1, using: &generator) } }
        for number in 0..<400 {
            let vector = random(number)
            vectors.add(vector)
            index.add(chunk("d\(number / 40)", "Text.", year: number % 2, number: number), vector: vector)
        }
        for _ in 0..<20 {
            let query = random(0)
            let ranked = vectors.scores(of: query).enumerated().filter { $1 > 0 }
                .sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }.map(\.offset)
            let search = { (k: Int, filter: MetadataFilter?, isOne: Bool) in
                index.search(
                    SearchQuery(
                        text: "", vector: query, mode: .vector, topK: k, filter: filter, isOnePerDocument: isOne)
                ).map(\.source.chunk.number)
            }
            #expect(search(5, nil, false) == Array(ranked.prefix(5)))
            #expect(search(5, .equals("year", 1), false) == Array(ranked.filter { $0 % 2 == 1 }.prefix(5)))
            var seen: Set<Int> = []
            let first = ranked.filter { seen.insert($0 / 40).inserted }
            #expect(search(9, nil, true) == Array(first.prefix(9)) && search(50, nil, true) == first)
            #expect(search(0, nil, true).isEmpty && search(0, nil, false).isEmpty)
        }
    }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    @Test func `filters hold by equality, membership and range`() {
        let index = index()
        func found(_ filter: MetadataFilter) -> [String] {
            index.search(SearchQuery(text: "hunt turn dog boat cat", topK: 9, filter: filter)).map(\.source.documentID)
                .sorted()
        }
        #expect(found(.equals("year", 2020)) == ["cats"])
        #expect(found(.equals("year", .number("2020.0"))) == ["cats"])
        #expect(found(.isIn("tags", ["dogs", "boats"])) == ["boats", "dogs"])
        #expect(found(.range("year", from: 2021, to: nil)) == ["boats", "dogs"])
        #expect(found(.range("tags", from: "a", to: "d")) == ["boats", "cats"])
        #expect(found(.all([.range("year", from: nil, to: 2021), .isIn("tags", ["dogs", "boats"])])) == ["dogs"])
        #expect(found(.equals("absent", 1)).isEmpty && found(.range("year", from: "a", to: nil)).isEmpty)
    }

    @Test(arguments: SearchMode.allCases)
    func `what was removed is not found, and the rest ranks as if it never was there`(mode: SearchMode) {
        var changed = index()
        changed.add(chunk("more", "Wings and wings and wings lift.", number: 0))
        changed.add(chunk("more", "More about the lift of wings.", number: 1))
        changed.prepare()
        let query = SearchQuery(text: "the lift of wings", mode: mode, topK: 9)
        #expect(changed.search(query).contains { $0.source.documentID == "more" })
        #expect(changed.remove(documentID: "more") == 2 && changed.remove(documentID: "more") == 0)
        changed.prepare()
        #expect(changed.search(query) == index().search(query))
        #expect(changed.documentCount == 4 && changed.chunkCount == 4)
    }

    @Test func `a document is found once by its best chunk where that is asked for`() {
        var index = index()
        index.add(chunk("wings", "Wings stall.", number: 1))
        index.prepare()
        let found = index.search(SearchQuery(text: "wings lift", mode: .lexical, topK: 9, isOnePerDocument: true))
        #expect(found.map(\.source.documentID) == ["wings"] && found[0].source.chunk.number == 0)
        #expect(index.search(SearchQuery(text: "wings lift", mode: .lexical, topK: 9)).count == 2)
    }

    @Test func `a citation says where the passage stands`() {
        let passage = Passage(
            source: IndexedChunk(documentID: "d", chunk: Chunk(number: 3, text: "x", range: 7..<8)), score: 0.5)
        #expect(
            passage.citation.json == ["document_id": "d", "chunk": 3, "start": 7, "end": 8, "score": 0.5])
    }

    @Test func `fusion by rank counts places, by weight scores`() {
        let (lexical, vector): ([Float], [Float]) = ([3, 1, 0, 2], [0.1, 0.9, 0.2, 0.2])
        let all = { (_: Int) in true }
        let ranked = Fusion.reciprocalRank(k: 60).scores(lexical: lexical, vector: vector, where: all)
        #expect(abs(ranked[0] - (1 / 61 + 1 / 64)) < 1e-6 && abs(ranked[1] - (1 / 63 + 1 / 61)) < 1e-6)
        #expect(abs(ranked[2] - 1 / 62) < 1e-6 && abs(ranked[3] - (1 / 62 + 1 / 63)) < 1e-6)
        let weighted = Fusion.weighted(lexicalWeight: 0.75).scores(lexical: lexical, vector: vector) { $0 != 2 }
        #expect(weighted.map { ($0 * 1000).rounded() / 1000 } == [0.75, 0.25, 0, 0.406])
    }
}
