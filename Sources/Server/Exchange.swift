import Chat
import HTTPServing
import Hummingbird
import NIOCore

/// One request for an answer: reads it, has its model's pipeline answer, and prints what came of it.
///
/// The client's leaving cancels the call, which closes the upstream. A stream's status is decided by its first event:
/// until then failures are answered with their own status, afterwards with an error event.
struct Exchange: Sendable {
    let request: Request
    let books: RequestBooks
    let catalog: any ModelCatalog
    let maxBodyBytes: Int
    let channel: any Channel
    let connection: Connection

    var id: RequestID { books.id }

    func response<Family: Surface>(_ family: Family.Type) async -> Response {
        do throws(ChatError) {
            return await response(family, to: try family.read(try await body()))
        } catch {
            return refusal(error, family)
        }
    }

    /// The answer to a request that is read.
    func response<Family: Surface>(_ family: Family.Type, to asked: Asked) async -> Response {
        let trace = Trace(identity: books.identity)
        do throws(ChatError) {
            let (model, context) = try steered(asked.request.model)
            let call = ChatCall(asked.request, context: context, trace: trace)
            return asked.request.stream
                ? await streamed(family, asked, call, model) : await full(family, asked, call, model)
        } catch {
            return refusal(error, family, asked.request, trace)
        }
    }

    /// What answers to a name as the request's headers steer it, and the context of its calls.
    func steered(_ name: String) throws(ChatError) -> (model: any ChatModel, context: CallContext) {
        let steering = try Steering(request.headers)
        return (
            try catalog.model(named: name, pipeline: steering.pipeline),
            CallContext(caller: books.caller, session: steering.session, cacheUse: steering.cacheUse)
        )
    }

    /// Closes the books on a request that failed.
    /// - Parameters:
    ///   - asked: nil where it could not be read.
    ///   - trace: nil where nobody was asked.
    func refusal(
        _ error: ChatError, _ family: any Surface.Type, _ asked: ChatRequest? = nil, _ trace: Trace? = nil
    ) -> Response {
        books.close(asked, trace, .failure(error))
        return Reply.refusal(Refusal(error), family, id, trace)
    }

    /// The whole body; one that is announced as too large is refused before any of it is read.
    func body() async throws(ChatError) -> [UInt8] {
        do throws(BodyFault) {
            return try await connection.body(of: request, upTo: maxBodyBytes)
        } catch {
            // What else the client sends is read and dropped for a moment, so that it hears the answer before the
            // connection's end; a body without end ends here.
            channel.eventLoop.scheduleTask(in: Exchange.farewell) { [channel] in channel.close(promise: nil) }
            switch error {
            case .tooLarge:
                throw ChatError(
                    .invalidRequest, "the body is over \(maxBodyBytes) bytes (max_body_bytes)", status: 413,
                    code: "request_too_large")
            case .broken:
                throw ChatError(.invalidRequest, "the body was cut, or its chunks are not as HTTP has them")
            }
        }
    }

    /// How long a connection with too large a body stays open after its refusal.
    private static let farewell = TimeAmount.seconds(1)

    // MARK: whole answers

    private func full<Family: Surface>(
        _ family: Family.Type, _ asked: Asked, _ call: ChatCall, _ model: any ChatModel
    ) async -> Response {
        let reply: ChatReply
        switch await answer(call, model) {
        case .success(let answered): reply = answered
        case .failure(let error): return refusal(error, family, asked.request, call.trace)
        }
        books.close(asked.request, call.trace, .success(reply))
        var headers = headers(reply, call.trace)
        headers[.nexusWarnings] = Reply.headerText(reply.warnings)
        return Reply.whole(family.print(reply, id: answerID(family), asked: asked), headers)
    }

    /// The model's answer, or `.cancelled` where the client left before it was whole.
    func answer(
        _ call: ChatCall, _ model: any ChatModel, onLeave: @escaping @Sendable () -> Void = {}
    ) async -> Result<ChatReply, ChatError> {
        await untilLeft(onLeave: onLeave) { () async throws(ChatError) in try await model.reply(to: call) }
    }

