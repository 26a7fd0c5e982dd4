import Chat

extension OpenAIChat {
    /// What hosts of this dialect do differently in requests.
    public struct RequestQuirks: Sendable, Hashable {
        /// Members that go under another name, by the name in which they may come: OpenAI's newer models take
        /// `max_completion_tokens` alone, most other hosts `max_tokens` alone; Mistral's seed is `random_seed`.
        public var renamed: [String: String]
        /// Members that the host does not take; they are left out, and the reply says so.
        public var refused: Set<String>
        /// How the host spells a tool choice of "required": "any" at Mistral.
        public var requiredToolChoice: String
        /// Whether a response format may carry a schema; without, it becomes plain JSON.
        public var takesSchema: Bool
        /// The one length that ids of tool calls may have: 9 letters and digits at Mistral.
        public var callIDLength: Int?
        /// Whether a stream's usage is to be asked for with `stream_options`; some hosts refuse the member.
        public var asksForStreamUsage: Bool

        public init(
            renamed: [String: String] = [:], refused: Set<String> = [], requiredToolChoice: String = "required",
            takesSchema: Bool = true, callIDLength: Int? = nil, asksForStreamUsage: Bool = true
        ) {
            self.renamed = renamed
            self.refused = refused
            self.requiredToolChoice = requiredToolChoice
            self.takesSchema = takesSchema
            self.callIDLength = callIDLength
            self.asksForStreamUsage = asksForStreamUsage
        }

        /// Whether a member may go otherwise than it came.
        func touches(_ key: String) -> Bool {
            key == "tool_choice" || key == "response_format" || refused.contains(key) || renamed[key] != nil
        }

        /// The id in a form that the host takes: itself where it has that form, else letters and digits drawn from it,
        /// the same for the same id, so that call and answer still belong together.
        func callID(_ id: String) -> String {
            guard let length = callIDLength, !isTaken(id, length: length) else { return id }
            // FNV-1a (Fowler, Noll, Vo).
            var hash = id.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
            var letters: [UInt8] = []
            for _ in 0..<length {
                letters.append(RequestQuirks.alphabet[Int(hash % 62)])
                hash = hash / 62 ^ hash << 32
            }
            return String(decoding: letters, as: UTF8.self)
        }

        /// Whether every id of a conversation may go as it is.
        func takesCallIDs(of messages: [Message]) -> Bool {
            guard let length = callIDLength else { return true }
            return messages.allSatisfy { message in
                (message.toolCallID.map { isTaken($0, length: length) } ?? true)
                    && message.toolCalls.allSatisfy { isTaken($0["id"]?.stringValue ?? "", length: length) }
            }
        }

        private func isTaken(_ id: String, length: Int) -> Bool {
            id.utf8.count == length && id.utf8.allSatisfy { RequestQuirks.alphabet.contains($0) }
        }

        private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    }
}
