@testable import Gateway
import Testing

@Suite struct MemoryCacheTests {
    @Test func `the entry unused for longest goes first`() {
        var cache = MemoryCache<String, Int>(capacity: 2)
        cache.insert(1, for: "a")
        cache.insert(2, for: "b")
        #expect(cache.value(for: "a") == 1)
        cache.insert(3, for: "c")
        #expect(cache.value(for: "b") == nil)
        #expect(cache.value(for: "a") == 1)
        #expect(cache.value(for: "c") == 3)
        #expect(cache.count == 2)
    }

    @Test func `it agrees with a plain list under random use`() {
        var cache = MemoryCache<Int, Int>(capacity: 5)
        var list: [(key: Int, value: Int)] = []
        var generator = SystemRandomNumberGenerator()
        for step in 0..<5_000 {
            let key = Int.random(in: 0..<12, using: &generator)
            if Bool.random(using: &generator) {
                cache.insert(step, for: key)
                list.removeAll { $0.key == key }
                list.append((key, step))
                if list.count > 5 { list.removeFirst() }
            } else {
                let found = list.first { $0.key == key }
                #expect(cache.value(for: key) == found?.value)
                if let found {
                    list.removeAll { $0.key == key }
                    list.append(found)
                }
            }
        }
    }
}
