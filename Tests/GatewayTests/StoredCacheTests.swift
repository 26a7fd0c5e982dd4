import Chat
import Foundation
import Gateway
import Store
import Testing

struct StoredCacheTests {
    private static func withStore(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "nexus-cache-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.appending(path: "nexus.db").path)
    }

    @Test func `an answer is at hand before it is written, and on disk after the store is closed`() async throws {
        try await Self.withStore { path in
            let store = try RunStore(writing: path)
            let cache = StoredCache(store, now: { 1_000 })
            cache.cacheReply(["text": "kept"], under: [1], expiresAfter: .seconds(60))
            let found = await cache.cachedReply([1])
            #expect(found?.reply == ["text": "kept"] && found?.remaining == .seconds(60))
            store.close()
            let later = StoredCache(try RunStore(reading: path), now: { 2_000 })
            #expect(await later.cachedReply([1])?.reply == ["text": "kept"])
            #expect(await StoredCache(try RunStore(reading: path), now: { 62_000 }).cachedReply([1]) == nil)
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
