import Chat
import Foundation
import GRDB

/// Reads the trials of one run, with their scores, in the order of sample, variant and repeat.
struct TrialRows {
    private let path: String
    private let db: Database
    private let run: Int64
    private let variants: [Int64: String]
    private let measures: [Int64: String]

    private static let trials = """
        SELECT trial, samples.id, variant, repeat, status, request_hash, started_at, attempts, latency_us, ttft_us,
            source, finish_reason, model, usage, cost_nano_usd, error_kind, error_status, error_message, warnings,
            spans, output, confidence
        FROM trials LEFT JOIN samples ON samples.run = trials.run AND samples.position = trials.sample
        WHERE trials.run = ? ORDER BY trials.sample, variant, repeat
        """

    private static let scores = "SELECT measure, value, statistics, note FROM scores WHERE trial = ?"

    init(run: Int64, path: String, _ db: Database) throws {
        self.path = path
        self.db = db
        self.run = run
        variants = try TrialRows.names(db, "SELECT variant, label FROM variants WHERE run = ?", run, path)
        measures = try TrialRows.names(db, "SELECT measure, name FROM measures WHERE run = ?", run, path)
    }

    func forEach(_ body: (TrialRecord) -> Void) throws {
        let rows = try Row.fetchCursor(db.makeStatement(sql: TrialRows.trials), arguments: [run])
        let scores = try db.makeStatement(sql: TrialRows.scores)
        while let row = try rows.next() {
            let columns = Columns(row: row, path: path)
            var trial = try trial(columns)
            trial.scores = try self.scores(of: columns.integer(0), scores)
            body(trial)
        }
    }

    private func trial(_ columns: Columns) throws(StoreError) -> TrialRecord {
        guard let variant = variants[try columns.integer(2)] else { throw columns.mismatch(2, "a known variant") }
        let key = TrialKey(variant: variant, sampleID: try columns.text(1), repeatIndex: try columns.count(3))
        guard let spans = SpanText.spans(try columns.json(19)) else { throw columns.mismatch(19, "spans") }
        let outcome: TrialRecord.Outcome =
            switch try columns.word(4, TrialRecord.Status.self) {
            case .ok: .answered(try reply(columns))
            case .failed: .failed(try failure(columns))
            }
        return TrialRecord(
            key: key, requestHash: try columns.text(5), startedAtMilliseconds: try columns.integer(6),
            outcome: outcome, attempts: try columns.count(7), spans: spans)
    }

    private func reply(_ columns: Columns) throws(StoreError) -> StoredReply {
        let usage = try columns.optionalJSON(13).map { json throws(StoreError) in
            guard let usage = UsageText.usage(json) else { throw columns.mismatch(13, "token counts") }
            return usage
        }
        return StoredReply(
            output: try columns.text(20), source: try columns.word(10, ChatReply.Source.self),
            finishReason: try columns.word(11, ChatReply.FinishReason.self), model: try columns.text(12),
            usage: usage, cost: try columns.optionalInteger(14).map { NanoUSD($0) },
            latency: try columns.duration(8), timeToFirstToken: try columns.duration(9),
            warnings: try columns.strings(18), confidence: try columns.optionalDouble(21))
    }

    private func failure(_ columns: Columns) throws(StoreError) -> StoredFailure {
        StoredFailure(
            kind: try columns.word(15, ChatError.Kind.self), message: try columns.text(17),
            status: try columns.optionalInteger(16).map { Int($0) }, latency: try columns.duration(8))
    }

    private func scores(of trial: Int64, _ statement: Statement) throws -> [ScoreRecord] {
        var scores: [ScoreRecord] = []
        let rows = try Row.fetchCursor(statement, arguments: [trial])
        while let row = try rows.next() {
            let columns = Columns(row: row, path: path)
            guard let measure = measures[try columns.integer(0)] else { throw columns.mismatch(0, "a known measure") }
            scores.append(
                ScoreRecord(
                    measure: measure, value: try columns.optionalDouble(1), statistics: try statistics(columns),
                    note: try columns.optionalText(3)))
        }
        return scores.sorted { $0.measure < $1.measure }
    }

    private func statistics(_ columns: Columns) throws(StoreError) -> [Double]? {
        guard let data = try columns.optionalBytes(2) else { return nil }
        guard data.count.isMultiple(of: 8) else { throw columns.mismatch(2, "doubles") }
        return data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 8).map {
                Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)))
            }
        }
    }

    private static func names(_ db: Database, _ sql: String, _ run: Int64, _ path: String) throws -> [Int64: String] {
        var names: [Int64: String] = [:]
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [run])
        while let row = try rows.next() {
            let columns = Columns(row: row, path: path)
            names[try columns.integer(0)] = try columns.text(1)
        }
        return names
    }
}
