import Chat
import Guardrails

/// Looks at the texts of a request or an answer one by one, and puts back what the rules make of them.
///
/// Once one of them is refused the others are not looked at any more.
struct Inspection: Sendable {
    private let rules: GuardRules
    private let question: String?
    private let schema: JSONValue?
    private(set) var vault: MaskVault
    private(set) var findings: GuardFindings
    /// Whether a text differs from the one that was looked at.
    private(set) var isChanged = false

    init(
        _ rules: GuardRules, on side: GuardSide, vault: MaskVault = MaskVault(), question: String? = nil,
        schema: JSONValue? = nil
    ) {
        self.rules = rules
        self.vault = vault
        self.question = question
        self.schema = schema
        findings = GuardFindings(side)
    }

    // MARK: texts

    /// The answer's own text.
    mutating func answer(_ text: String) async -> String { await check(text, rules.all) }

    /// A text beside the answer, or of a request.
    mutating func text(_ text: String) async -> String {
        text.isEmpty ? text : await check(text, rules.besideAnswer)
    }

    private mutating func check(_ text: String, _ rules: Guard) async -> String {
        guard !findings.isRefused else { return "" }
        let result = await rules.check(text, on: findings.side, question: question, schema: schema, vault: &vault)
        findings.add(result.verdicts)
        isChanged = isChanged || result.isChanged
        return result.text
    }

    // MARK: contents and documents

    /// A message's content: a text, or parts with texts in them.
    mutating func content(_ content: JSONValue) async -> JSONValue {
        switch content {
        case .null, .bool, .number: return content
        case .string(let text): return .string(await self.text(text))
        case .array(let parts):
            var checked: [JSONValue] = []
            for part in parts { checked.append(await self.content(part)) }
            return .array(checked)
        case .object(let members):
            var checked: [JSONValue.Member] = []
            for member in members {
                let isText = !Inspection.isOpaque(member, in: members)
                checked.append(.init(key: member.key, value: isText ? await self.content(member.value) : member.value))
            }
            return .object(checked)
        }
    }

    /// The arguments of a tool call, a JSON document as text: its strings are looked at as they will be read, and then
    /// the whole. Where what is left is no document any more it is refused.
    mutating func arguments(_ text: String) async -> String {
        guard !text.isEmpty else { return text }
        guard let document = try? JSONValue.parse(text) else { return await self.text(text) }
        let strings = await self.strings(of: document)
        let printed = strings == document ? text : strings.text
        let checked = await check(printed, rules.ofDocument)
        guard !checked.hasSameBytes(as: printed), !findings.isRefused else { return checked }
        if (try? JSONValue.parse(checked)) == nil { findings.refuse("tool arguments") }
        return checked
    }

    /// A document whose place is known and whose shape is not: tools, further members of a request.
    mutating func document(_ document: JSONValue) async -> JSONValue {
        guard !document.isNull else { return document }
        let strings = await self.strings(of: document)
        let printed = strings.text
        let checked = await check(printed, rules.ofDocument)
        guard !findings.isRefused, !checked.hasSameBytes(as: printed) else { return strings }
        if let parsed = try? JSONValue.parse(checked) { return parsed }
        findings.refuse("a member of the request")
        return strings
    }

    /// The document with its strings, and numbers as they are spelled, looked at each by itself.
    private mutating func strings(of value: JSONValue) async -> JSONValue {
        switch value {
        case .null, .bool: return value
        case .number(let text):
            let checked = await check(text, rules.inDocument)
            return checked.hasSameBytes(as: text) ? value : .string(checked)
        case .string(let text): return text.isEmpty ? value : .string(await check(text, rules.inDocument))
        case .array(let items):
            var checked: [JSONValue] = []
            for item in items { checked.append(await strings(of: item)) }
            return .array(checked)
        case .object(let members):
            var checked: [JSONValue.Member] = []
            for member in members {
                let isText = !Inspection.isOpaque(member, in: members)
                let key = await check(member.key, rules.inDocument)
                checked.append(.init(key: key, value: isText ? await strings(of: member.value) : member.value))
            }
            return .object(checked)
        }
    }

