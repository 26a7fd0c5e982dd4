import Foundation
import Testing

@testable import Gateway

@Suite struct AnswerMemoryTests {
    @Test func `what is in demand stays, and a text asked for once does not take its place`() {
        var memory = AnswerMemory<String, Int>(capacity: 3, mostBytes: 1 << 20)
        for (value, key) in ["a", "b"].enumerated() {
            memory.insert(value, bytes: 1, for: key)
            for _ in 0..<3 { _ = memory.value(for: key) }
        }
        for index in 0..<50 { memory.insert(index, bytes: 1, for: "once \(index)") }
        #expect(memory.value(for: "a") == 0 && memory.value(for: "b") == 1)
        #expect(memory.count == 3 && memory.evictions == 49)
    }

    @Test func `bytes are bounded, and what is far too large is not held`() {
        var memory = AnswerMemory<Int, Int>(capacity: 1_000, mostBytes: 1_000)
        for index in 0..<100 { memory.insert(index, bytes: 90, for: index) }
        #expect(memory.bytes <= 1_000 && memory.count >= 10)
        memory.insert(0, bytes: 126, for: 7_000)
        #expect(memory.value(for: 7_000) == nil)
        memory.insert(1, bytes: 10, for: 99)
        memory.insert(2, bytes: 20, for: 99)
        #expect(memory.bytes <= 1_000)
        memory.removeAll()
        #expect(memory.bytes == 0 && memory.isEmpty)
    }

    @Test func `it counts its bytes rightly under random use`() {
        var memory = AnswerMemory<Int, Int>(capacity: 20, mostBytes: 2_000)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let key = Int.random(in: 0..<60, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: memory.remove(key)
            case 1: _ = memory.value(for: key)
            default: memory.insert(key * 3, bytes: key * 3, for: key)
            }
            #expect(memory.count <= 20 && memory.bytes <= 2_000)
            if let value = memory.value(for: key) { #expect(value == key * 3) }
        }
        #expect(memory.entries.reduce(0) { $0 + $1.value } == memory.bytes)
    }

    /// A trace as gateways see it: texts by Zipf's law (exponent 0.9 over 20,000), and now and then a run over 2,000
    /// texts that are asked for once, as a nightly batch is.
    private static func trace(scans: Bool) -> [Int] {
        var state: UInt64 = 42
        func random() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 9_007_199_254_740_992
        }
        var sums: [Double] = []
        var sum = 0.0
        for rank in 1...20_000 {
            sum += 1 / pow(Double(rank), 0.9)
            sums.append(sum)
        }
        var trace: [Int] = []
        var unique = 1_000_000
        for step in 0..<100_000 {
            let drawn = random() * sum
            var (low, high) = (0, sums.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if sums[middle] < drawn { low = middle + 1 } else { high = middle }
            }
            trace.append(low)
            guard scans, step % 5_000 == 4_999 else { continue }
            trace += unique..<(unique + 2_000)
            unique += 2_000
        }
        return trace
    }

    private static func hits(_ trace: [Int], _ find: (Int) -> Bool) -> Double {
        var (hits, asked) = (0, 0)
        for key in trace {
            let isFound = find(key)
            // What is asked for once can be no hit in any cache.
            guard key < 1_000_000 else { continue }
            asked += 1
            if isFound { hits += 1 }
        }
        return Double(hits) / Double(asked)
    }

    @Test(arguments: [false, true])
    func `it finds more than a plain list of the last used, with scans and without`(scans: Bool) {
        let trace = Self.trace(scans: scans)
        var plain = MemoryCache<Int, Int>(capacity: 1_000)
        let lru = Self.hits(trace) { key in
            defer { plain.insert(key, for: key) }
            return plain.value(for: key) != nil
        }
        var memory = AnswerMemory<Int, Int>(capacity: 1_000, mostBytes: 1 << 30)
        let admitted = Self.hits(trace) { key in
            if memory.value(for: key) != nil { return true }
            memory.insert(key, bytes: 100, for: key)
            return false
        }
        print("hit rate, Zipf 0.9, 1,000 of 20,000, scans \(scans): LRU \(lru), TinyLFU \(admitted)")
        #expect(admitted > lru + 0.05, "LRU \(lru), TinyLFU \(admitted)")
    }
}
