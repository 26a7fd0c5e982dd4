import Chat
import Dispatch
import GRDB

/// Gathers what is to be written and commits it in batches, so that many small writes share one transaction.
///
/// The first write opens a window of `gathering`; what arrives in it, at most `batchSize` writes, is committed
/// together. Each writer is told once its batch is durable. A write that is refused for a reason of its own fails
/// alone.
final class CommitQueue: Sendable {
    /// Makes its changes in a transaction that others share. It throws a `StoreError` only before it changed anything;
    /// any other error undoes the whole batch, and its writes are then made one by one.
    typealias Work = @Sendable (Database) throws -> Void

    private struct Waiter {
        let work: Work
        let onCommit: @Sendable (Result<Void, StoreError>) -> Void
    }

    private struct State {
        var waiting: [Waiter] = []
        var isScheduled = false
    }

    static let batchSize = 500
    static let gathering = DispatchTimeInterval.milliseconds(20)

    private let database: any DatabaseWriter
    private let path: String
    /// Told of every transaction that was undone.
    private let onRollback: @Sendable () -> Void
    private let state = Locked(State())
    private let queue = DispatchQueue(label: "nexus.store.commits")
    /// Marks the queue's own thread.
    private let mark = DispatchSpecificKey<Bool>()

    init(database: any DatabaseWriter, path: String, onRollback: @escaping @Sendable () -> Void) {
        self.database = database
        self.path = path
        self.onRollback = onRollback
        queue.setSpecific(key: mark, value: true)
    }

    /// Makes a write; returns when it is committed.
    func run(_ work: @escaping Work) async throws(StoreError) {
        let result = await withCheckedContinuation { continuation in
            add(work) { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    /// Takes in a write; `onCommit` is told on the queue's own thread once it is committed or refused.
    func add(_ work: @escaping Work, _ onCommit: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        let (count, begins) = state.withLock { state in
            state.waiting.append(Waiter(work: work, onCommit: onCommit))
            defer { state.isScheduled = true }
            return (state.waiting.count, !state.isScheduled)
        }
        if begins {
            queue.asyncAfter(deadline: .now() + CommitQueue.gathering) { self.commitWaiting() }
        } else if count == CommitQueue.batchSize {
            queue.async { self.commitBatch() }
        }
    }

    /// Commits everything that waits, before the connection is closed.
    func drain() {
        // The last one to hold the store may be a write of this queue: then its thread is the one that closes it.
        guard DispatchQueue.getSpecific(key: mark) == nil else {
            while commitBatch() {}
            return
        }
        queue.sync { while commitBatch() {} }
    }

    /// Commits what waits, and opens the next window where a little more arrived meanwhile.
    private func commitWaiting() {
        var waiting = 0
        repeat {
            commitBatch()
            waiting = state.withLock { state in
                state.isScheduled = !state.waiting.isEmpty
                return state.waiting.count
            }
        } while waiting >= CommitQueue.batchSize
        if waiting > 0 { queue.asyncAfter(deadline: .now() + CommitQueue.gathering) { self.commitWaiting() } }
    }

    /// Commits what waits, up to the size of a batch; false where nothing did.
    @discardableResult
    private func commitBatch() -> Bool {
        let batch = state.withLock { state in
            let batch = Array(state.waiting.prefix(CommitQueue.batchSize))
            state.waiting.removeFirst(batch.count)
            return batch
        }
        guard !batch.isEmpty else { return false }
        let results = commit(batch)
        for (waiter, result) in zip(batch, results) { waiter.onCommit(result) }
        return true
    }

    private func commit(_ batch: [Waiter]) -> [Result<Void, StoreError>] {
        do {
            return try transaction(batch)
        } catch {
            let cause = StoreError(error, path: path)
            guard batch.count > 1, (error as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT else {
                return batch.map { _ in .failure(cause) }
            }
            return batch.map { waiter in
                do {
                    return try transaction([waiter])[0]
                } catch {
                    return .failure(StoreError(error, path: path))
                }
            }
        }
    }

    /// One transaction; a result for each of the writes.
    private func transaction(_ batch: [Waiter]) throws -> [Result<Void, StoreError>] {
        do {
            return try database.write { db in
                try batch.map { waiter in
                    do {
                        try waiter.work(db)
                        return .success(())
                    } catch let error as StoreError {
                        return .failure(error)
                    }
                }
            }
        } catch {
            onRollback()
            throw error
        }
    }
}

extension StoreError {
    /// What an error of SQLite means for the user.
    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .failed(path: path, detail: "\(error)")
            return
        }
        // The SQL is left out of every message, and so are the values.
        let detail = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(path: path, detail: detail)
        case .SQLITE_FULL: self = .diskFull(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
        case .SQLITE_CANTOPEN, .SQLITE_PERM: self = .cannotOpen(path: path, reason: detail)
        case .SQLITE_READONLY: self = .readOnly(path: path)
        default: self = .failed(path: path, detail: detail)
        }
    }
}
