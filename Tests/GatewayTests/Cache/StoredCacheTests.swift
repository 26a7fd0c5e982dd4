import Chat
import Foundation
@testable import Gateway
import Store
import Testing

struct StoredCacheTests {
    private static func withStore(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nexus-cache-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.appending(path: "nexus.db").path)
    }

    static func entry(_ text: String, caller: String? = nil) -> (CacheKey, CacheEntry) {
        var call = ChatCall(asking: text)
        call.context.caller = caller
        let fields = RequestFields(call: call, fingerprint: "p", readsVariables: false)
        let entry = CacheEntry(reply: ["text": .string(text)], owner: CacheOwner(caller: caller), fields: fields)
        return (CacheKey(call: call, fingerprint: "p"), entry)
    }

    @Test func `the store keeps no more than it may, and what one caller left goes without the others'`() async throws {
        try await Self.withStore { path in
            let store = try RunStore(writing: path)
            let cache = StoredCache(
                store, maxEntries: 100, startTask: { work in Task { await work() } }, now: { 1_000 })
            for index in 0..<500 {
                let (key, entry) = Self.entry("\(index)", caller: index < 450 ? "a" : "b")
                cache.cacheReply(entry, under: key, expiresAfter: .seconds(60))
            }
            // What the last batch set off may still run.
            for _ in 0..<200 where (try store.cacheSize().entries) > 110 {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(try store.cacheSize().entries <= 110)
            try await cache.clean()
            #expect(try store.cacheSize().entries <= 100)
            _ = try await cache.evict(.caller("a"))
            let left = try store.cacheSize().entries
            #expect(await cache.requests(of: CacheOwner(caller: "b"), limit: 1_000).count == left)
            #expect(await cache.requests(of: CacheOwner(caller: "a"), limit: 1_000).isEmpty)
            var statistics = CacheStatistics()
            cache.addFigures(to: &statistics)
            #expect(statistics.stored?.entries == left && statistics.evictions >= 390)
        }
    }

    @Test func `an answer is at hand before it is written, and on disk after the store is closed`() async throws {
        try await Self.withStore { path in
            let store = try RunStore(writing: path)
            let cache = StoredCache(store, now: { 1_000 })
            let (key, entry) = Self.entry("kept")
            cache.cacheReply(entry, under: key, expiresAfter: .seconds(60))
            let found = await cache.cachedReply(key)
            #expect(found?.reply == ["text": "kept"] && found?.remaining == .seconds(60))
            store.close()
            let later = StoredCache(try RunStore(reading: path), now: { 2_000 })
            let again = await later.cachedReply(key)
            #expect(again?.reply == ["text": "kept"] && again?.remaining == .seconds(59))
            #expect(again?.fields == entry.fields && again?.owner == entry.owner && again?.age == .seconds(1))
            #expect(await StoredCache(try RunStore(reading: path), now: { 62_000 }).cachedReply(key) == nil)
            let before = await StoredCache(try RunStore(reading: path), now: { -86_400_000 }).cachedReply(key)
            #expect(before?.remaining == .seconds(60), "a clock set back lets no entry live longer")
        }
    }

    @Test func `a write that fails is counted with its reason, and the answer is given`() async throws {
        try await Self.withStore { path in
            try RunStore(writing: path).close()
            let cache = StoredCache(try RunStore(reading: path), now: { 1_000 })
            let model = CacheStageTests.counting()
            let pipeline = CacheStageTests.pipeline(model, storage: cache)
            #expect(try await pipeline.reply(to: ChatCall(asking: "x")).text == "answer 0")
            #expect(cache.loss?.entries == 1)
            #expect(cache.loss?.reason.map { "\($0)" } == "\(path): the store is open for reading only")
            #expect(try await pipeline.reply(to: ChatCall(asking: "x")).source == .cache, "memory has it all the same")
        }
    }
}
