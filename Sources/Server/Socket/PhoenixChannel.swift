import Chat
import HTTPServing
import Telemetry

/// One membership of a topic: a conversation, and the calls that are under way in it.
///
/// What comes of a message is pushed as an event of the topic, and then the message itself is replied to, for clients
/// that wait for that. Pushes name in `ref` the message that they belong to, as several calls may be under way at once.
final class PhoenixChannel: Sendable {
    static let events = ["query", "stream_query", "get_history", "ping"]

    let socket: PhoenixSocket
    let topic: String
    let session: String
    let joinRef: JSONValue
    /// Looked at for every call, as it may be taken back.
    let key: String?
    private let calls: Lane
    private let inbox: AsyncStream<Errand>
    private let door: AsyncStream<Errand>.Continuation

    private enum Errand {
        case answer(PhoenixMessage)
        /// Cancels what is under way.
        case leave(PhoenixMessage?)
    }

    init(
        socket: PhoenixSocket, topic: String, session: String, joinRef: JSONValue, key: String?, calls: Lane
    ) {
        self.socket = socket
        self.topic = topic
        self.session = session
        self.joinRef = joinRef
        self.key = key
        self.calls = calls
        // As many as may be under way, and the leaving.
        (inbox, door) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(PhoenixSocket.mostCalls + 1))
    }

    // MARK: the socket's side

    /// Takes a message for which a permit was taken; false where it is not taken.
    func take(_ message: PhoenixMessage) -> Bool {
        if case .enqueued = door.yield(.answer(message)) { return true }
        return false
    }

    /// Ends it as the client wishes.
    func leave(_ message: PhoenixMessage) {
        door.yield(.leave(message))
        door.finish()
    }

    /// Ends it for a later membership of the same topic.
    func replace() {
        door.yield(.leave(nil))
        door.finish()
    }

    /// Ends it once what is under way is done.
    func end() { door.finish() }

    // MARK: its own

    /// Answers until it is left.
    func run() async {
        var isLeft = false
        await withDiscardingTaskGroup { group in
            for await errand in inbox {
                switch errand {
                case .answer(let message):
                    group.addTask {
                        await self.answer(message)
                        self.calls.leave()
                    }
                case .leave(let message):
                    group.cancelAll()
                    isLeft = true
                    if let message { await self.socket.reply(to: message, "ok", [:]) }
                }
            }
        }
        if isLeft {
            await socket.send(
                PhoenixMessage(joinRef: joinRef, ref: joinRef, topic: topic, event: "phx_close", payload: [:]))
        }
    }

    private func answer(_ message: PhoenixMessage) async {
        let desk = socket.handshake.renewed
        guard case .admitted(let caller) = desk.keys.admit(key) else {
            desk.telemetry.metrics.requestUnauthorized()
            let refusal = Refusal(401, "the key of this topic is not good any more; join again")
            return await socket.reply(
                to: message, "error", ProxySurface.error(refusal, requestID: RequestID.made()))
        }
        switch message.event {
        case "query", "stream_query":
            await SocketCall(channel: self, message: message, desk: desk, caller: caller).run()
        case "get_history":
            await history(message, desk, caller)
        default:
            await push("pong", ["timestamp": ProxyTime.now], message)
            await socket.reply(to: message, "ok", [:])
        }
    }

    /// `history`: a conversation that has not begun is empty.
    private func history(_ message: PhoenixMessage, _ desk: GatewayDesk, _ caller: String?) async {
        do throws(ChatError) {
            guard let shelf = desk.house.parts.conversations else {
                throw ProxyDesk.absent("conversations are not kept here")
            }
            let turns = try await shelf.turns(session, caller: caller) ?? []
            await push(
                "history",
                ["success": true, "session_id": .string(session), "history": ConversationRoutes.messages(turns)],
                message)
            await socket.reply(to: message, "ok", [:])
        } catch {
            let refusal = ProxySurface.error(Refusal(error), requestID: RequestID.made())
            await push("history", refusal, message)
            await socket.reply(to: message, "error", refusal)
        }
    }

    /// Sends an event of the topic.
    func push(_ event: String, _ payload: JSONValue, _ cause: PhoenixMessage) async {
        await socket.send(pushed(event, payload, cause))
    }

    /// An event of the topic that belongs to a message.
    func pushed(_ event: String, _ payload: JSONValue, _ cause: PhoenixMessage) -> PhoenixMessage {
        var members = payload.objectValue ?? []
        if !cause.ref.isNull { members.append(.init(key: "ref", value: cause.ref)) }
        return PhoenixMessage(joinRef: joinRef, topic: topic, event: event, payload: .object(members))
    }
}
