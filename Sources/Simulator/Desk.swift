import Chat
import Foundation
import HTTPServing
import Hummingbird
import NIOCore
import Wire

/// Takes every request and answers it by its route.
struct Desk: HTTPResponder {
    let planner: Planner
    let records: Visit.Records
    let connections: Connections

    /// The largest body that is read.
    static let maximumBodyBytes = 64 << 20

    @Sendable func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let path = request.uri.path
        switch (request.method, path) {
        case (.post, "/v1/chat/completions"), (.post, "/chat/completions"):
            return await chat(request, context.channel)
        case (.post, "/v1/embeddings"), (.post, "/embeddings"):
            return await embeddings(request, context.channel)
        case (.get, "/v1/models"), (.get, "/models"):
            let models = planner.script.names.map { Desk.model($0) }
            return Desk.json(["object": "list", "data": .array(models)])
        case (.get, "/_log"): return log(after: request.uri.queryParameters["after"].flatMap { Int($0) } ?? 0)
        case (.get, "/_stats"): return Desk.json(records.tally.withLock { $0.json })
        case (.get, _) where path.hasPrefix("/v1/models/"):
            let name = String(path.dropFirst("/v1/models/".count)).removingPercentEncoding ?? ""
            guard planner.script.model(named: name) != nil else { return ErrorAnswer.noModel(name).response }
            return Desk.json(Desk.model(name))
        case (_, "/v1/chat/completions"), (_, "/chat/completions"), (_, "/v1/models"), (_, "/_log"), (_, "/_stats"):
            return ErrorAnswer.badRequest("\(request.method.rawValue) is not for this route", status: 405).response
        default:
            let words = "the simulator has no route \(request.method.rawValue) \(path)"
            return ErrorAnswer.badRequest(words, status: 404).response
        }
    }

    private static func model(_ name: String) -> JSONValue {
        ["id": .string(name), "object": "model", "created": 0, "owned_by": "simulator"]
    }

    private static func json(_ value: JSONValue) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.bytes)))
    }

    /// The log as JSON Lines, in portions, so that a long one is never in memory twice.
    private func log(after first: Int) -> Response {
        let log = records.log
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { writer in
                var sequence = first
                while true {
                    let rows = log.rows(after: sequence, count: 500)
                    guard let last = rows.last else { break }
                    var bytes: [UInt8] = []
                    for row in rows {
                        row.json.write(to: &bytes)
                        bytes.append(UInt8(ascii: "\n"))
                    }
                    sequence = last.sequence
                    try await writer.write(ByteBuffer(bytes: bytes))
                }
                try await writer.finish(nil)
            })
    }

    // MARK: Chat

    private func chat(_ request: Request, _ channel: any Channel) async -> Response {
        let arrival = NIODeadline.now(), receivedAt = Visit.now()
        let connection = connections.connection(of: channel)
        let received: OpenAIChat.ReceivedRequest
        do {
            let body = try await request.body.collect(upTo: Desk.maximumBodyBytes)
            received = try OpenAIChat.readRequest([UInt8](body.readableBytesView))
        } catch let error as ChatError {
            return refuse(request, .badRequest(error.message), connection, channel, arrival, receivedAt)
        } catch {
            let words = "the body is over \(Desk.maximumBodyBytes) bytes or was cut"
            let answer = ErrorAnswer.badRequest(words, status: 413)
            return refuse(request, answer, connection, channel, arrival, receivedAt)
        }
        let asked = received.request
        let question = Visit.Question(
            model: asked.model, prompt: asked.messages.last { $0.role == .user }?.text ?? "", isStream: asked.stream,
            includesUsage: received.includesUsage,
            inputTokens: asked.messages.reduce(0) { $0 + TokenPieces.count($1.text) },
            headers: Desk.headers(request.headers), arrival: arrival, receivedAt: receivedAt)
        let plan = planner.plan(
            model: asked.model, prompt: question.prompt, isStream: asked.stream,
            maxTokens: asked.parameters.maxTokens)
        let visit = Visit(question, plan: plan, connection: connection, channel: channel, records: records)
        guard let plan else {
            visit.close(.whole, status: 404)
            return ErrorAnswer.noModel(asked.model).response
        }
        return await Performance(visit: visit, plan: plan).response()
    }

    /// Refuses a request that cannot be read; it is logged without a model.
    func refuse(
        _ request: Request, _ answer: ErrorAnswer, _ connection: Connection, _ channel: any Channel,
        _ arrival: NIODeadline, _ receivedAt: Int64
    ) -> Response {
        let question = Visit.Question(
            model: "", prompt: "", isStream: false, includesUsage: false, inputTokens: 0,
            headers: Desk.headers(request.headers), arrival: arrival, receivedAt: receivedAt)
        Visit(question, plan: nil, connection: connection, channel: channel, records: records)
            .close(.whole, status: answer.status)
        return answer.response
    }

    static func headers(_ fields: HTTPFields) -> RequestLog.Headers {
        var headers = RequestLog.Headers(userAgent: fields[.userAgent].map { String($0.prefix(200)) })
        if let value = fields[.authorization] {
            headers.hasAuthorization = true
            let key = value.split(separator: " ", maxSplits: 1).last ?? ""
            if key.count >= 12 { headers.keyEnding = String(key.suffix(4)) }
        }
        if let name = Performance.requestID { headers.requestID = fields[name].map { String($0.prefix(200)) } }
        return headers
    }
}
