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
        #expect(try store.cacheSize() == CacheSize(entries: 1, bytes: 5))
    }

    @Test func `trimming takes what is out of date, then what was not used longest`() async throws {
        for key in 1...5 as ClosedRange<UInt8> { try await store.cacheReply(record(key, at: Int64(key))) }
        try await store.cacheReply(record(6, at: 6, expires: 10))
        _ = try store.cachedReply(key: [1], nowMilliseconds: 100_000)
        #expect(try await store.trimCache(to: 3, nowMilliseconds: 100_000) == CacheTrim(expired: 1, evicted: 2))
        var left: [UInt8] = []
        for key in 1...6 as ClosedRange<UInt8>
        where try store.cachedReply(key: [key], nowMilliseconds: 100_000) != nil { left.append(key) }
        #expect(left == [1, 4, 5])
        try await store.clearCache()
        #expect(try store.cacheSize() == CacheSize(entries: 0, bytes: 0))
    }

    @Test func `times from outside do not trap`() async throws {
        try await store.cacheReply(record(1, at: .min))
        #expect(try store.cachedReply(key: [1], nowMilliseconds: .max) != nil)
        #expect(try await store.trimCache(to: -1, nowMilliseconds: .max) == CacheTrim(evicted: 1))
    }

    @Test func `cleaning goes in batches and takes all of it`() async throws {
        let records = (0..<1_234).map { (index: Int) -> CacheRecord in
            let key = [UInt8(index / 256), UInt8(index % 256)]
            let expiry: Int64 = index < 600 ? 10 : 1_000_000
            return CacheRecord(
                key: key, owner: [UInt8(index % 2)], createdAtMilliseconds: Int64(index),
                expiresAtMilliseconds: expiry, reply: "{}")
        }
        await withTaskGroup(of: Void.self) { group in
            for record in records { group.addTask { try? await store.cacheReply(record) } }
        }
        #expect(try await store.trimCache(to: 100, nowMilliseconds: 5_000) == CacheTrim(expired: 600, evicted: 534))
        #expect(try store.cachedReply(key: [4, 209], nowMilliseconds: 5_000) != nil, "the newest stays")
        #expect(try await store.removeCachedReplies(owner: [1]) == 50)
        #expect(try await store.removeCachedReply(key: [4, 208], owner: [7]) == false, "another's entry stays")
        #expect(try await store.removeCachedReply(key: [4, 208], owner: [0]))
        #expect(try await store.clearCache() == 49)
    }

    @Test func `what an entry is found by goes with it`() async throws {
        let meaning = CacheMeaning(scope: [9], model: "m", text: "a", vector: [0, 1, 0, 0, 0, 0])
        for key in [1, 2] as [UInt8] {
            try await store.cacheReply(
                CacheRecord(
                    key: [key], owner: [1], createdAtMilliseconds: Int64(key), expiresAtMilliseconds: 100, reply: "{}",
                    fields: #"{"model":"m"}"#, meaning: meaning))
        }
        let found = try store.cachedMeanings(scope: [9], model: "m", nowMilliseconds: 5, limit: 10)
        #expect(found.map(\.key) == [[1], [2]] && found[0].meaning == meaning)
        #expect(try store.cachedMeanings(scope: [9], model: "n", nowMilliseconds: 5, limit: 10).isEmpty)
        #expect(try store.cachedMeanings(scope: [9], model: "m", nowMilliseconds: 100, limit: 10).isEmpty)
        #expect(try store.cachedRequests(owner: [1], nowMilliseconds: 5, limit: 1).map(\.key) == [[2]])
        #expect(try await store.removeCachedReply(key: [2], owner: [1]))
        #expect(try store.cachedMeanings(scope: [9], model: "m", nowMilliseconds: 5, limit: 10).map(\.key) == [[1]])
    }
}
