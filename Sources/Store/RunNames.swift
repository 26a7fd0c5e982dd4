import Chat
import GRDB

/// The numbers that stand for a run, its variants and its measures in the rows of trials and scores, kept in memory by
/// the writer.
final class RunNames: Sendable {
    struct Numbers {
        let run: Int64
        let variants: [String: Int64]
        var measures: [String: Int64]
    }

    private let known = Locked<[String: Numbers]>([:])

    /// The numbers of a run.
    /// - Throws: `StoreError.noSuchRun`.
    func numbers(of runID: String, _ db: Database) throws -> Numbers {
        if let numbers = known.withLock({ $0[runID] }) { return numbers }
        guard let run = try Int64.fetchOne(db, sql: "SELECT number FROM runs WHERE id = ?", arguments: [stored(runID)])
        else { throw StoreError.noSuchRun(runID, nearest: []) }
        let numbers = Numbers(
            run: run,
            variants: try RunNames.pairs(db, "SELECT label, variant FROM variants WHERE run = ?", run),
            measures: try RunNames.pairs(db, "SELECT name, measure FROM measures WHERE run = ?", run))
        known.withLock { $0[runID] = numbers }
        return numbers
    }

    /// Gives a measure that a run did not have yet the next number.
    func add(measure: String, to runID: String, _ db: Database) throws -> Int64 {
        var numbers = try numbers(of: runID, db)
        let number = Int64(numbers.measures.count)
        try db.execute(
            sql: "INSERT INTO measures (run, measure, name) VALUES (?, ?, ?)",
            arguments: [numbers.run, number, stored(measure)])
        numbers.measures[measure] = number
        known.withLock { $0[runID] = numbers }
        return number
    }

    /// Forgets everything: a transaction was undone, and measures with it.
    func forgetAll() {
        known.withLock { $0 = [:] }
    }

    private static func pairs(_ db: Database, _ sql: String, _ run: Int64) throws -> [String: Int64] {
        var pairs: [String: Int64] = [:]
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [run])
        while let row = try rows.next() {
            let columns = Columns(row: row, path: "")
            pairs[try columns.text(0)] = try columns.integer(1)
        }
        return pairs
    }
}
