import Chat
import Foundation
import GRDB

/// The SQL of trials and scores.
enum TrialTable {
    // GRDB turns a sequence of one known type into arguments through a key path, which costs more than SQLite's part.
    private typealias Arguments = [(any DatabaseValueConvertible)?]

    private static let insertTrial = """
        INSERT INTO trials (run, sample, variant, repeat, status, request_hash, started_at, attempts, latency_us,
            ttft_us, source, finish_reason, model, input_tokens, output_tokens, usage, cost_nano_usd, error_kind,
            error_status, error_message, warnings, spans, output)
        VALUES (?, (SELECT position FROM samples WHERE run = ? AND id = ?),
            ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
        let arguments = arguments(trial, run: numbers.run, variant: variant)
        let statement = try db.cachedStatement(sql: insertTrial)
        if try !inserts(statement, arguments, trial.key, db) {
            try db.cachedStatement(sql: deleteFailed).execute(arguments: StatementArguments(arguments.prefix(5)))
            guard try db.changesCount > 0 && inserts(statement, arguments, trial.key, db) else {
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
    private static func inserts(
        _ statement: Statement, _ arguments: Arguments, _ key: TrialKey, _ db: Database
    ) throws -> Bool {
        do {
            try statement.execute(arguments: StatementArguments(arguments))
            return db.changesCount > 0
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_NOTNULL {
            // The sample's position is null: there is no such sample.
            throw StoreError.unknownTrial(key)
        }
    }

    /// Four scores fill a statement: GRDB copies no text for statements of up to 20 arguments.
    private static let scoresPerStatement = 4

    private static let insertScores = (1...scoresPerStatement).map { count in
        "INSERT INTO scores (trial, measure, value, statistics, note) VALUES "
            + Array(repeating: "(?, ?, ?, ?, ?)", count: count).joined(separator: ", ")
    }

    private static func insert(
        _ scores: ArraySlice<ScoreRecord>, trial: Int64, measures: [Int64], _ db: Database
    ) throws {
        var arguments: Arguments = []
        arguments.reserveCapacity(scores.count * 5)
        for (score, measure) in zip(scores, measures) {
            arguments.append(trial.databaseValue)
            arguments.append(measure.databaseValue)
            arguments.append(score.value?.databaseValue ?? .null)
            arguments.append(score.statistics.map { bytes($0).databaseValue } ?? .null)
            arguments.append(stored(score.note))
        }
        try db.cachedStatement(sql: insertScores[scores.count - 1]).execute(arguments: StatementArguments(arguments))
    }

    private static func arguments(_ trial: TrialRecord, run: Int64, variant: Int64) -> Arguments {
        let reply = trial.reply
        let failure = trial.failure
        let latency = reply?.latency ?? failure?.latency
        return [
            run.databaseValue, run.databaseValue, stored(trial.key.sampleID), variant.databaseValue,
            trial.key.repeatIndex.databaseValue, trial.status.rawValue.databaseValue, stored(trial.requestHash),
            trial.startedAtMilliseconds.databaseValue,
            trial.attempts.databaseValue, number(latency?.microseconds), number(reply?.timeToFirstToken?.microseconds),
            stored(reply?.source.rawValue), stored(reply?.finishReason.rawValue), stored(reply?.model),
            number(reply?.usage?.input), number(reply?.usage?.output), stored(reply?.usage.map(UsageText.text)),
            number(reply?.cost?.amount), stored(failure?.kind.rawValue), number(failure?.status),
            stored(failure?.message), stored(warnings(reply)), stored(SpanText.text(trial.spans)),
            stored(reply?.output),
        ]
    }

    private static func number(_ value: (some DatabaseValueConvertible)?) -> DatabaseValue {
        value?.databaseValue ?? .null
    }

    private static func warnings(_ reply: StoredReply?) -> String? {
        guard let warnings = reply?.warnings, !warnings.isEmpty else { return nil }
        return JSONValue.array(warnings.map { .string($0) }).text
    }

    /// A segment's statistics as little-endian doubles.
    private static func bytes(_ statistics: [Double]) -> Data {
        statistics.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
    }
}
