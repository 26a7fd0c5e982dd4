import Chat
import Store

/// The store of `nexus serve`: opened once, by whoever first needs it.
final class GatewayStore: Sendable {
    private let path: String
    private let opened = Locked<RunStore?>(nil)

    init(path: String) { self.path = path }

    /// - Throws: `StoreError` where it cannot be opened, `.busy` where another server has it.
    func open() throws(StoreError) -> RunStore {
        try opened.withLock { opened throws(StoreError) in
            if let known = opened { return known }
            let store = try RunStore(writing: path, command: "nexus serve")
            opened = store
            return store
        }
    }

    /// The store, where it was opened.
    var known: RunStore? { opened.withLock { $0 } }

    /// Writes what waits and closes it, where it was opened.
    func close() { opened.withLock { $0 }?.close() }
}
