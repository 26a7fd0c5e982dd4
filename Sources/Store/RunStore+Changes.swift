import Chat
import GRDB

extension RunStore {
    /// Most rows that one transaction removes: other writers go between two of them.
    static let removedAtOnce = 500

    /// Makes a change; whether a row was changed.
    func changesOne(_ sql: String, _ arguments: StatementArguments) async throws(StoreError) -> Bool {
        let changes = Locked(0)
        try await write { db in
            try db.execute(sql: sql, arguments: arguments)
            let count = db.changesCount
            changes.withLock { $0 = count }
        }
        return changes.withLock { $0 } > 0
    }

    /// Removes rows in transactions of `removedAtOnce` each.
    /// - Parameters:
    ///   - deletion: its last argument is the most rows that it may remove.
    ///   - most: stops after so many.
    /// - Returns: How many there were.
    func removeInBatches(
        _ deletion: String, _ arguments: StatementArguments, atMost most: Int = .max
    ) async throws(StoreError) -> Int {
        var removed = 0
        while removed < most {
            let limit = min(RunStore.removedAtOnce, most - removed)
            let count = Locked(0)
            try await write { db in
                try db.execute(sql: deletion, arguments: arguments + [limit])
                let changes = db.changesCount
                count.withLock { $0 = changes }
            }
            let gone = count.withLock { $0 }
            removed += gone
            if gone < limit { break }
        }
        return removed
    }
}
