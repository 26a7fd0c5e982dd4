import Foundation
import Store
import Testing

struct DamageTests {
    let folder: ScratchFolder
    let path: String
    let whole: Data

    init() async throws {
        folder = try ScratchFolder()
        path = folder.path("nexus.db")
        let store = try RunStore(writing: path)
        try await store.insert(makeRun(), samples: makeSamples(40))
        for index in 0..<40 { try await store.append(makeTrial("s\(index)"), to: makeRun().id) }
        try await store.cacheReply(CacheRecord(key: [1, 2], createdAtMilliseconds: 1, reply: "{}"))
        store.close()
        whole = try Data(contentsOf: URL(filePath: path))
    }

    /// Opens a damaged copy both ways and reads everything: what came of it.
    private func outcome(of data: Data) async throws -> [StoreError?] {
        let copy = folder.path("copy-\(UUID().uuidString).db")
        try data.write(to: URL(filePath: copy))
        return [
            await storeError { try readAll(RunStore(reading: copy)) },
            await storeError { try readAll(RunStore(writing: copy)) },
        ]
    }

    private func readAll(_ store: RunStore) throws {
        for summary in try store.runs() {
            _ = try store.samples(of: summary.run.id)
            _ = try store.finishedKeys(of: summary.run.id)
            _ = try store.trials(of: summary.run.id)
        }
        _ = try store.cacheSize()
    }

    @Test func `a store of a newer version is refused and named`() async throws {
        // A migration that this version does not know, in the table and in its index.
        var newer = whole
        let known = Data("2 exact cache".utf8)
        while let range = newer.range(of: known) { newer.replaceSubrange(range, with: Data("9 later rooms".utf8)) }
        for error in try await outcome(of: newer) {
            #expect(
                error?.description.hasSuffix(
                    ".db: a newer version of nexus made this store; use that version, or another store with --store")
                    == true, "\(String(describing: error))")
        }
    }

    @Test func `the sound file is sound`() async throws {
        #expect(try await outcome(of: whole) == [nil, nil])
    }

    @Test(arguments: [0, 1, 50, 99, 100, 4_095, 4_096, 10_000])
    func `a file cut short is refused, never read as empty`(length: Int) async throws {
        for error in try await outcome(of: whole.prefix(length)) {
            guard case .corrupt(let path, _) = error else {
                Issue.record("\(length): \(String(describing: error))")
                continue
            }
            #expect(error?.description.hasPrefix("\(path): the store is damaged (it has ") == true)
            #expect(error?.description.contains(".recover") == true)
        }
    }

    @Test func `a header of zeros is refused`() async throws {
        var data = whole
        data.replaceSubrange(0..<100, with: Data(count: 100))
        for error in try await outcome(of: data) {
            #expect(error?.description.contains("does not begin as a SQLite database does") == true)
        }
    }

    @Test func `no flipped byte is a crash, nor a store without its runs`() async throws {
        var generator = SystemRandomNumberGenerator()
        var refused = 0
        for _ in 0..<60 {
            var data = whole
            let index = Int.random(in: 16..<data.count, using: &generator)
            data[index] ^= UInt8.random(in: 1...255, using: &generator)
            let copy = folder.path("flipped-\(UUID().uuidString).db")
            try data.write(to: URL(filePath: copy))
            var runs = 0
            let error = await storeError {
                let store = try RunStore(reading: copy)
                try readAll(store)
                runs = try store.runs().count
            }
            #expect(error != nil || runs == 1, "byte \(index): \(runs)")
            if error != nil { refused += 1 }
        }
        // Most bytes are text of rows, where a change is none of SQLite's business.
        #expect(refused < 60)
    }

    @Test func `a page of noise is refused`() async throws {
        for page in 1..<min(12, whole.count / 4_096) {
            var data = whole
            data.replaceSubrange(
                (page * 4_096)..<((page + 1) * 4_096), with: Data((0..<4_096).map { _ in .random(in: 0...255) }))
            for error in try await outcome(of: data) {
                guard case .corrupt = error else {
                    Issue.record("page \(page): \(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test func `another program's database is refused and left alone`() async throws {
        var data = whole
        data.replaceSubrange(68..<72, with: [0, 0, 0, 0])
        for error in try await outcome(of: data) {
            #expect(error?.description.contains("belongs to another program") == true)
        }
    }

    @Test func `a log left by a vanished database is not replayed into a new one`() async throws {
        let orphan = folder.path("moved.db")
        try Data("an old log".utf8).write(to: URL(filePath: orphan + "-wal"))
        let store = try RunStore(writing: orphan)
        #expect(try store.runs().isEmpty)
        #expect(FileManager.default.fileExists(atPath: orphan + "-wal.orphan"))
        store.close()
    }
}
