import Chat
import Foundation
import HTTPServing
import Hummingbird
import NIOCore
import Telemetry

/// Takes every request and answers it by its route.
struct GatewayDesk: HTTPResponder {
    let catalog: any ModelCatalog
    let keys: KeyRing
    let maxBodyBytes: Int
    let telemetry: GatewayTelemetry
    let connections: Connections
    let house: House

    /// The same by the rules that hold by now, for who stays longer than a request.
    var renewed: GatewayDesk { house.desk(connections) }

    @Sendable func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let id = RequestID(request)
        let path = request.uri.path
        if let words = DoorCheck.framingFault(request) {
            return DoorCheck.closing(Reply.refusal(Refusal(400, words), OpenAISurface.self, id))
        }
        if path == "/healthz" { return Reply.json(["status": "ok"], id) }
        let family = GatewayDesk.family(of: path)
        if keys.isEmpty, DoorCheck.isForeign(request) {
            let words = "without server.keys only this machine's own names are answered to, and Host is another"
            return DoorCheck.closing(Reply.refusal(Refusal(403, words, code: "foreign_host"), family, id))
        }
        // Nor may a page of another site have its reader's browser ask: what it sends needs no key here.
        if keys.isEmpty, DoorCheck.isOfForeignPage(request) {
            let words = "without server.keys pages of other sites may not ask"
            return DoorCheck.closing(Reply.refusal(Refusal(403, words, code: "foreign_origin"), family, id))
        }
        if path == GatewayDesk.socketPath { return await socket(request, context, id) }
        guard case .admitted(let caller) = keys.admit(keys.isEmpty ? nil : GatewayDesk.key(of: request)) else {
            telemetry.metrics.requestUnauthorized()
            let words = "the key is missing or unknown: send it as 'Authorization: Bearer KEY' or 'x-api-key: KEY'"
            return Reply.refusal(Refusal(401, words, code: "invalid_api_key"), family, id)
        }
        switch (request.method, path) {
        case (.post, "/v1/chat/completions"):
            return await exchange(request, context, id, caller).response(OpenAISurface.self)
        case (.post, "/v1/messages"):
            return await exchange(request, context, id, caller).response(AnthropicSurface.self)
        case (.post, "/v1/completions"):
            return await exchange(request, context, id, caller, .textCompletion).completions()
        case (.post, "/v1/responses"):
            return await exchange(request, context, id, caller).response(ResponsesSurface.self)
        case (.post, "/v1/messages/count_tokens"):
            return await exchange(request, context, id, caller).countTokens()
        case (.post, "/v1/embeddings"):
            return await exchange(request, context, id, caller, .embeddings).embeddings()
        case (.get, "/v1/models"):
            return Reply.json(["object": "list", "data": .array(catalog.names.map(GatewayDesk.model))], id)
        case (.get, _) where path.hasPrefix("/v1/models/"):
            return model(String(path.dropFirst("/v1/models/".count)), id)
        case _ where path.hasPrefix("/api/"):
            return await ProxyDesk(exchange: exchange(request, context, id, caller), house: house).response()
        case (.get, "/readyz"):
            return Reply.json(["status": "ready"], id)
        case (.get, "/metrics"):
            return Reply.metrics(telemetry, id)
        case _ where GatewayDesk.paths.contains(path):
            return Reply.refusal(Refusal(405, "\(request.method.rawValue) is not for \(path)"), family, id)
        default:
            return Reply.refusal(Refusal(404, "there is no \(request.method.rawValue) \(path)"), family, id)
        }
    }

    /// In whose form errors are told.
    private static func family(of path: String) -> any Surface.Type {
        if path.hasPrefix("/v1/messages") { return AnthropicSurface.self }
        return path.hasPrefix("/api/") || path == socketPath ? ProxySurface.self : OpenAISurface.self
    }

    /// The routes that are there, for some other method.
    private static let paths: Set<String> = [
        "/metrics", "/readyz", "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/messages",
        "/v1/messages/count_tokens", "/v1/models", "/v1/responses",
    ]

    private func exchange(
        _ request: Request, _ context: ConnectionContext, _ id: RequestID, _ caller: String?,
        _ operation: InferenceRecord.Operation = .chat
    ) -> Exchange {
        let books = RequestBooks(request, id: id, caller: caller, telemetry: telemetry, operation: operation)
        return Exchange(
            request: request, books: books, catalog: catalog, maxBodyBytes: maxBodyBytes, outlet: context.outlet,
            connection: context.connection, wholeBody: context.wholeBody)
    }

    static func key(of request: Request) -> String? {
        if let key = request.headers[.apiKey] { return key }
        guard let value = request.headers[.authorization] else { return nil }
        let words = value.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }

    private func model(_ path: String, _ id: RequestID) -> Response {
        let name = path.removingPercentEncoding ?? path
        guard catalog.names.contains(name) else {
            let nearest = NearestName.question(for: name, among: catalog.names).map { "; \($0)" } ?? ""
            return Reply.refusal(
                Refusal(404, "there is no model '\(name)'\(nearest)", code: "model_not_found"), OpenAISurface.self, id)
        }
        return Reply.json(GatewayDesk.model(name), id)
    }

    private static func model(_ name: String) -> JSONValue {
        let owner = name.split(separator: "/", maxSplits: 1).count == 2 ? String(name.prefix { $0 != "/" }) : "nexus"
        return ["id": .string(name), "object": "model", "created": 0, "owned_by": .string(owner)]
    }
}
