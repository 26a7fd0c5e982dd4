import Chat
public import NIOCore

/// The door of the server: the socket that listens, and the connections that came through it.
///
/// It stops a server in order: first nobody new is let in, then those inside are sent away, then the door is closed.
/// Cancelling the task of a Hummingbird server instead, or closing its socket at once, would drop a connection that is
/// just being accepted, which NIO answers with a trap.
public final class Connections: Sendable {
    private struct State {
        var byChannel: [ObjectIdentifier: (connection: Connection, channel: any Channel)] = [:]
        var listener: (any Channel)?
        var isStopped = false
    }

    /// How long a connection that is just being accepted takes to be inside; a few turns of the loop.
    private static let settling = TimeAmount.milliseconds(20)

    /// How often the connections are looked after, for those that are overdue.
    private static let round = TimeAmount.milliseconds(500)

    /// How long what is written may take to leave once the server stops.
    private static let patience = TimeAmount.seconds(1)
    private static let gentlePatience = TimeAmount.seconds(12)

    private let state = Locked(State())

    public init() {}

    var isStopped: Bool { state.withLock { $0.isStopped } }

    func add(_ connection: Connection, for channel: any Channel) {
        state.withLock { $0.byChannel[ObjectIdentifier(channel)] = (connection, channel) }
    }

    func remove(_ channel: any Channel) {
        _ = state.withLock { $0.byChannel.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// The connection of `channel`; where the channel is closed already, one whose client has left.
    public func connection(of channel: any Channel) -> Connection {
        state.withLock { $0.byChannel[ObjectIdentifier(channel)]?.connection } ?? Connection(self, hasLeft: true)
    }

    /// Takes the socket that listens, and closes it where the server was stopped before it opened.
    func listen(on listener: any Channel) {
        let isStopped = state.withLock { state in
            state.listener = listener
            return state.isStopped
        }
        if isStopped { return listener.close(promise: nil) }
        listener.eventLoop.scheduleRepeatedTask(initialDelay: Connections.round, delay: Connections.round) { task in
            guard !self.isStopped else { return task.cancel() }
            for (connection, channel) in self.inside where connection.isOverdue() { channel.close(promise: nil) }
        }
    }

    /// Stops accepting and closes the connections and the socket that listens.
    /// - Parameter isGentle: whether answers under way may be finished, as far as they wait no longer than ten seconds;
    ///   else every wait ends here.
    func stop(on loop: any EventLoop, gently isGentle: Bool) {
        state.withLock { $0.isStopped = true }
        loop.execute {
            let listener = self.state.withLock { $0.listener }
            try? listener?.syncOptions?.setOption(.autoRead, value: false)
            loop.scheduleTask(in: Connections.settling) {
                listener?.close(promise: nil)
                for (connection, channel) in self.inside {
                    if !isGentle { connection.stop() }
                    channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
                }
            }
            loop.scheduleTask(in: isGentle ? Connections.gentlePatience : Connections.patience) {
                for (_, channel) in self.inside { channel.close(promise: nil) }
            }
        }
    }

    private var inside: [(connection: Connection, channel: any Channel)] {
        state.withLock { Array($0.byChannel.values) }
    }
}
