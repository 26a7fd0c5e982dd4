import Chat
import HTTPServing
import Telemetry

/// One client's socket: its topics, each with a channel of its own, and what is written for them.
///
/// Topics are `proxy:<session_id>`, and `phoenix` for heartbeats. The socket's end cancels all that is under way.
struct PhoenixSocket: Sendable {
    let socket: WebSocket
    let version: PhoenixVersion
    /// The key of the handshake, which was good; nil where it had none.
    let key: String?
    /// The desk that the handshake came to.
    let handshake: GatewayDesk
    /// Calls under way on all topics together.
    private let calls = Lane(permits: PhoenixSocket.mostCalls)

    /// Most topics that are joined at once, and most calls.
    static let mostTopics = 32
    static let mostCalls = 16

    init(socket: WebSocket, version: PhoenixVersion, key: String?, handshake: GatewayDesk) {
        self.socket = socket
        self.version = version
        self.key = key
        self.handshake = handshake
    }

    /// Serves until the client leaves, breaks the protocol, or the server stops; then what is under way is finished
    /// first.
    /// - Parameter limit: a client that has joined no topic by then is sent away: nobody knows yet who it is.
    func run(joinWithin limit: Duration) async {
        let hasJoined = Locked(false)
        async let watch: Void = leave(after: limit, unless: hasJoined)
        await withDiscardingTaskGroup { group in
            var channels: [String: PhoenixChannel] = [:]
            while let text = await socket.next() {
                guard let message = version.read(text) else {
                    socket.close(1007, "expected \(version.shape)")
                    break
                }
                switch (message.topic, message.event) {
                case ("phoenix", "heartbeat"):
                    await reply(to: message, "ok", [:])
                case (_, "phx_join"):
                    guard let channel = await join(message, channels) else { continue }
                    hasJoined.withLock { $0 = true }
                    channels.updateValue(channel, forKey: message.topic)?.replace()
                    group.addTask { await channel.run() }
                case (let topic, "phx_leave"):
                    guard let channel = channels.removeValue(forKey: topic) else {
                        await reply(to: message, "ok", [:])
                        continue
                    }
                    channel.leave(message)
                default:
                    await hand(message, channels)
                }
            }
            for channel in channels.values { channel.end() }
            if !socket.isStopping { group.cancelAll() }
        }
        socket.close(socket.isStopping ? 1001 : 1000)
    }

    private func leave(after limit: Duration, unless hasJoined: Locked<Bool>) async {
        guard (try? await Task.sleep(for: limit)) != nil, !hasJoined.withLock({ $0 }) else { return }
        socket.close(1008, "no topic was joined within \(limit.components.seconds) s")
    }

    private func hand(_ message: PhoenixMessage, _ channels: [String: PhoenixChannel]) async {
        guard let channel = channels[message.topic] else {
            return await reply(to: message, "error", ["reason": "unmatched topic"])
        }
        // A message of an earlier membership of the topic is nobody's.
        guard message.joinRef.isNull || message.joinRef == channel.joinRef else { return }
        guard PhoenixChannel.events.contains(message.event) else {
            let name = Steering.shown(message.event)
            let remedy =
                NearestName.question(for: message.event, among: PhoenixChannel.events)
                ?? "known: \(PhoenixChannel.events.joined(separator: ", "))"
            return await reply(to: message, "error", ["reason": .string("there is no event '\(name)'; \(remedy)")])
        }
        guard calls.enterAtOnce() else {
            let refusal = Refusal(429, "\(PhoenixSocket.mostCalls) calls are under way on this socket")
            return await reply(to: message, "error", ProxySurface.error(refusal, requestID: RequestID.made()))
        }
        if !channel.take(message) { calls.leave() }
    }

    // MARK: joining

    /// The channel of a join; nil where it is refused, which the client is told.
    private func join(_ message: PhoenixMessage, _ channels: [String: PhoenixChannel]) async -> PhoenixChannel? {
        let session = message.topic.hasPrefix("proxy:") ? String(message.topic.dropFirst("proxy:".count)) : ""
        guard SessionName.isValid(session) else {
            await reply(
                to: message, "error",
                ["reason": "unmatched topic", "message": "expected proxy:<session_id>, its id 1 to 256 characters"])
            return nil
        }
        guard channels[message.topic] != nil || channels.count < PhoenixSocket.mostTopics else {
            await reply(
                to: message, "error", ["reason": .string("at most \(PhoenixSocket.mostTopics) topics a socket")])
            return nil
        }
        let key = message.payload["auth_token"]?.stringValue ?? key
        let desk = handshake.renewed
        guard case .admitted = desk.keys.admit(key) else {
            desk.telemetry.metrics.requestUnauthorized()
            let refusal = Refusal(401, "the key is missing or unknown: send it as auth_token in the join")
            var members = ProxySurface.error(refusal, requestID: RequestID.made()).objectValue ?? []
            members.append(.init(key: "reason", value: "unauthorized"))
            await reply(to: message, "error", .object(members))
            return nil
        }
        // In version 1 a message's own ref names the membership.
        let joinRef = message.joinRef.isNull ? message.ref : message.joinRef
        await send(
            PhoenixMessage(
                joinRef: joinRef, ref: message.ref, topic: message.topic, event: "phx_reply",
                payload: ["status": "ok", "response": ["session_id": .string(session)]]))
        return PhoenixChannel(
            socket: self, topic: message.topic, session: session, joinRef: joinRef, key: key, calls: calls)
    }

    // MARK: writing

    /// Answers a message that wants a reply.
    func reply(to message: PhoenixMessage, _ status: String, _ response: JSONValue) async {
        guard !message.ref.isNull else { return }
        await send(
            PhoenixMessage(
                joinRef: message.joinRef, ref: message.ref, topic: message.topic, event: "phx_reply",
                payload: ["status": .string(status), "response": response]))
    }

    func send(_ message: PhoenixMessage) async { try? await socket.send(version.print(message)) }
}
