public import Chat

/// A body with places to fill in, for endpoints that speak no vendor's dialect.
///
/// ```yaml
/// request: {question: "{{prompt}}", options: {temperature: "{{temperature}}"}}
/// ```
///
/// A text that is one placeholder becomes the value itself, and is left out where there is none; within a longer text
/// the value stands as text. Values are filled into JSON, never into its spelling, so no prompt can break out.
public struct RequestTemplate: Sendable, Hashable {
    /// What may be filled in, sorted.
    public static let names = [
        "max_tokens", "messages", "model", "prompt", "seed", "stop", "system", "temperature", "top_p",
    ]

    private let body: JSONValue

    /// - Parameter template: a mapping or list, or JSON as text.
    /// - Throws: `ChatError.invalidRequest` for text that is no JSON, for an unknown placeholder, with the nearest
    ///   name, and for a template that fills in neither prompt nor messages.
    public init(_ template: JSONValue) throws(ChatError) {
        if let text = template.stringValue {
            do {
                body = try JSONValue.parse(text)
            } catch {
                throw ChatError(.invalidRequest, "the template is not JSON: \(error)")
            }
        } else {
            body = template
        }
        let used = RequestTemplate.placeholders(in: body)
        for name in used where !RequestTemplate.names.contains(name) {
            let question = NearestName.question(for: name, among: RequestTemplate.names)
            let known = "there are \(RequestTemplate.names.joined(separator: ", "))"
            throw ChatError(.invalidRequest, "unknown placeholder '{{\(name)}}'; \(question ?? known)")
        }
        guard used.contains("prompt") || used.contains("messages") else {
            throw ChatError(.invalidRequest, "the template has neither {{prompt}} nor {{messages}}")
        }
    }

    /// The body for a request.
    /// - Parameter model: what `{{model}}` becomes.
    public func printRequest(_ request: ChatRequest, model: String) -> PrintedRequest {
        PrintedRequest(bytes: (filled(body, RequestTemplate.values(of: request, model: model)) ?? .null).bytes)
    }

    private static func values(of request: ChatRequest, model: String) -> [String: JSONValue] {
        let parameters = request.parameters
        let system = request.messages.filter { $0.role == .system }.map(\.text).joined(separator: "\n\n")
        let messages = request.messages.map { message in
            JSONValue.object(["role": .string(message.role.rawValue), "content": message.content])
        }
        var values: [String: JSONValue] = ["model": .string(model), "messages": .array(messages)]
        values["prompt"] = .string(request.messages.last { $0.role == .user }?.text ?? "")
        values["system"] = system.isEmpty ? nil : .string(system)
        values["temperature"] = parameters.temperature.map { .number($0) }
        values["top_p"] = parameters.topP.map { .number($0) }
        values["max_tokens"] = parameters.maxTokens.map { .number($0) }
        values["seed"] = parameters.seed.map { .number($0) }
        values["stop"] = parameters.stop.isEmpty ? nil : .array(parameters.stop.map { .string($0) })
        return values
    }

    /// Nil where the value is a placeholder with nothing to fill in.
    private func filled(_ value: JSONValue, _ values: [String: JSONValue]) -> JSONValue? {
        switch value {
        case .null, .bool, .number: value
        case .array(let items): .array(items.compactMap { filled($0, values) })
        case .object(let members):
            .object(members.compactMap { member in
                filled(member.value, values).map { .init(key: member.key, value: $0) }
            })
        case .string(let text): filled(text, values)
        }
    }

    private func filled(_ text: String, _ values: [String: JSONValue]) -> JSONValue? {
        let pieces = RequestTemplate.pieces(of: text)
        if pieces.count == 1, case .place(let name) = pieces[0] { return values[name] }
        return .string(
            pieces.map { piece in
                switch piece {
                case .text(let text): text
                case .place(let name): values[name].map { $0.stringValue ?? $0.text } ?? ""
                }
            }.joined())
    }

    private enum Piece {
        case text(String)
        case place(String)
    }

    private static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "{{"),
            let end = rest[start.upperBound...].firstRange(of: "}}")
        {
            if start.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<start.lowerBound]))) }
            let name = rest[start.upperBound..<end.lowerBound].filter { $0 != " " }
            pieces.append(.place(String(name)))
            rest = rest[end.upperBound...]
        }
        if !rest.isEmpty || pieces.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }

    private static func placeholders(in value: JSONValue) -> [String] {
        switch value {
        case .null, .bool, .number: []
        case .array(let items): items.flatMap(placeholders)
        case .object(let members): members.flatMap { placeholders(in: $0.value) }
        case .string(let text): pieces(of: text).compactMap { if case .place(let name) = $0 { name } else { nil } }
        }
    }
}