    /// What `work` gives, or `.cancelled` where the client left before: then the work is cancelled.
    /// - Parameter onLeave: told that the client has left.
    func untilLeft<Value: Sendable>(
        onLeave: @escaping @Sendable () -> Void = {},
        _ work: @escaping @Sendable () async throws(ChatError) -> Value
    ) async -> Result<Value, ChatError> {
        await withTaskGroup(of: Result<Value, ChatError>?.self) { group in
            group.addTask {
                do throws(ChatError) { return .success(try await work()) } catch { return .failure(error) }
            }
            group.addTask {
                await connection.left()
                // A wait that is cancelled, for the answer is there, tells nothing of the client.
                if !Task.isCancelled { onLeave() }
                return nil
            }
            defer { group.cancelAll() }
            for await outcome in group {
                return outcome ?? .failure(ChatError(.cancelled, "the client has left"))
            }
            return .failure(ChatError(.internal, "nobody answered"))
        }
    }

    // MARK: streams

    private func streamed<Family: Surface>(
        _ family: Family.Type, _ asked: Asked, _ call: ChatCall, _ model: any ChatModel
    ) async -> Response {
        let live = LiveAnswer()
        var listened = call
        listened.onDelta = { delta throws(ChatError) in try await live.put(delta) }
        let heard = listened
        // The call outlives this function, for the response's body goes on after it: it ends with its last event, or
        // when the client leaves.
        channel.eventLoop.start {
            let outcome = await answer(heard, model) { live.abandon() }
            books.close(asked.request, heard.trace, outcome, pieces: live.taken)
            switch outcome {
            case .success(let reply): live.end(.finished(reply))
            case .failure(let error): live.end(.failed(error))
            }
        }
        let first = await live.next()
        if case .failed(let error) = first { return Reply.refusal(Refusal(error), family, id, call.trace) }
        var headers = Reply.headers(id, contentType: "text/event-stream")
        headers[.cacheControl] = "no-cache"
        headers[.nexusModel] = asked.request.model
        headers.tell(call.trace.notes)
        let printer = family.stream(of: asked, id: answerID(family))
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                defer { live.abandon() }
                try await write(live, first: first, printer, call.trace, &writer)
                try await writer.finish(nil)
            })
    }

    private func write(
        _ live: LiveAnswer, first: LiveAnswer.Event, _ printer: any StreamPrinter, _ trace: Trace,
        _ writer: inout any ResponseBodyWriter
    ) async throws {
        var printer = printer
        var event = first
        while true {
            switch event {
            case .delta(let delta):
                var bytes = printer.delta(delta)
                for delta in live.ready() { bytes += printer.delta(delta) }
                if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
            case .finished(let reply):
                let end = printer.finish(reply, facts: Exchange.facts(reply, trace))
                return try await writer.write(ByteBuffer(bytes: end))
            case .failed(let error):
                let end = printer.failure(Refusal(error), requestID: id.text)
                return try await writer.write(ByteBuffer(bytes: end))
            }
            event = await live.next()
        }
    }

    // MARK: what is told

    func answerID<Family: Surface>(_ family: Family.Type) -> String {
        let isPlain: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                true
            default: false
            }
        }
        return family.idPrefix + String(decoding: id.text.utf8.filter(isPlain), as: UTF8.self)
    }

    /// The headers of an answer that is there: who gave it, what it cost, what it took here.
    func headers(_ reply: ChatReply, _ trace: Trace) -> HTTPFields {
        var headers = Reply.headers(id)
        let notes = trace.notes
        headers[.nexusModel] = reply.model
        headers[.nexusSource] = reply.source.rawValue
        headers.tell(notes)
        if let cost = reply.cost { headers[.nexusCost] = JSONValue.number(cost.dollars).text }
        headers[.nexusOverhead] = JSONValue.number(RequestBooks.overhead(trace, notes, .now).milliseconds).text
        return headers
    }

    private static func facts(_ reply: ChatReply, _ trace: Trace) -> LateFacts {
        let notes = trace.notes
        return LateFacts(
            model: reply.model, source: reply.source, cache: notes.cache ?? "off", cost: reply.cost,
            overhead: RequestBooks.overhead(trace, notes, .now), warnings: reply.warnings)
    }
}
