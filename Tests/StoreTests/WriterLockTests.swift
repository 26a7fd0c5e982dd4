import Foundation
import Store
import Testing

struct WriterLockTests {
    let folder: ScratchFolder
    let path: String

    init() throws {
        folder = try ScratchFolder()
        path = folder.path("nexus.db")
    }

    @Test func `a second writer is refused within a second, and told who writes`() async throws {
        let store = try RunStore(writing: path, command: "nexus eval evals/news.yaml")
        let begin = ContinuousClock.now
        let error = await storeError { _ = try RunStore(writing: path) }
        #expect(ContinuousClock.now - begin < .seconds(1))
        let pid = ProcessInfo.processInfo.processIdentifier
        #expect(error == .busy(path: path, holder: LockHolder(pid: pid, command: "nexus eval evals/news.yaml")))
        #expect(
            error?.description
                == "\(path): another process writes to this store: pid \(pid) (nexus eval evals/news.yaml); "
                + "wait for it to end, or choose another store with --store")
        store.close()
    }

    @Test func `the lock ends with close`() async throws {
        let first = try RunStore(writing: path)
        try await first.insert(makeRun(), samples: [])
        first.close()
        // The whole store is in one file.
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
        let second = try RunStore(writing: path)
        #expect(try second.runs().count == 1)
        #expect(await storeError { try await first.insert(makeRun("late"), samples: []) } != nil)
    }

    @Test func `a link to the store has the same lock`() async throws {
        let store = try RunStore(writing: path)
        let link = folder.path("link.db")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        guard case .busy = await storeError({ _ = try RunStore(writing: link) }) else {
            Issue.record("the link was opened")
            return
        }
        store.close()
    }

    @Test func `readers work beside a writer and see what it committed`() async throws {
        let writer = try RunStore(writing: path)
        try await writer.insert(makeRun(), samples: makeSamples(50))
        let reader = try RunStore(reading: path)
        for index in 0..<50 {
            try await writer.append(makeTrial("s\(index)"), to: makeRun().id)
            #expect(try reader.summary(of: makeRun().id).trials == index + 1)
        }
        #expect(try reader.run("latest").status == .running)
        #expect(await storeError { try await reader.insert(makeRun("x"), samples: []) } == .readOnly(path: path))
    }

    @Test func `a run without its process reads as interrupted`() async throws {
        let writer = try RunStore(writing: path)
        try await writer.insert(makeRun(), samples: [])
        writer.close()
        #expect(try RunStore(reading: path).run("latest").status == .interrupted)
        let next = try RunStore(writing: path)
        #expect(try next.run("latest").status == .interrupted)
    }

    @Test func `an absent store reads as no runs, and reading does not make it`() async throws {
        let reader = try RunStore(reading: path)
        #expect(try reader.runs().isEmpty)
        #expect(try reader.cacheSize().entries == 0)
        #expect(try reader.cachedReply(key: [1], nowMilliseconds: 0) == nil)
        #expect(await storeError { _ = try reader.run("latest") } == .noSuchRun("latest", nearest: []))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test func `a reader changes nothing, not even by closing last`() async throws {
        let writer = try RunStore(writing: path)
        try await writer.insert(makeRun(), samples: makeSamples(20))
        // What a killed writer leaves: a log that no checkpoint emptied.
        let copy = folder.path("copy.db")
        for ending in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + ending, toPath: copy + ending)
        }
        let before = try [copy, copy + "-wal"].map { try Data(contentsOf: URL(filePath: $0)) }
        let reader = try RunStore(reading: copy)
        #expect(try reader.samples(of: makeRun().id).count == 20)
        reader.close()
        #expect(try [copy, copy + "-wal"].map { try Data(contentsOf: URL(filePath: $0)) } == before)
    }

    @Test func `files and folders are their owner's alone`() async throws {
        let deep = folder.path(".nexus/nexus.db")
        let store = try RunStore(writing: deep)
        try await store.insert(makeRun(), samples: [])
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(folder.path(".nexus")) == 0o700)
        for ending in ["", "-wal", "-shm", ".lock"] { #expect(try mode(deep + ending) == 0o600) }
        store.close()
    }

    @Test func `a path that cannot be is refused with the reason`() async throws {
        try Data("x".utf8).write(to: URL(filePath: folder.path("file")))
        let under = await storeError { _ = try RunStore(writing: folder.path("file/nexus.db")) }
        #expect(under?.description.contains("cannot be opened") == true)
        let isFolder = await storeError { _ = try RunStore(writing: folder.url.path) }
        #expect(isFolder?.description.hasSuffix("the store cannot be opened: not a file") == true)
    }
}
