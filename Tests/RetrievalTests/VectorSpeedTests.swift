import Foundation
import Testing

@testable import Retrieval

/// How fast vectors are searched, printed for `scripts/bench retrieval`.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["NEXUS_BENCH"] != nil, "set NEXUS_BENCH=1"))
struct VectorSpeedTests {
    private struct Numbers {
        var state: UInt64
        mutating func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
        }
    }

    /// Vectors in clusters, as embeddings lie: a centre of 1,000 and as much noise around it.
    private func vectors(_ count: Int, seed: UInt64, _ body: ([Float]) -> Void) {
        var centres = Numbers(state: 7)
        let centre = (0..<1_000).map { _ in (0..<384).map { _ in centres.next() } }
        var numbers = Numbers(state: seed)
        for _ in 0..<count {
            let chosen = centre[Int(abs(numbers.next()) * 999)]
            body(chosen.map { $0 + numbers.next() })
        }
    }

    @Test func `1,000,000 vectors of 384 dimensions`() {
        var (exact, small) = (VectorIndex(dimensions: 384), VectorIndex(dimensions: 384, precision: .int8))
        exact.reserve(1_000_000)
        small.reserve(1_000_000)
        vectors(1_000_000, seed: 1) { vector in
            exact.add(vector)
            small.add(vector)
        }
        let clock = ContinuousClock()
        var times: [(float: Duration, int8: Duration)] = []
        var found = 0
        vectors(20, seed: 2) { query in
            var (wanted, got): ([Hit], [Hit]) = ([], [])
            let float = clock.measure { wanted = exact.search(query, top: 10) }
            let int8 = clock.measure { got = small.search(query, top: 10) }
            times.append((float, int8))
            found += Set(wanted.map(\.entry)).intersection(got.map(\.entry)).count
        }
        let best = (times.map(\.float).min() ?? .zero, times.map(\.int8).min() ?? .zero)
        let middle = (times.map(\.float).sorted()[10], times.map(\.int8).sorted()[10])
        print("    float32 \(best.0) best, \(middle.0) median; int8 \(best.1) best, \(middle.1) median")
        print("    recall@10 of int8 against float32: \(Double(found) / 200)")
        print("    a plain read of as many bytes (1.536 GB): \(plainRead())")
    }

    @Test(.enabled(if: Collections.folder != nil, "no public data"))
    func `1,000 chunks by words and n-grams`() throws {
        let collection = try Collections.read("cranfield")
        var index = KnowledgeIndex(language: .english)
        let chunks = collection.documents.flatMap { document in
            Chunker().chunks(of: document.text).map { IndexedChunk(documentID: document.id, chunk: $0) }
        }
        let clock = ContinuousClock()
        let build = clock.measure {
            for chunk in chunks.prefix(1_000) { index.add(chunk) }
            index.prepare()
        }
        let words = collection.documents.map(\.text).joined(separator: " ")
        for length in [80, 2_048] {
            let queries = (0..<200).map { String(words.dropFirst($0 * 1_000).prefix(length)) }
            for mode in SearchMode.allCases {
                let times = queries.map { query in
                    clock.measure { _ = index.search(SearchQuery(text: query, mode: mode)) }
                }
                print("    1,000 chunks, queries of \(length) characters, \(mode): median \(times.sorted()[100])")
            }
        }
        print("    built in \(build)")
    }

    /// What the memory gives: the sum of 1.536 GB on one core.
    private func plainRead() -> Duration {
        let words = [UInt64](repeating: 1, count: 192_000_000)
        var sum = SIMD8<UInt64>.zero
        return (0..<5).map { _ in
            ContinuousClock().measure {
                words.withUnsafeBytes { bytes in
                    for offset in stride(from: 0, to: bytes.count, by: 64) {
                        sum &+= bytes.load(fromByteOffset: offset, as: SIMD8<UInt64>.self)
                    }
                }
                #expect(sum[0] > 0)
            }
        }.min() ?? .zero
    }
}
