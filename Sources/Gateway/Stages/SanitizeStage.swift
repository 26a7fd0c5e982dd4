public import Chat

/// Takes NUL and the other C0 control characters but tab, LF and CR out of the prompt, and refuses one that is too
/// long. It changes nothing else: no trimming, no normalisation.
public struct SanitizeStage: Stage {
    public let name = "sanitize"
    /// Most Unicode scalars that all messages together may hold.
    public let maxPromptCharacters: Int

    public init(maxPromptCharacters: Int = 1_000_000) {
        self.maxPromptCharacters = maxPromptCharacters
    }

    static let definition = StageDefinition(
        name: "sanitize", settings: [.integer("max_prompt_characters", 1...1_000_000_000)], words: ["on"],
        onByDefault: false
    ) { values, _ in
        SanitizeStage(maxPromptCharacters: values.integer("max_prompt_characters") ?? 1_000_000)
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        var call = call
        var removed = 0
        var length = 0
        for index in call.request.messages.indices {
            let (clean, lost) = SanitizeStage.clean(call.request.messages[index].content)
            removed += lost
            length += SanitizeStage.bytes(of: clean)
            if lost > 0 { call.request.messages[index].content = clean }
        }
        // A character takes a byte at least: most prompts are short enough without a count of theirs.
        if length > maxPromptCharacters {
            length = call.request.messages.reduce(0) { $0 + SanitizeStage.length(of: $1.content) }
        }
        guard length <= maxPromptCharacters else {
            note = "refused: too long"
            throw ChatError(
                .invalidRequest, "the prompt has \(length) characters; at most \(maxPromptCharacters) are taken",
                code: "prompt_too_long")
        }
        if removed > 0 {
            note = "removed \(removed) control characters"
            call.request.wireBody = nil
        }
        return try await next.reply(to: call)
    }

    /// The content without control characters, and how many it lost.
    static func clean(_ content: JSONValue) -> (JSONValue, removed: Int) {
        switch content {
        case .null, .bool, .number:
            return (content, 0)
        case .string(let text):
            guard holdsControl(text) else { return (content, 0) }
            let kept = text.utf8.filter { !isControl($0) }
            return (.string(String(decoding: kept, as: UTF8.self)), text.utf8.count - kept.count)
        case .array(let parts):
            let cleaned = parts.map(clean)
            return (.array(cleaned.map(\.0)), cleaned.reduce(0) { $0 + $1.removed })
        case .object(let members):
            let cleaned = members.map { (key: $0.key, value: $0.key == "text" ? clean($0.value) : ($0.value, 0)) }
            return (
                .object(cleaned.map { .init(key: $0.key, value: $0.value.0) }),
                cleaned.reduce(0) { $0 + $1.value.1 }
            )
        }
    }

    private static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != 0x09 && byte != 0x0A && byte != 0x0D
    }

    private static func holdsControl(_ text: String) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { bytes in
            var place = bytes.plainText(from: 0).end
            while place < bytes.count {
                if isControl(bytes[place]) { return true }
                place = bytes.plainText(from: place + 1).end
            }
            return false
        } ?? text.utf8.contains(where: isControl)
    }

    private static func bytes(of content: JSONValue) -> Int {
        switch content {
        case .null, .bool, .number: 0
        case .string(let text): text.utf8.count
        case .array(let parts): parts.reduce(0) { $0 + bytes(of: $1) }
        case .object: content["text"].map(bytes) ?? 0
        }
    }

    private static func length(of content: JSONValue) -> Int {
        switch content {
        case .null, .bool, .number: 0
        case .string(let text): text.unicodeScalars.count
        case .array(let parts): parts.reduce(0) { $0 + length(of: $1) }
        case .object: content["text"].map(length) ?? 0
        }
    }
}
