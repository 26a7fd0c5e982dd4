import Foundation
import Store
import Testing

struct CacheTests {
    let folder: ScratchFolder
    let store: RunStore

    init() throws {
        folder = try ScratchFolder()
        store = try RunStore(writing: folder.path("nexus.db"))
    }

    private func record(_ key: UInt8, at time: Int64 = 0, expires: Int64? = nil, reply: String = "{}") -> CacheRecord {
        CacheRecord(key: [key], createdAtMilliseconds: time, expiresAtMilliseconds: expires, reply: reply)
    }

    @Test func `an answer comes back until it expires`() async throws {
        let kept = record(1, at: 5, expires: 100, reply: #"{"text": "a"}"#)
        try await store.cacheReply(kept)
        #expect(try store.cachedReply(key: [1], nowMilliseconds: 99) == kept)
        #expect(try store.cachedReply(key: [1], nowMilliseconds: 100) == nil)
        #expect(try store.cachedReply(key: [2], nowMilliseconds: 99) == nil)
    }

    @Test func `a later answer takes the place of an earlier one`() async throws {
        try await store.cacheReply(record(1, reply: "[1]"))
        try await store.cacheReply(record(1, reply: "[1,2]"))
        #expect(try store.cachedReply(key: [1], nowMilliseconds: 1)?.reply == "[1,2]")
        #expect(try store.cacheStatistics() == CacheStatistics(entries: 1, bytes: 5))
    }

    @Test func `trimming takes what is out of date, then what was not used longest`() async throws {
        for key in 1...5 as ClosedRange<UInt8> { try await store.cacheReply(record(key, at: Int64(key))) }
        try await store.cacheReply(record(6, at: 6, expires: 10))
        _ = try store.cachedReply(key: [1], nowMilliseconds: 100_000)
        #expect(try await store.trimCache(to: 3, nowMilliseconds: 100_000) == 3)
        var left: [UInt8] = []
        for key in 1...6 as ClosedRange<UInt8>
        where try store.cachedReply(key: [key], nowMilliseconds: 100_000) != nil { left.append(key) }
        #expect(left == [1, 4, 5])
        try await store.clearCache()
        #expect(try store.cacheStatistics() == CacheStatistics(entries: 0, bytes: 0))
    }

    @Test func `times from outside do not trap`() async throws {
        try await store.cacheReply(record(1, at: .min))
        #expect(try store.cachedReply(key: [1], nowMilliseconds: .max) != nil)
        #expect(try await store.trimCache(to: -1, nowMilliseconds: .max) == 1)
    }
}
