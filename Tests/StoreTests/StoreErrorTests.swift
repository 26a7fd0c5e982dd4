import Foundation
import Store
import Testing

/// What each refusal of the store says: the file, and what to do.
struct StoreErrorTests {
    private static let trial = TrialKey(variant: "lead", sampleID: "s1", repeatIndex: 2)

    static let messages: [(StoreError, String)] = [
        (
            .busy(path: "n.db", holder: nil),
            "n.db: another process writes to this store: unknown; wait for it to end, or choose another store with "
                + "--store"
        ),
        (
            .busy(path: "n.db", holder: LockHolder(pid: 7, command: "")),
            "n.db: another process writes to this store: pid 7; wait for it to end, or choose another store with "
                + "--store"
        ),
        (
            .locked(path: "n.db"),
            "n.db: another program has locked the database for more than 5 s; end it and try again"
        ),
        (
            .corrupt(path: "n.db", detail: "it has only 5 bytes"),
            "n.db: the store is damaged (it has only 5 bytes); save what is left with `sqlite3 'n.db' .recover | "
                + "sqlite3 recovered.db`, or move the file away to begin a new store"
        ),
        (
            .older(path: "n.db"),
            "n.db: an older version of nexus made this store; any command that writes to it brings it up to date"
        ),
        (
            .foreign(path: "n.db"),
            "n.db: this database belongs to another program; choose another file with --store"
        ),
        (.diskFull(path: "n.db"), "n.db: no space left to write; free some and resume"),
        (
            .cannotOpen(path: "n.db", reason: "Permission denied"),
            "n.db: the store cannot be opened: Permission denied"
        ),
        (.readOnly(path: "n.db"), "n.db: the store is open for reading only"),
        (.runExists("run-1"), "run run-1 is stored already"),
        (.duplicateSample("s1"), "two samples have the id \"s1\"; each needs its own"),
        (.unknownTrial(trial), "trial s1/lead/2: its sample or variant is not part of the run"),
        (.alreadyFinished(trial), "trial s1/lead/2 is stored already"),
        (.noSuchRun("nope", nearest: []), "no run \"nope\" in the store"),
        (.noSuchRun("nope", nearest: ["a", "b"]), "no run \"nope\" in the store; nearest: a, b"),
        (
            .ambiguousRun("2026", matches: ["2026a", "2026b"]),
            "\"2026\" fits several runs; write more of the id: 2026a, 2026b"
        ),
    ]

    @Test(arguments: messages) func `each refusal names what it is of`(error: StoreError, message: String) {
        #expect(error.description == message)
    }

    @Test func `a folder above the store that cannot be made is named with the reason`() async throws {
        let folder = try ScratchFolder()
        try Data("x".utf8).write(to: URL(filePath: folder.path("file")))
        let writer = await storeError { _ = try RunStore(writing: folder.path("file/nexus.db")) }
        #expect(writer?.description.hasSuffix("/file/nexus.db: the store cannot be opened: Not a directory") == true)
        let reader = await storeError { _ = try RunStore(reading: folder.path("file/nexus.db")) }
        #expect(reader?.description.hasSuffix("/file/nexus.db: the store cannot be opened: Not a directory") == true)
    }

    @Test func `a text in place of a store is told from one that is cut short`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path("notes.txt")
        try Data("short".utf8).write(to: URL(filePath: path))
        let short = await storeError { _ = try RunStore(reading: path) }
        #expect(
            short?.description.hasPrefix("\(path): the store is damaged (it has only 5 bytes); save what is left ")
                == true)
        try Data(String(repeating: "a note. ", count: 100).utf8).write(to: URL(filePath: path))
        let long = await storeError { _ = try RunStore(writing: path) }
        #expect(
            long?.description.hasPrefix("\(path): the store is damaged (it does not begin as a SQLite database does); ")
                == true)
        #expect(try String(contentsOf: URL(filePath: path), encoding: .utf8).hasPrefix("a note. "), "it is left alone")
    }
}
