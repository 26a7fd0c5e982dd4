import Chat
import Foundation
import Hummingbird

/// Which dialect a request speaks, and how its body is read.
struct Route: Sendable {
    var dialect: any Dialect
    var read: @Sendable ([UInt8]) throws(ChatError) -> Asked

    init(_ dialect: any Dialect, _ read: @escaping @Sendable ([UInt8]) throws(ChatError) -> Asked) {
        self.dialect = dialect
        self.read = read
    }

    /// The route of a question by its path; nil where there is none.
    static func asking(_ path: String, _ request: Request) -> Route? {
        switch path {
        case "/v1/chat/completions", "/chat/completions": return Route(OpenAIDialect(), OpenAIDialect.read)
        case "/v1/embeddings", "/embeddings": return Route(OpenAIDialect(), OpenAIDialect.readEmbeddings)
        case "/v1/messages":
            let hasVersion = request.headers[named: "anthropic-version"] != nil
            return Route(AnthropicDialect()) { body throws(ChatError) in
                guard hasVersion else { throw ChatError(.invalidRequest, "anthropic-version: header is required") }
                return try AnthropicDialect.read(body)
            }
        case "/api/chat": return Route(OllamaDialect(), OllamaDialect.read)
        case "/api/embed": return Route(OllamaDialect(), OllamaDialect.readEmbeddings)
        default: return gemini(path, request)
        }
    }

    /// `/v1beta/models/NAME:METHOD`, and the same under `/v1`.
    private static func gemini(_ path: String, _ request: Request) -> Route? {
        guard let name = Route.model(path, under: ["/v1beta/models/", "/v1/models/"]),
            let colon = name.lastIndex(of: ":")
        else { return nil }
        let model = String(name[..<colon])
        switch name[name.index(after: colon)...] {
        case "generateContent":
            return Route(GeminiDialect()) { body throws(ChatError) in
                try GeminiDialect.read(body, model: model, isStream: false)
            }
        case "streamGenerateContent":
            let isEvents = request.uri.queryParameters["alt"] == "sse"
            return Route(GeminiDialect()) { body throws(ChatError) in
                guard isEvents else { throw ChatError(.invalidRequest, "the simulator streams with alt=sse alone") }
                return try GeminiDialect.read(body, model: model, isStream: true)
            }
        case "embedContent", "batchEmbedContents":
            let isBatch = name.hasSuffix("batchEmbedContents")
            return Route(GeminiDialect()) { body throws(ChatError) in
                try GeminiDialect.readEmbeddings(body, model: model, isBatch: isBatch)
            }
        default: return nil
        }
    }

    /// What stands behind one of these prefixes, decoded.
    static func model(_ path: String, under prefixes: [String]) -> String? {
        guard let prefix = prefixes.first(where: { path.hasPrefix($0) }) else { return nil }
        return String(path.dropFirst(prefix.count)).removingPercentEncoding
    }
}

/// What a vendor tells of its models; whose the path is, a header that all of the vendor's clients send says.
enum ModelList {
    /// - Returns: nil where the path is none of a list or of a model.
    static func answer(_ path: String, _ request: Request, _ script: SimulatorScript) -> (JSONValue?, any Dialect)? {
        let isAnthropic = request.headers[named: "anthropic-version"] != nil
        let isGoogle = request.headers[named: "x-goog-api-key"] != nil
        switch path {
        case "/v1/models", "/models":
            if isGoogle { return (["models": .array(script.names.map(gemini))], GeminiDialect()) }
            if isAnthropic { return (anthropic(script.names), AnthropicDialect()) }
            return (["object": "list", "data": .array(script.names.map(openAI))], OpenAIDialect())
        case "/v1beta/models": return (["models": .array(script.names.map(gemini))], GeminiDialect())
        case "/api/tags": return (["models": .array(script.names.map(ollama))], OllamaDialect())
        case "/api/version": return (["version": "0.0.0"], OllamaDialect())
        default: break
        }
        let roots = isGoogle ? ["/v1beta/models/", "/v1/models/"] : ["/v1beta/models/"]
        if let name = Route.model(path, under: roots) {
            return (script.model(named: name).map { _ in gemini(name) }, GeminiDialect())
        }
        guard let name = Route.model(path, under: ["/v1/models/"]) else { return nil }
        let known = script.model(named: name) != nil
        if isAnthropic { return (known ? anthropicModel(name) : nil, AnthropicDialect()) }
        return (known ? openAI(name) : nil, OpenAIDialect())
    }

    /// OpenAI's members, and those that Mistral's client wants.
    private static func openAI(_ name: String) -> JSONValue {
        [
            "id": .string(name), "object": "model", "created": 0, "owned_by": "simulator", "type": "base",
            "capabilities": ["completion_chat": true],
        ]
    }

    private static func anthropic(_ names: [String]) -> JSONValue {
        .object([
            "data": .array(names.map(anthropicModel)), "has_more": false,
            "first_id": names.first.map { .string($0) } ?? .null, "last_id": names.last.map { .string($0) } ?? .null,
        ])
    }

    private static func anthropicModel(_ name: String) -> JSONValue {
        [
            "type": "model", "id": .string(name), "display_name": .string(name),
            "created_at": "1970-01-01T00:00:00Z",
        ]
    }

    private static func gemini(_ name: String) -> JSONValue {
        [
            "name": .string("models/" + name), "displayName": .string(name),
            "supportedGenerationMethods": ["generateContent", "embedContent"],
        ]
    }

    private static func ollama(_ name: String) -> JSONValue {
        [
            "name": .string(name + ":latest"), "model": .string(name + ":latest"),
            "modified_at": "1970-01-01T00:00:00Z", "size": 0, "digest": "0",
            "details": ["format": "script", "family": "simulator"],
        ]
    }
}
