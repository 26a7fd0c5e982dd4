import GRDB

extension RunStore {
    /// Stores a finished trial with its scores; it is committed when this returns.
    ///
    /// A failed trial of the same key is replaced; that is how failed trials are asked again.
    /// - Throws: `StoreError.alreadyFinished` where the key has an answer, `.unknownTrial` where sample or variant are
    ///   none of the run's, `.diskFull`, `.locked`.
    public func append(_ trial: TrialRecord, to runID: String) async throws(StoreError) {
        let result = await withCheckedContinuation { continuation in
            append(trial, to: runID) { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    /// The same without waiting: `onCommit` is told, on the store's own queue, once the trial is durable or refused.
    public func append(
        _ trial: TrialRecord, to runID: String, onCommit: @escaping @Sendable (Result<Void, StoreError>) -> Void
    ) {
        guard let commits else { return onCommit(.failure(.readOnly(path: path))) }
        commits.add({ [names] db in try TrialTable.insert(trial, runID: runID, names: names, db) }, onCommit)
    }

    /// The trials that a run has already, and whether they have an answer: what a resumed run need not ask.
    /// - Throws: `StoreError.noSuchRun`
    public func finishedKeys(of runID: String) throws(StoreError) -> [TrialKey: TrialRecord.Status] {
        let found: [TrialKey: TrialRecord.Status]? = try read(absent: nil) { db in
            guard let run = try RunStore.number(of: runID, db) else { return nil }
            var keys: [TrialKey: TrialRecord.Status] = [:]
            // The first reads an index alone, not the outputs; few trials fail, and they have an index of their own.
            for (condition, status) in [("", TrialRecord.Status.ok), ("AND status = 'failed'", .failed)] {
                let sql = """
                    SELECT samples.id, label, repeat FROM trials
                    JOIN samples ON samples.run = trials.run AND position = sample
                    JOIN variants ON variants.run = trials.run AND variants.variant = trials.variant
                    WHERE trials.run = ? \(condition)
                    """
                let rows = try Row.fetchCursor(db, sql: sql, arguments: [run])
                while let row = try rows.next() {
                    let columns = Columns(row: row, path: path)
                    let key = TrialKey(
                        variant: try columns.text(1), sampleID: try columns.text(0), repeatIndex: try columns.count(2))
                    keys[key] = status
                }
            }
            return keys
        }
        guard let found else { throw try noSuchRun(runID) }
        return found
    }

    /// Hands over every trial of a run with its scores, by the sample's position, the variant's place in the spec and
    /// the repeat; scores by the measure's name. One trial is held at a time.
    /// - Throws: `StoreError.noSuchRun`, `.corrupt`
    public func forEachTrial(of runID: String, _ body: (TrialRecord) -> Void) throws(StoreError) {
        let isFound = try read(absent: false) { db in
            guard let run = try RunStore.number(of: runID, db) else { return false }
            try TrialRows(run: run, path: path, db).forEach(body)
            return true
        }
        guard isFound else { throw try noSuchRun(runID) }
    }

    /// All trials of a run at once, in the order of `forEachTrial`.
    public func trials(of runID: String) throws(StoreError) -> [TrialRecord] {
        var trials: [TrialRecord] = []
        try forEachTrial(of: runID) { trials.append($0) }
        return trials
    }
}
