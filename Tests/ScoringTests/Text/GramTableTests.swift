import Testing

@testable import Scoring

@Suite struct GramTableTests {
    @Test(arguments: [100, 1_000_000])
    func `each key keeps its slot, in either form of the table`(keys: Int) {
        let table = GramTable()
        table.clear(keys: keys, expecting: 50)
        var random = Lehmer(seed: 7)
        var numbers: [Int: Int32] = [:]
        for _ in 0..<200 {
            let key = random.below(50) * (keys / 50)
            let slot = table.slot(key)
            #expect(table.slots[slot] == numbers[key] ?? 0)
            guard numbers[key] == nil else { continue }
            numbers[key] = Int32(numbers.count + 1)
            table.slots[slot] = Int32(numbers.count)
        }
        table.clear(keys: keys, expecting: 50)
        #expect(numbers.keys.allSatisfy { table.slots[table.slot($0)] == 0 })
    }
}
