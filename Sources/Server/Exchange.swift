import Chat
import HTTPServing
import HTTPTypes
import Hummingbird
import NIOCore

/// One request for an answer: reads it, has its model's pipeline answer, and prints what came of it.
///
/// The client's leaving cancels the call, which closes the upstream. A stream's status is decided by its first event:
/// until then failures are answered with their own status, afterwards with an error event.
struct Exchange: Sendable {
    let request: Request
    var books: RequestBooks
    let catalog: any ModelCatalog
    let maxBodyBytes: Int
    let outlet: Outlet
    let connection: Connection
    /// The session that the body names; nil leaves it to the header.
    var session: String?
    /// See `CallContext.beginsSession`.
    var beginsSession = false
    /// The body, where all of it came with the head.
    var wholeBody: ByteBuffer?

    var id: RequestID { books.id }

    func response<Family: RequestSurface>(_ family: Family.Type) async -> Response {
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
        let (pipeline, context) = try steering()
        return (try catalog.model(named: name, pipeline: pipeline), context)
    }

    /// The pipeline that the request's headers ask for, nil for the standard one, and the context of its calls.
    func steering() throws(ChatError) -> (pipeline: String?, context: CallContext) {
        let steering = try Steering(request.headers)
        var context = CallContext(
            caller: books.caller, session: session ?? steering.session, cacheUse: steering.cacheUse,
            retrievalUse: steering.retrievalUse)
        context.beginsSession = beginsSession
        context.explainsCache = steering.explainsCache
        return (steering.pipeline, context)
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
        if let wholeBody, wholeBody.readableBytes <= maxBodyBytes { return Array(wholeBody.readableBytesView) }
        do throws(BodyFault) {
            return try await connection.body(of: request, upTo: maxBodyBytes)
        } catch {
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
        headers.add(.nexusWarnings, Reply.headerText(reply.warnings))
        let body = family.print(reply, id: answerID(family), asked: asked, trace: call.trace)
        return answered(headers, AnswerMetadata(reply, call.trace.notes).added(to: body))
    }

    /// The model's answer, or `.cancelled` where the client left before it was whole.
    func answer(_ call: ChatCall, _ model: any ChatModel) async -> Result<ChatReply, ChatError> {
        await untilLeft { () async throws(ChatError) in try await model.reply(to: call) }
    }

    /// What `work` gives, or `.cancelled` where the client left before: its leaving cancels this task.
    func untilLeft<Value: Sendable>(
        _ work: () async throws(ChatError) -> Value
    ) async -> Result<Value, ChatError> {
        do throws(ChatError) {
            return .success(try await work())
        } catch {
            let hasLeft = error.kind == .cancelled && connection.hasLeft
            return .failure(hasLeft ? ChatError(.cancelled, "the client has left") : error)
        }
    }

    // MARK: streams

    private func streamed<Family: Surface>(
        _ family: Family.Type, _ asked: Asked, _ call: ChatCall, _ model: any ChatModel
    ) async -> Response {
        let stream = StreamedAnswer(family.stream(of: asked, id: answerID(family)), to: outlet) {
            var headers = Reply.headers(id, contentType: "text/event-stream")
            headers[.cacheControl] = "no-cache"
            headers[.nexusModel] = asked.request.model
            headers.tell(call.trace.notes)
            return headers
        }
        var heard = call
        heard.onDelta = { delta throws(ChatError) in try await stream.pass(delta) }
        let outcome = await answer(heard, model)
        let pieces = stream.pieces
        if pieces == 0, case .failure(let error) = outcome { return refusal(error, family, asked.request, call.trace) }
        books.close(asked.request, call.trace, outcome, pieces: pieces)
        await stream.end { printer in
            switch outcome {
            case .success(let reply): printer.finish(reply, facts: Exchange.facts(reply, call.trace))
            case .failure(let error): printer.failure(Refusal(error), requestID: id.text)
            }
        }
        return Response(status: .ok)
    }

    // MARK: what is told

    func answerID<Family: Surface>(_ family: Family.Type) -> String {
        var (prefix, own) = (family.idPrefix, id.text)
        return String(unsafeUninitializedCapacity: prefix.utf8.count + own.utf8.count) { buffer in
            var count = prefix.withUTF8 { buffer.update(fromContentsOf: $0) }
            own.withUTF8 { own in
                for byte in own where Exchange.isPlain(byte) {
                    buffer[count] = byte
                    count += 1
                }
            }
            return count
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// Writes a whole answer.
    /// - Returns: what is to be returned then, which nobody looks at.
    func answered(_ headers: PrintedFields, _ body: [UInt8]) -> Response {
        outlet.answer(.ok, headers, body)
        return Exchange.written
    }

    /// What stands for an answer that is written already.
    private static let written = Response(status: .ok)

    /// The headers of an answer that is there: who gave it, what it cost, what it took here.
    func headers(_ reply: ChatReply, _ trace: Trace) -> PrintedFields {
        let notes = trace.notes
        var headers = PrintedFields()
        headers.add(.contentType, "application/json")
        headers.add(.requestID, id.text)
        headers.add(.anthropicRequestID, id.text)
        headers.add(.nexusModel, reply.model)
        headers.add(.nexusSource, reply.source.rawValue)
        notes.tell { name, value in headers.add(name, value) }
        headers.add(.nexusCost, reply.cost.map { JSONValue.number($0.dollars).text })
        headers.add(.nexusOverhead, JSONValue.number(RequestBooks.overhead(trace, notes, .now).milliseconds).text)
        return headers
    }

    static func facts(_ reply: ChatReply, _ trace: Trace) -> LateFacts {
        let notes = trace.notes
        return LateFacts(
            model: reply.model, source: reply.source, cache: notes.cache ?? "off",
            cacheExplanation: notes.cacheExplanation, cost: reply.cost,
            overhead: RequestBooks.overhead(trace, notes, .now), warnings: reply.warnings,
            metadata: AnswerMetadata(reply, notes))
    }
}