    private static let labels: Set<String> = [
        "type", "id", "tool_call_id", "tool_use_id", "call_id", "role", "media_type", "mime_type", "mimeType", "format",
        "detail", "signature", "cache_control", "encrypted_content", "thoughtSignature",
    ]
    private static let payloads: Set<String> = ["data", "file_data", "fileData", "image_url", "url", "bytes"]

    /// Whether a member holds no text of anybody's: a label of the dialect, or bytes of a picture or a file.
    private static func isOpaque(_ member: JSONValue.Member, in members: [JSONValue.Member]) -> Bool {
        guard let text = member.value.stringValue else { return member.key == "cache_control" }
        // A label is short: what is longer hides something.
        if labels.contains(member.key) {
            return text.utf8.count <= 64 || member.key == "signature" || member.key == "encrypted_content"
                || member.key == "thoughtSignature"
        }
        guard payloads.contains(member.key) else { return false }
        let isBase64 = members.contains {
            $0.key == "type" && ($0.value == "base64" || $0.value == "redacted_thinking")
        }
        return isBase64 || text.utf8.starts(with: "data:".utf8)
            || members.contains { $0.key == "mimeType" || $0.key == "mime_type" || $0.key == "format" }
    }
}

// MARK: requests and answers

extension Inspection {
    /// The whole request: every message's texts, names and tool calls, tools, the answer's schema and all other
    /// members that go to a vendor.
    mutating func request(_ request: inout ChatRequest) async {
        for index in request.messages.indices {
            var message = request.messages[index]
            message.content = await content(message.content)
            if let name = message.name { message.name = await text(name) }
            for call in message.toolCalls.indices { message.toolCalls[call] = await toolCall(message.toolCalls[call]) }
            message.extra = await members(message.extra)
            request.messages[index] = message
        }
        for index in request.tools.indices { request.tools[index] = await document(request.tools[index]) }
        if let format = request.responseFormat { request.responseFormat = await document(format) }
        for index in request.parameters.stop.indices {
            request.parameters.stop[index] = await text(request.parameters.stop[index])
        }
        request.extra = await members(request.extra)
    }

    private mutating func members(_ members: [String: JSONValue]) async -> [String: JSONValue] {
        var checked = members
        for (key, value) in members { checked[key] = await document(value) }
        return checked
    }

    /// A tool call in OpenAI's shape: its arguments, or a custom tool's input, and its name.
    mutating func toolCall(_ call: JSONValue) async -> JSONValue {
        guard case .object(let members) = call else { return await document(call) }
        var checked: [JSONValue.Member] = []
        for member in members {
            var value = member.value
            if member.key == "arguments", let text = value.stringValue {
                value = .string(await arguments(text))
            } else if member.key == "input", let text = value.stringValue {
                value = .string(await self.text(text))
            } else if value.objectValue != nil {
                value = await toolCall(value)
            } else if !Inspection.isOpaque(member, in: members) {
                value = await content(value)
            }
            checked.append(.init(key: member.key, value: value))
        }
        return .object(checked)
    }

    /// What is left of an answer besides its text and reasoning: tool calls, and signed thoughts, which are left out
    /// where something in them must not go on, as a changed one is worth nothing.
    mutating func rest(of reply: inout ChatReply) async {
        for index in reply.toolCalls.indices { reply.toolCalls[index] = await toolCall(reply.toolCalls[index]) }
        guard !reply.thinkingBlocks.isEmpty else { return }
        let wasChanged = isChanged
        isChanged = false
        for block in reply.thinkingBlocks { _ = await content(block) }
        if isChanged { reply.thinkingBlocks = [] }
        isChanged = isChanged || wasChanged
    }
}
