import Chat
import GRDB

/// The SQL of trials and scores.
enum TrialTable {
    private static let insertTrial = """
        INSERT INTO trials (run, sample, variant, repeat, status, request_hash, started_at, attempts, latency_us,
            ttft_us, source, finish_reason, model, input_tokens, output_tokens, usage, cost_nano_usd, error_kind,
            error_status, error_message, warnings, spans, output, confidence)
        VALUES (?, (SELECT position FROM samples WHERE run = ? AND id = ?),
            ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (run, sample, variant, repeat) DO NOTHING
        """

    private static let deleteFailed = """
        DELETE FROM trials WHERE run = ? AND sample = (SELECT position FROM samples WHERE run = ? AND id = ?)
            AND variant = ? AND repeat = ? AND status = 'failed'
        """

    /// Inserts a trial with its scores, in place of a failed one of the same key.
    /// - Throws: `StoreError.noSuchRun`, `.unknownTrial`, `.alreadyFinished`, before anything was changed.
    static func insert(_ trial: TrialRecord, runID: String, names: RunNames, _ db: Database) throws {
        let numbers = try names.numbers(of: runID, db)
        guard let variant = numbers.variants[trial.key.variant] else { throw StoreError.unknownTrial(trial.key) }
        let insertion = DirectStatement(try db.cachedStatement(sql: insertTrial))
        let row = Row(trial: trial, run: numbers.run, variant: variant)
        if try !inserts(row, insertion, db) {
            let deletion = DirectStatement(try db.cachedStatement(sql: deleteFailed))
            try deletion.execute { row.bindKey(&$0) }
            guard try db.changesCount > 0 && inserts(row, insertion, db) else {
                throw StoreError.alreadyFinished(trial.key)
            }
        }
        let number = db.lastInsertedRowID
        for first in stride(from: 0, to: trial.scores.count, by: scoresPerStatement) {
            let scores = trial.scores[first...].prefix(scoresPerStatement)
            let measures = try scores.map { score in
                try numbers.measures[score.measure] ?? names.add(measure: score.measure, to: runID, db)
            }
            try insert(scores, trial: number, measures: measures, db)
        }
    }

    /// Tries an insert; false where a trial of this key stands.
    private static func inserts(_ row: Row, _ statement: DirectStatement, _ db: Database) throws -> Bool {
        do {
            try statement.execute { row.bind(&$0) }
            return db.changesCount > 0
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_NOTNULL {
            // The sample's position is null: there is no such sample.
            throw StoreError.unknownTrial(row.trial.key)
        }
    }

    private static let scoresPerStatement = 4

    private static let insertScores = (1...scoresPerStatement).map { count in
        "INSERT INTO scores (trial, measure, value, statistics, note) VALUES "
            + Array(repeating: "(?, ?, ?, ?, ?)", count: count).joined(separator: ", ")
    }

    private static func insert(
        _ scores: ArraySlice<ScoreRecord>, trial: Int64, measures: [Int64], _ db: Database
    ) throws {
        let statement = DirectStatement(try db.cachedStatement(sql: insertScores[scores.count - 1]))
        try statement.execute { values in
            for (score, measure) in zip(scores, measures) {
                values.bind(trial)
                values.bind(measure)
                values.bind(score.value)
                values.bind(score.statistics)
                values.bind(score.note)
            }
        }
    }

    /// A trial as the values of its row, in the order of `insertTrial`.
    private struct Row {
        let trial: TrialRecord
        let run: Int64
        let variant: Int64

        func bindKey(_ values: inout DirectStatement.Values) {
            values.bind(run)
            values.bind(run)
            values.bind(trial.key.sampleID)
            values.bind(variant)
            values.bind(trial.key.repeatIndex)
        }

        func bind(_ values: inout DirectStatement.Values) {
            let reply = trial.reply
            let failure = trial.failure
            bindKey(&values)
            values.bind(trial.status.rawValue)
            values.bind(trial.requestHash)
            values.bind(trial.startedAtMilliseconds)
            values.bind(trial.attempts)
            values.bind((reply?.latency ?? failure?.latency)?.microseconds)
            values.bind(reply?.timeToFirstToken?.microseconds)
            values.bind(reply?.source.rawValue)
            values.bind(reply?.finishReason.rawValue)
            values.bind(reply?.model)
            values.bind(reply?.usage?.input)
            values.bind(reply?.usage?.output)
            values.bind(reply?.usage.map(UsageText.text))
            values.bind(reply?.cost?.amount)
            values.bind(failure?.kind.rawValue)
            values.bind(failure?.status)
            values.bind(failure?.message)
            values.bind(warnings(reply))
            values.bind(SpanText.text(trial.spans))
            values.bind(reply?.output)
            values.bind(reply?.confidence)
        }

        private func warnings(_ reply: StoredReply?) -> String? {
            guard let warnings = reply?.warnings, !warnings.isEmpty else { return nil }
            return JSONValue.array(warnings.map { .string($0) }).text
        }
    }
}
