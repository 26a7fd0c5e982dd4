public import Chat
import GRDB

extension RunStore {
    /// Stores a new run with its variants and samples, all of it or nothing.
    /// - Throws: `StoreError.runExists`, `.duplicateSample`, `.diskFull` …
    public func insert(_ run: RunRecord, samples: [SampleRecord]) async throws(StoreError) {
        try RunStore.checkDistinct(samples)
        try await write { db in
            try RunTable.insert(samples, run: RunTable.insert(run, db), db)
        }
    }

    /// Stores more samples of a run, for datasets that are read in parts.
    /// - Throws: `StoreError.noSuchRun`, `.duplicateSample`; an id of an earlier part is `.failed`.
    public func insert(samples: [SampleRecord], of runID: String) async throws(StoreError) {
        try RunStore.checkDistinct(samples)
        try await write { [names] db in
            try RunTable.insert(samples, run: names.numbers(of: runID, db).run, db)
        }
    }

    private static func checkDistinct(_ samples: [SampleRecord]) throws(StoreError) {
        var seen = Set<String>()
        for sample in samples where !seen.insert(sample.id).inserted { throw .duplicateSample(sample.id) }
    }

    /// Says how a run stands; nil keeps `finishedAtMilliseconds` as it is.
    public func setStatus(
        _ status: RunRecord.Status, of runID: String, finishedAtMilliseconds: Int64? = nil
    ) async throws(StoreError) {
        try await write { [names] db in
            try db.execute(
                sql: "UPDATE runs SET status = ?, finished_at = coalesce(?, finished_at) WHERE number = ?",
                arguments: [status.rawValue, finishedAtMilliseconds, names.numbers(of: runID, db).run])
        }
    }

    /// Replaces what the runner keeps with a run; it is committed when this returns.
    public func setPlan(_ plan: JSONValue, of runID: String) async throws(StoreError) {
        let result = await withCheckedContinuation { continuation in
            setPlan(plan, of: runID) { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    /// The same without waiting: `onCommit` is told, on the store's own queue, once it is durable or refused.
    public func setPlan(
        _ plan: JSONValue, of runID: String, onCommit: @escaping @Sendable (Result<Void, StoreError>) -> Void
    ) {
        guard let commits else { return onCommit(.failure(.readOnly(path: path))) }
        let write: CommitQueue.Work = { [names] db in
            try db.execute(
                sql: "UPDATE runs SET plan = ? WHERE number = ?",
                arguments: [plan.text, names.numbers(of: runID, db).run])
        }
        commits.add(write, onCommit)
    }

    /// All runs with their counts, newest last.
    public func runs() throws(StoreError) -> [StoredRun] {
        try summaries("", [])
    }

    /// One run with its counts.
    /// - Throws: `StoreError.noSuchRun`
    public func summary(of runID: String) throws(StoreError) -> StoredRun {
        let found = try summaries("WHERE id = ?", [stored(runID)])
        guard let summary = found.first else { throw try noSuchRun(runID) }
        return summary
    }

    /// Finds a run by its id, the beginning of one, or `latest`.
    /// - Throws: `StoreError.noSuchRun` with the ids most like it, or `.ambiguousRun`.
    public func run(_ reference: String) throws(StoreError) -> RunRecord {
        let ids = try runIDs()
        if reference == "latest", let last = ids.last { return try summary(of: last).run }
        if ids.contains(reference) { return try summary(of: reference).run }
        let matches = reference.isEmpty ? [] : ids.filter { $0.hasPrefix(reference) }
        guard let match = matches.first else { throw try noSuchRun(reference) }
        guard matches.count == 1 else { throw .ambiguousRun(reference, matches: Array(matches.suffix(5))) }
        return try summary(of: match).run
    }

    /// The samples of a run by position.
    /// - Throws: `StoreError.noSuchRun`
    public func samples(of runID: String) throws(StoreError) -> [SampleRecord] {
        let found: [SampleRecord]? = try read(absent: nil) { db in
            guard let run = try RunStore.number(of: runID, db) else { return nil }
            let sql = """
                SELECT position, id, variables, "references", cluster FROM samples WHERE run = ? ORDER BY position
                """
            var samples: [SampleRecord] = []
            let rows = try Row.fetchCursor(db, sql: sql, arguments: [run])
            while let row = try rows.next() { samples.append(try RunTable.sample(Columns(row: row, path: path))) }
            return samples
        }
        guard let found else { throw try noSuchRun(runID) }
        return found
    }

    static func number(of runID: String, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT number FROM runs WHERE id = ?", arguments: [stored(runID)])
    }

    /// The ids of all runs, newest last.
    private func runIDs() throws(StoreError) -> [String] {
        try read(absent: []) { db in
            try String.fetchAll(db, sql: "SELECT id FROM runs ORDER BY started_at, number")
        }
    }

    /// The error that names the ids most like a reference: those with the longest common beginning, then those that
    /// hold it, then the newest.
    func noSuchRun(_ reference: String) throws(StoreError) -> StoreError {
        func likeness(_ id: String) -> Int {
            let common = zip(id.utf8, reference.utf8).prefix { $0 == $1 }.count
            return common + (!reference.isEmpty && id.contains(reference) ? 100 : 0)
        }
        let ids = try runIDs().reversed().enumerated().map { (id: $1, rank: (-likeness($1), $0)) }
        return .noSuchRun(reference, nearest: ids.sorted { $0.rank < $1.rank }.prefix(3).map(\.id))
    }

    private func summaries(_ condition: String, _ arguments: StatementArguments) throws(StoreError) -> [StoredRun] {
        let isWriter = commits != nil
        let found: [StoredRun] = try read(absent: []) { db in
            let sql = """
                SELECT \(RunTable.columns),
                    (SELECT count(*) FROM samples WHERE run = number),
                    (SELECT count(*) FROM trials WHERE run = number),
                    (SELECT count(*) FROM trials WHERE run = number AND status = 'failed')
                FROM runs \(condition) ORDER BY started_at, number
                """
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
                let columns = Columns(row: row, path: path)
                let variants = try String.fetchAll(
                    db, sql: "SELECT label FROM variants WHERE run = ? ORDER BY variant",
                    arguments: [try columns.integer(0)])
                return StoredRun(
                    run: try RunTable.run(columns, variants: variants), samples: try columns.count(13),
                    trials: try columns.count(14), failed: try columns.count(15))
            }
        }
        guard !isWriter, found.contains(where: { $0.run.status == .running }), !WriterLock.isHeld(database: path) else {
            return found
        }
        // The process that ran them is gone.
        return found.map { summary in
            var summary = summary
            if summary.run.status == .running { summary.run.status = .interrupted }
            return summary
        }
    }
}
