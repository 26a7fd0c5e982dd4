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
        if request.method == .post, let route = Route.asking(path, request) {
            return await answer(request, route, context.channel)
        }
        if request.method == .get || request.method == .head {
            switch path {
            case "/_log": return log(after: request.uri.queryParameters["after"].flatMap { Int($0) } ?? 0)
            case "/_stats": return Desk.json(records.tally.withLock { $0.json })
            case "/":
                let words = ByteBuffer(string: "Ollama is running")
                return Response(status: .ok, body: ResponseBody(byteBuffer: words))
            default: break
            }
            if let (found, dialect) = ModelList.answer(path, request, planner.script) {
                let name = path.split(separator: "/").last.flatMap { String($0).removingPercentEncoding } ?? ""
                return found.map(Desk.json) ?? ErrorAnswer.noModel(name).response(in: dialect)
            }
        }
        let isKnown = ["/_log", "/_stats"].contains(path) || Route.asking(path, request) != nil
            || ModelList.answer(path, request, planner.script) != nil
        let words = isKnown
            ? "\(request.method.rawValue) is not for this route"
            : "the simulator has no route \(request.method.rawValue) \(path)"
        return ErrorAnswer.badRequest(words, status: isKnown ? 405 : 404).response(in: OpenAIDialect())
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

    // MARK: Answers

    private func answer(_ request: Request, _ route: Route, _ channel: any Channel) async -> Response {
        var question = Visit.Question(
            asked: Asked(model: "", prompt: "", inputTokens: 0), dialect: route.dialect,
            headers: Desk.headers(request), arrival: .now(), receivedAt: Visit.now())
        let connection = connections.connection(of: channel)
        var refusal: ErrorAnswer?
        do {
            question.asked = try route.read(try await connection.body(of: request, upTo: Desk.maximumBodyBytes))
        } catch let error as ChatError {
            refusal = .badRequest(error.message)
        } catch {
            refusal = .badRequest("the body is over \(Desk.maximumBodyBytes) bytes or was cut", status: 413)
        }
        let asked = question.asked
        // A request that cannot be read is logged without a model.
        let plan = refusal == nil ? planner.plan(asked) : nil
        let visit = Visit(question, plan: plan, connection: connection, channel: channel, records: records)
        guard let plan else {
            return visit.refuse(refusal ?? .noModel(asked.model))
        }
        let vectors = asked.vectors.map { planner.vectors($0, model: asked.model) }
        return await Performance(visit: visit, plan: plan, vectors: vectors).response()
    }

    private static func headers(_ request: Request) -> RequestLog.Headers {
        let fields = request.headers
        var headers = RequestLog.Headers(userAgent: fields[.userAgent].map { String($0.prefix(200)) })
        let others = ["x-api-key", "x-goog-api-key"].lazy.compactMap { fields[named: $0] }
        let asked = request.uri.queryParameters["key"].map { String($0) }
        if let value = fields[.authorization] ?? others.first ?? asked {
            headers.hasAuthorization = true
            let key = value.split(separator: " ", maxSplits: 1).last ?? ""
            if key.count >= 12 { headers.keyEnding = String(key.suffix(4)) }
        }
        headers.requestID = fields[named: "x-request-id"].map { String($0.prefix(200)) }
        return headers
    }
}
