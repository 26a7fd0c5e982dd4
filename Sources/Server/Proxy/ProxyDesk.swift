import Chat
import Foundation
import Hummingbird

/// Answers the routes under `/api`, whose form is NeuralBridge's.
struct ProxyDesk: Sendable {
    let exchange: Exchange
    let house: House

    private var request: Request { exchange.request }
    private var id: RequestID { exchange.id }

    /// The route's path apart: `["proxy", "query"]`, each part decoded; nil where one cannot be.
    private var path: [String]? {
        let parts = request.uri.path.dropFirst("/api/".count).split(separator: "/", omittingEmptySubsequences: false)
        let decoded = parts.map { String($0).removingPercentEncoding }
        return decoded.contains(nil) ? nil : decoded.compactMap { $0 }
    }

    func response() async -> Response {
        let path = path ?? []
        let conversations = ConversationRoutes(shelf: house.parts.conversations, caller: exchange.books.caller)
        let knowledge = KnowledgeRoutes(shelf: house.parts.knowledge, caller: exchange.books.caller)
        let training = TrainingRoutes(shelf: house.parts.training, caller: exchange.books.caller)
        let system = SystemRoutes(
            parts: house.parts, catalog: exchange.catalog, caller: exchange.books.caller, start: house.start)
        // Each route takes the ids in it as they are, an empty one included, and finds nothing under it.
        switch (request.method, path.first ?? "", Array(path.dropFirst())) {
        case (.post, "proxy", ["query"]):
            return await exchange.query()
        case (.get, "proxy", ["health"]):
            let (body, status) = await system.health()
            return end(Reply.whole(body.bytes, status: status, Reply.headers(id)))
        case (.get, "proxy", ["stats"]):
            return await told { () async throws(ChatError) in try await system.statistics() }
        case (.get, "conversations", let rest) where rest.count == 1:
            return await told { () async throws(ChatError) in try await conversations.summary(rest[0]) }
        case (.delete, "conversations", let rest) where rest.count == 1:
            return await told { () async throws(ChatError) in try await conversations.remove(rest[0]) }
        case (.get, "conversations", let rest) where rest.count == 2 && rest[1] == "history":
            return await told { () async throws(ChatError) in try await conversations.history(rest[0]) }
        case (.post, "knowledge", ["ingest"]):
            return await told { () async throws(ChatError) in
                try await knowledge.ingest(try await exchange.body())
            }
        case (.get, "knowledge", ["documents"]):
            return await told { () async throws(ChatError) in
                try await knowledge.documents(ProxyParameters(request))
            }
        case (.delete, "knowledge", let rest) where rest.count > 1 && rest[0] == "documents":
            // Ids of files have slashes in them.
            return await told { () async throws(ChatError) in
                try await knowledge.remove(rest.dropFirst().joined(separator: "/"), ProxyParameters(request))
            }
        case (.get, "knowledge", let rest) where rest.count == 2 && rest[0] == "jobs":
            return await told { () async throws(ChatError) in try await knowledge.job(rest[1]) }
        case (.post, "feedback", []):
            return await told { () async throws(ChatError) in try await training.feedback(try await exchange.body()) }
        case (.post, "training", ["jobs"]):
            return await told { () async throws(ChatError) in try await training.begin(try await exchange.body()) }
        case (.get, "training", ["jobs"]):
            return await told { () async throws(ChatError) in try await training.jobs() }
        case (.get, "training", let rest) where rest.count == 2 && rest[0] == "jobs":
            return await told { () async throws(ChatError) in try await training.job(rest[1]) }
        case (.get, "cache", ["stats"]):
            return await told { () async throws(ChatError) in try await system.cache() }
        case (.delete, "cache", []):
            return await told { () async throws(ChatError) in try await system.clearCache() }
        case (.get, "admin", ["system"]):
            return end(Reply.json(system.overview, id))
        case (.get, "admin", ["metrics"]):
            return end(Reply.metrics(house.telemetry, id))
        default:
            return unknown()
        }
    }

    /// The routes that are there, for some other method.
    private static let paths: Set<String> = [
        "/api/proxy/query", "/api/proxy/health", "/api/proxy/stats", "/api/knowledge/ingest",
        "/api/knowledge/documents", "/api/cache/stats", "/api/cache", "/api/feedback",
        "/api/training/jobs", "/api/admin/system", "/api/admin/metrics",
    ]

    private func unknown() -> Response {
        let isReadable = path != nil
        let path = request.uri.path
        let isKnown = isReadable && (ProxyDesk.paths.contains(path) || path.hasPrefix("/api/conversations/"))
        let method = request.method.rawValue
        return refused(
            isKnown
                ? Refusal(405, "\(method) is not for \(path)") : Refusal(404, "there is no \(method) \(path)"))
    }

    /// The answer of a route that asks no model.
    private func told(_ body: () async throws(ChatError) -> JSONValue) async -> Response {
        do throws(ChatError) {
            return end(Reply.json(try await body(), id))
        } catch {
            return refused(Refusal(error))
        }
    }

    private func refused(_ refusal: Refusal) -> Response { end(Reply.refusal(refusal, ProxySurface.self, id)) }

    private func end(_ response: Response) -> Response {
        exchange.books.release()
        return response
    }

    /// A part that this gateway does not have.
    static func absent(_ message: String) -> ChatError {
        ChatError(.internal, message, code: "out_of_resources")
    }
}
