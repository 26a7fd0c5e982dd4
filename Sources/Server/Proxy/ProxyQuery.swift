import Chat

/// A question as `POST /api/proxy/query` and the WebSocket take it.
struct ProxyQuery: Sendable, Hashable {
    var text: String
    /// The caller's own name of the conversation, or one of ours.
    var session: String
    /// Whether the name is one of ours.
    let beginsSession: Bool
    var user: String?
    var provider: String?
    var model: String?
    var temperature: Double?
    var isStreamed: Bool

    private static let members = ["query", "session_id", "user_id", "provider", "model", "temperature", "streaming"]
    private static let socketMembers = members.filter { $0 != "session_id" && $0 != "streaming" }

    /// Of a body.
    /// - Throws: see `MemberReader`.
    init(_ body: [UInt8]) throws(ChatError) {
        let reader = try MemberReader(body, known: ProxyQuery.members)
        let session = try reader.text("session_id")
        if let session, !SessionName.isValid(session) { throw SessionName.fault("session_id") }
        try self.init(reader, session: session, isStreamed: reader.bool("streaming") ?? false)
    }

    /// Of an event's payload on the WebSocket, in a session of its topic.
    init(_ payload: JSONValue, session: String, isStreamed: Bool) throws(ChatError) {
        try self.init(
            try MemberReader(payload, known: ProxyQuery.socketMembers), session: session, isStreamed: isStreamed)
    }

    private init(_ reader: MemberReader, session: String?, isStreamed: Bool) throws(ChatError) {
        self.session = session ?? SessionName.made()
        beginsSession = session == nil
        self.isStreamed = isStreamed
        user = try reader.name("user_id")
        provider = try reader.name("provider")
        model = try reader.name("model")
        temperature = try reader.number("temperature", in: 0...2)
        text = try reader.requiredText("query")
    }

    /// The question as a request, to the model that its provider and model name together.
    /// - Throws: what the catalog throws for a provider that is not there.
    func asked(_ catalog: any ModelCatalog) throws(ChatError) -> Asked {
        var name = model ?? ProxyQuery.standard
        if let provider { name = try catalog.name(of: model, at: provider) }
        let request = ChatRequest(
            model: name, messages: [Message(.user, text)], parameters: .init(temperature: temperature),
            extra: user.map { ["user": .string($0)] } ?? [:], stream: isStreamed)
        return Asked(request: request, includesUsage: true, echo: .string(session))
    }

    /// What a catalog's standard model is called.
    private static let standard = "default"
}

/// Names of sessions.
enum SessionName {
    /// 1 to 256 printable ASCII characters without blanks.
    static func isValid(_ name: String) -> Bool {
        (1...256).contains(name.utf8.count) && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// 128 random bits.
    static func made() -> String {
        "ses_" + TraceIdentity.text(.random(in: 0...(.max))) + TraceIdentity.text(.random(in: 0...(.max)))
    }

    static func fault(_ place: String) -> ChatError {
        MemberReader.failed("\(place): expected 1 to 256 printable ASCII characters without blanks")
    }
}
