import Chat
import HTTPServing

/// One question on a socket: it goes through the same pipeline as one of `POST /api/proxy/query`, and into the same
/// books.
///
/// `query` ends in `response`, with the body of a whole answer or of an error. `stream_query` begins with
/// `stream_start`, has a `stream_token` for each piece as it comes, and ends in `stream_complete` or `stream_error`.
struct SocketCall: Sendable {
    let channel: PhoenixChannel
    let message: PhoenixMessage
    let desk: GatewayDesk
    let caller: String?

    private var isStreamed: Bool { message.event == "stream_query" }

    func run() async {
        let id = RequestID.random
        let books = RequestBooks(
            route: GatewayDesk.socketPath, session: channel.session, id: id, caller: caller,
            telemetry: desk.telemetry)
        let trace = Trace(identity: books.identity)
        var asked: Asked?
        do throws(ChatError) {
            let question = try self.asked()
            asked = question
            let model = try desk.catalog.model(named: question.request.model, pipeline: nil)
            await answer(question, model, trace, books)
        } catch {
            books.close(asked?.request, trace, .failure(error))
            await tell(error, id)
        }
    }

    private func asked() throws(ChatError) -> Asked {
        try ProxyQuery(message.payload, session: channel.session, isStreamed: isStreamed).asked(desk.catalog)
    }

    private func answer(_ asked: Asked, _ model: any ChatModel, _ trace: Trace, _ books: RequestBooks) async {
        let pieces = Locked(0)
        let context = CallContext(caller: caller, session: channel.session)
        var call = ChatCall(asked.request, context: context, trace: trace)
        if isStreamed {
            await channel.push("stream_start", ["session_id": asked.echo], message)
            call.onDelta = { delta throws(ChatError) in
                pieces.withLock { $0 += 1 }
                guard case .text(let text) = delta.kind else { return }
                try await pass(text)
            }
        }
        let result: Result<ChatReply, ChatError>
        do throws(ChatError) { result = .success(try await model.reply(to: call)) } catch {
            result = .failure(error)
        }
        books.close(asked.request, trace, result, pieces: pieces.withLock { $0 })
        switch result {
        case .success(let reply):
            var members = ProxySurface.answer(reply, asked, elapsed: .now - trace.start).objectValue ?? []
            members.append(.init(key: "nexus", value: Exchange.facts(reply, trace).json))
            await channel.push(isStreamed ? "stream_complete" : "response", .object(members), message)
            await channel.socket.reply(to: message, "ok", ["request_id": .string(books.id.text)])
        case .failure(let error):
            await tell(error, books.id)
        }
    }

    /// Hands a piece on; waits while the reader is behind.
    private func pass(_ text: String) async throws(ChatError) {
        let event = channel.pushed("stream_token", ["token": .string(text)], message)
        do throws(Gone) {
            try await channel.socket.socket.send(channel.socket.version.print(event))
        } catch {
            throw ChatError(.cancelled, "the client has left")
        }
    }

    /// Tells an error, but for that of a call which the client itself ended by leaving.
    private func tell(_ error: ChatError, _ id: RequestID) async {
        if error.kind == .cancelled { return }
        let body = ProxySurface.error(Refusal(error), requestID: id.text)
        await channel.push(isStreamed ? "stream_error" : "response", body, message)
        await channel.socket.reply(to: message, "error", body)
    }
}
