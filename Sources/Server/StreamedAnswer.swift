import Chat
import HTTPServing
import Hummingbird

/// A streamed answer on its way out: the head goes with the first piece, so that what fails before has its own status.
final class StreamedAnswer: Sendable {
    private struct State {
        var printer: any StreamPrinter
        var pieces = 0
    }

    private let state: Locked<State>
    private let outlet: Outlet
    private let headers: @Sendable () -> HTTPFields

    /// - Parameter headers: those of the head, asked for when it is written.
    init(_ printer: any StreamPrinter, to outlet: Outlet, headers: @escaping @Sendable () -> HTTPFields) {
        state = Locked(State(printer: printer))
        self.outlet = outlet
        self.headers = headers
    }

    /// How many pieces went on to the client.
    var pieces: Int { state.withLock { $0.pieces } }

    /// Hands a piece on; waits while the reader is behind.
    /// - Throws: `.cancelled` once nobody reads.
    func pass(_ delta: Delta) async throws(ChatError) {
        let (bytes, isFirst) = state.withLock { state in
            state.pieces += 1
            return (state.printer.delta(delta), state.pieces == 1)
        }
        if isFirst { outlet.begin(.ok, headers()) }
        do throws(Gone) {
            try await outlet.write(bytes)
        } catch {
            throw ChatError(.cancelled, "the client has left")
        }
    }

    /// Ends the answer with what `last` prints.
    func end(_ last: (inout any StreamPrinter) -> [UInt8]) async {
        let (bytes, hasBegun) = state.withLock { (last(&$0.printer), $0.pieces > 0) }
        if !hasBegun { outlet.begin(.ok, headers()) }
        try? await outlet.write(bytes)
        outlet.finish()
    }
}
