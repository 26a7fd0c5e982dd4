public import Chat

extension AnthropicMessages {
    /// Reads the body of a full answer.
    /// - Parameter model: stands in the reply where the body does not name the model.
    /// - Throws: `ChatError.invalidResponse` with the start of the body for whatever cannot be read as an answer,
    ///   `.refused` where the model declined without a word, or what an error in the body says.
    public static func readReply(
        _ bytes: [UInt8], model: String, secrets: Secrets = .none
    ) throws(ChatError) -> ChatReply {
        let received = try ReceivedJSON(bytes, secrets: secrets)
        let body = received.value
        guard body.objectValue != nil else { throw received.invalid("the answer is \(body.kindName), not a mapping") }
        if let error = body.present("error") { throw AnthropicMessages.error(error, status: nil, secrets: secrets) }
        guard let blocks = body["content"]?.arrayValue else { throw received.invalid("content", expected: "a list") }
        var reply = ChatReply(text: "", model: body["model"]?.stringValue ?? model)
        for (index, block) in blocks.enumerated() { try take(block, at: index, into: &reply, received: received) }
        guard let spelling = body["stop_reason"]?.stringValue else {
            throw received.invalid("stop_reason", expected: "a string")
        }
        let (reason, warnings) = finishReason(spelling, secrets: secrets)
        reply.finishReason = reason == .stop && !reply.toolCalls.isEmpty ? .tool : reason
        if reason == .refused, reply.text.isEmpty { throw ChatError(.refused, "the model declined to answer") }
        let usage = body.present("usage").map(readUsage)
        reply.usage = usage?.usage
        reply.warnings = received.warnings + warnings + (usage?.warnings ?? [])
        if received.warnings.isEmpty {
            reply.wireBody = WireBody(dialect: .anthropicMessages, bytes: bytes)
        }
        return reply
    }

    private static func take(
        _ block: JSONValue, at index: Int, into reply: inout ChatReply, received: ReceivedJSON
    ) throws(ChatError) {
        switch block["type"]?.stringValue {
        case "text"?:
            guard let text = block["text"]?.stringValue else {
                throw received.invalid("content[\(index)].text", expected: "a string")
            }
            reply.text += text
        case "thinking"?:
            reply.reasoning = (reply.reasoning ?? "") + (block["thinking"]?.stringValue ?? "")
            reply.thinkingBlocks.append(block)
        case "redacted_thinking"?:
            reply.thinkingBlocks.append(block)
        case "tool_use"?:
            guard let name = block["name"]?.stringValue, let input = block["input"], input.objectValue != nil else {
                throw received.invalid("content[\(index)]", expected: "a call with a name and an input")
            }
            reply.toolCalls.append(
                OpenAIChat.toolCall(
                    id: block["id"]?.stringValue ?? "call_\(reply.toolCalls.count)", name: name, arguments: input.text))
        case nil:
            throw received.invalid("content[\(index)].type", expected: "a string")
        default:
            // What the vendor's own tools did on the way.
            break
        }
    }
}
