public import Chat

extension OpenAIResponses {
    /// What every print of one response says: its id, when it was made, by which model, and what was asked.
    public struct Heading: Sendable {
        /// "resp_…".
        public var id: String
        /// Seconds since 1970.
        public var created: Int
        public var model: String
        /// As `ReceivedRequest.echo`.
        public var echo: JSONValue

        public init(id: String, created: Int, model: String, echo: JSONValue) {
            self.id = id
            self.created = created
            self.model = model
            self.echo = echo
        }
    }

    /// The body of a full answer.
    public static func printReply(_ reply: ChatReply, _ heading: Heading) -> [UInt8] {
        let items = ResponseItems.all(of: reply, responseID: heading.id)
        return response(heading, reply, output: output(items, reply)).bytes
    }

    /// The items of an answer that has ended.
    static func output(_ items: ResponseItems, _ reply: ChatReply) -> [JSONValue] {
        let status = status(reply.finishReason).name
        // Signed thinking goes with the first thought.
        let thought = items.items.firstIndex { $0.kind == .reasoning }
        return items.items.indices.map { place in
            items.json(
                place, status: status, logprobs: reply.logprobs, thinking: place == thought ? reply.thinkingBlocks : [])
        }
    }

    static func status(_ reason: ChatReply.FinishReason) -> (name: String, incomplete: JSONValue) {
        switch reason {
        case .stop, .tool: ("completed", .null)
        case .length: ("incomplete", ["reason": "max_output_tokens"])
        case .refused: ("incomplete", ["reason": "content_filter"])
        }
    }

    /// The response as it stands: with its end, or under way where there is no reply yet.
    static func response(_ heading: Heading, _ reply: ChatReply?, output: [JSONValue]) -> JSONValue {
        let end = reply.map { status($0.finishReason) } ?? ("in_progress", .null)
        let own = JSONValue.object([
            "id": .string(heading.id), "object": "response", "created_at": .number(heading.created),
            "status": .string(end.name), "background": false, "error": .null, "incomplete_details": end.incomplete,
            "model": .string(heading.model), "output": .array(output), "previous_response_id": .null,
            "store": false, "usage": reply?.usage.map(printUsage) ?? .null,
        ])
        return .object((own.objectValue ?? []) + (heading.echo.objectValue ?? []))
    }
}
