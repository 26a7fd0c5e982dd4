public import Chat
import Dispatch

/// Writes the rows of the inference log off the path of the requests: they wait in memory for a few milliseconds and
/// are committed together.
///
/// It neither blocks nor fails a request. Where the store cannot be written, rows wait for it, up to `capacity`; what
/// comes on top is lost and counted, and `onChange` is told when writing begins to fail and when it works again.
///
/// ```swift
/// let log = InferenceLog(store) { health in … }
/// log.append(record)
/// log.close()
/// ```
public final class InferenceLog: Sendable {
    /// How the log does.
    public struct Health: Sendable, Hashable {
        /// Rows committed since the log was opened.
        public var written = 0
        /// Rows that wait for being written.
        public var waiting = 0
        /// Rows that found no room and were dropped.
        public var lost = 0
        /// Why the last attempt to write failed; nil where it did not.
        public var fault: StoreError?
    }

    private struct State {
        var rows: [InferenceRecord] = []
        /// Rows of the batch that is being written.
        var underWay = 0
        var isScheduled = false
        var isClosed = false
        var written = 0
        var lost = 0
        var fault: StoreError?

        var health: Health { Health(written: written, waiting: rows.count + underWay, lost: lost, fault: fault) }
    }

    /// How long rows wait for others to share their commit.
    static let gathering = DispatchTimeInterval.milliseconds(20)
    /// How long a store that failed is left alone.
    static let patience = DispatchTimeInterval.seconds(1)
    /// Most rows of one transaction.
    static let batchSize = 2_000

    private let store: RunStore
    private let capacity: Int
    private let onChange: @Sendable (Health) -> Void
    private let state = Locked(State())
    private let queue = DispatchQueue(label: "nexus.store.inferences")

    /// - Parameters:
    ///   - store: open for writing.
    ///   - capacity: most rows that wait.
    ///   - onChange: told on a thread of the log's own when writing begins to fail and when it works again.
    public init(_ store: RunStore, capacity: Int = 20_000, onChange: @escaping @Sendable (Health) -> Void = { _ in }) {
        self.store = store
        self.capacity = capacity
        self.onChange = onChange
    }

    public var health: Health { state.withLock { $0.health } }

    /// Takes in a row; it returns at once.
    public func append(_ record: InferenceRecord) {
        let begins = state.withLock { state in
            guard !state.isClosed, state.rows.count + state.underWay < capacity else {
                state.lost += 1
                return false
            }
            state.rows.append(record)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if begins { schedule(InferenceLog.gathering) }
    }

    /// Returns when what was appended before is written, or could not be.
    public func settle() async {
        guard let commits = store.commits else { return }
        // What is being written ends in the first round; what waited for that goes with the second.
        for _ in 0..<2 where health.waiting > 0 {
            await withCheckedContinuation { continuation in
                queue.async {
                    self.flush()
                    commits.add({ _ in }) { _ in continuation.resume() }
                }
            }
        }
    }

    /// Writes what waits and takes nothing more. Rows that cannot be written now are lost.
    public func close() {
        state.withLock { $0.isClosed = true }
        guard let commits = store.commits else { return }
        var hasMore = true
        while hasMore {
            queue.sync { flush() }
            // What is being written is done after this, whatever came of it.
            commits.drain()
            hasMore = state.withLock { !$0.rows.isEmpty && $0.fault == nil }
        }
        state.withLock { state in
            state.lost += state.rows.count
            state.rows = []
        }
    }

    private func schedule(_ delay: DispatchTimeInterval) {
        queue.asyncAfter(deadline: .now() + delay) { self.flush() }
    }

    private func flush() {
        let batch = state.withLock { state -> [InferenceRecord] in
            guard state.underWay == 0 else { return [] }
            let batch = Array(state.rows.prefix(InferenceLog.batchSize))
            state.rows.removeFirst(batch.count)
            state.underWay = batch.count
            if batch.isEmpty { state.isScheduled = false }
            return batch
        }
        guard !batch.isEmpty else { return }
        guard let commits = store.commits else { return end(batch, .failure(.readOnly(path: store.path))) }
        commits.add({ db in try InferenceTable.insert(batch, db) }) { result in self.end(batch, result) }
    }

    private func end(_ batch: [InferenceRecord], _ result: Result<Void, StoreError>) {
        var isChange = false
        let (health, isScheduled) = state.withLock { state -> (Health, Bool) in
            state.underWay = 0
            switch result {
            case .success:
                state.written += batch.count
                isChange = state.fault != nil
                state.fault = nil
            case .failure(let fault):
                isChange = state.fault == nil
                state.fault = fault
                state.rows.insert(contentsOf: batch, at: 0)
            }
            state.isScheduled = !state.rows.isEmpty && !state.isClosed
            return (state.health, state.isScheduled)
        }
        if isChange { onChange(health) }
        if isScheduled { schedule(health.fault == nil ? InferenceLog.gathering : InferenceLog.patience) }
    }
}
