import Chat
import GRDB

/// Where runs are kept: one SQLite file in WAL mode, one writing process, any number of readers beside it.
///
/// A writer makes the file and its folder where they are missing, brings the schema up to date, and holds a lock beside
/// the file (`nexus.db.lock`) until `close`. A reader never changes anything; an absent file reads as a store without
/// runs. What a writing method has written is committed when it returns: killing the process loses nothing of it.
///
/// ```swift
/// let store = try RunStore(writing: ".nexus/nexus.db", command: "nexus eval evals/news.yaml")
/// try await store.insert(run, samples: samples)
/// try await store.append(trial, to: run.id)
/// store.close()
/// ```
///
/// SQLite before 3.51.3 may damage a file whose write-ahead log is reset by one connection while another writes, so one
/// connection of one process writes and owns every checkpoint, and memory mapping is off.
public final class RunStore: Sendable {
    /// The database file.
    public let path: String
    let reader: (any DatabaseReader)?
    let commits: CommitQueue?
    let names = RunNames()
    let collections = KnownCollections()
    private let lock: Locked<WriterLock?>
    private let isOpen = Locked(true)

    /// Opens a store for writing.
    /// - Parameters:
    ///   - path: The database file; it is made where it is missing.
    ///   - command: What this process was started as, without secrets: a second writer is told.
    /// - Throws: `StoreError.busy` where another process writes, `.corrupt`, `.newer`, `.foreign`, `.cannotOpen`.
    public init(writing path: String, command: String = "") throws(StoreError) {
        try StoreFile.makeFolder(of: path)
        let path = StoreFile.resolved(path)
        _ = try StoreFile.inspect(path)
        let lock = try WriterLock(database: path, command: command)
        if try StoreFile.inspect(path) == .absent { try RunStore.make(path) }
        let pool: DatabasePool
        do {
            pool = try DatabasePool(path: path, configuration: RunStore.configuration(isReader: false))
            try pool.read { try RunStore.check($0, path: path) }
            try Migrations.all.migrate(pool)
            try pool.write { try RunTable.markAbandoned($0) }
        } catch {
            throw StoreError(error, path: path)
        }
        self.path = path
        self.lock = Locked(lock)
        reader = pool
        commits = CommitQueue(database: pool, path: path) { [names] in names.forgetAll() }
    }

    /// Opens a store for reading, beside a writer or alone.
    /// - Throws: `StoreError.corrupt`, `.newer`, `.older`, `.foreign`, `.cannotOpen`.
    public init(reading path: String) throws(StoreError) {
        let path = StoreFile.resolved(path)
        self.path = path
        lock = Locked(nil)
        commits = nil
        guard try StoreFile.inspect(path) != .absent else {
            reader = nil
            return
        }
        do {
            let queue = try DatabaseQueue(path: path, configuration: RunStore.configuration(isReader: true))
            try queue.read { db in
                try RunStore.check(db, path: path)
                guard try Migrations.all.hasCompletedMigrations(db) else { throw StoreError.older(path: path) }
            }
            reader = queue
        } catch {
            throw StoreError(error, path: path)
        }
    }

    deinit { close() }

    /// Commits what waits, closes the file and gives up the lock. Writing afterwards is an error.
    public func close() {
        guard
            isOpen.withLock({ isOpen in
                defer { isOpen = false }; return isOpen
            })
        else { return }
        commits?.drain()
        if let pool = reader as? DatabasePool {
            // Readers go first: the last connection to close empties the log into the file, and only the writer may.
            pool.invalidateReadOnlyConnections()
            _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.passive) }
        }
        // A statement still in use keeps the connection until it ends; nothing is lost by it.
        try? reader?.close()
        lock.withLock { $0 = nil }
    }

    /// How long another program's lock is waited for.
    private static let busySeconds = 5

    private static func configuration(isReader: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = isReader
        configuration.busyMode = .timeout(Double(busySeconds))
        configuration.label = "nexus.store"
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA mmap_size = 0")
            // What is deleted is overwritten, in pages in use and in free ones.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            // 16 MiB, where SQLite's own 2 MiB read five pages again for every trial of 10,000 samples
            try db.execute(sql: "PRAGMA cache_size = -16384")
        }
        return configuration
    }

    /// Builds a new database aside and moves it into place: a store is whole or absent.
    private static func make(_ path: String) throws(StoreError) {
        let new = path + ".new"
        try StoreFile.makeEmpty(new)
        do {
            let queue = try DatabaseQueue(path: new)
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA application_id = \(StoreFile.applicationID)")
                try db.execute(sql: "PRAGMA journal_mode = WAL")
            }
            try Migrations.all.migrate(queue)
            try queue.close()
        } catch {
            throw StoreError(error, path: path)
        }
        try StoreFile.moveIntoPlace(new, path)
    }

    /// Small files are checked whole when they are opened, for a few milliseconds; of large ones the schema alone.
    private static let checkedBytes = 16 << 20

    private static func check(_ db: Database, path: String) throws {
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == StoreFile.applicationID else {
            throw StoreError.foreign(path: path)
        }
        if try Migrations.all.hasBeenSuperseded(db) { throw StoreError.newer(path: path) }
        guard StoreFile.fileBytes(path) <= checkedBytes else { return }
        let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
        guard finding == "ok" else {
            throw StoreError.corrupt(path: path, detail: finding ?? "the check found no answer")
        }
    }

    /// Reads in one snapshot; `absent` where there is no file.
    func read<Value>(absent: Value, _ body: (Database) throws -> Value) throws(StoreError) -> Value {
        guard let reader else { return absent }
        do {
            return try reader.read(body)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Returns when all that was handed over before is written.
    public func flush() async throws(StoreError) {
        if commits != nil { try await write { _ in } }
    }

    /// Brings the write-ahead log into the file and empties it, so that what was deleted stands in neither. While
    /// somebody reads as of before, the log stays: the next deletion empties it, or the end of the process.
    func emptyLog() async {
        guard let pool = reader as? DatabasePool else { return }
        try? await pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA busy_timeout = 200")
            defer { try? db.execute(sql: "PRAGMA busy_timeout = \(RunStore.busySeconds * 1000)") }
            try db.checkpoint(.truncate)
        }
    }

    /// Writes in a batch with others; returns when it is committed.
    func write(_ work: @escaping CommitQueue.Work) async throws(StoreError) {
        guard let commits else { throw .readOnly(path: path) }
        try await commits.run(work)
    }
}
