import Chat

/// The output items of a response as they come about: thoughts, the message, calls; each with its place and its id.
struct ResponseItems: Sendable {
    enum Kind: Hashable, Sendable {
        case reasoning, message
        /// By the call's place among the answer's calls.
        case call(Int)
    }

    struct Item: Sendable {
        let kind: Kind
        let id: String
        /// Of a call.
        var callID = ""
        var name = ""
        /// Text, or a call's arguments.
        var text = ""
    }

    /// What ids of items have in common: the response's own, without its prefix.
    private let stem: String
    private(set) var items: [Item] = []

    init(responseID: String) {
        stem = responseID.hasPrefix("resp_") ? String(responseID.dropFirst(5)) : responseID
    }

    /// Where an item of this kind stands that pieces may still be added to: calls by their place, others only where
    /// they are the last.
    func place(of kind: Kind) -> Int? {
        if case .call = kind { return items.firstIndex { $0.kind == kind } }
        return items.last?.kind == kind ? items.count - 1 : nil
    }

    /// Begins an item.
    /// - Returns: its place.
    mutating func begin(_ kind: Kind, callID: String? = nil, name: String? = nil) -> Int {
        let place = items.count
        switch kind {
        case .reasoning: items.append(Item(kind: kind, id: "rs_\(stem)_\(place)"))
        case .message: items.append(Item(kind: kind, id: "msg_\(stem)_\(place)"))
        case .call(let index):
            items.append(
                Item(kind: kind, id: "fc_\(stem)_\(place)", callID: callID ?? "call_\(index)", name: name ?? ""))
        }
        return place
    }

    mutating func append(_ text: String, to place: Int) { items[place].text += text }

    /// The item as JSON.
    /// - Parameters:
    ///   - status: "in_progress" (then without its text), "completed" or "incomplete".
    ///   - thinking: signed thinking that a reasoning item carries.
    func json(_ place: Int, status: String, logprobs: [JSONValue] = [], thinking: [JSONValue] = []) -> JSONValue {
        let item = items[place]
        let isOpen = status == "in_progress"
        switch item.kind {
        case .reasoning:
            return .object([
                "id": .string(item.id), "type": "reasoning", "summary": [],
                "content": isOpen ? [] : [ResponseItems.part(of: item)],
                "encrypted_content": OpenAIResponses.sealed(thinking), "status": .string(status),
            ])
        case .message:
            return [
                "id": .string(item.id), "type": "message", "role": "assistant", "status": .string(status),
                "content": isOpen ? [] : [ResponseItems.part(of: item, logprobs: logprobs)],
            ]
        case .call:
            return [
                "id": .string(item.id), "type": "function_call", "call_id": .string(item.callID),
                "name": .string(item.name), "arguments": isOpen ? "" : .string(item.text), "status": .string(status),
            ]
        }
    }

    /// The one part of a message or a thought.
    static func part(of item: Item, text: String? = nil, logprobs: [JSONValue] = []) -> JSONValue {
        let text = JSONValue.string(text ?? item.text)
        if item.kind == .reasoning { return ["type": "reasoning_text", "text": text] }
        return ["type": "output_text", "text": text, "annotations": [], "logprobs": .array(logprobs)]
    }

    /// All items of a whole answer.
    static func all(of reply: ChatReply, responseID: String) -> ResponseItems {
        var items = ResponseItems(responseID: responseID)
        if reply.reasoning != nil || !reply.thinkingBlocks.isEmpty {
            let place = items.begin(.reasoning)
            items.append(reply.reasoning ?? "", to: place)
        }
        if !reply.text.isEmpty || reply.toolCalls.isEmpty {
            let place = items.begin(.message)
            items.append(reply.text, to: place)
        }
        for (index, call) in reply.toolCalls.enumerated() {
            let function = call["function"]
            let place = items.begin(
                .call(index), callID: call["id"]?.stringValue, name: function?["name"]?.stringValue)
            items.append(function?["arguments"]?.stringValue ?? "{}", to: place)
        }
        return items
    }
}
