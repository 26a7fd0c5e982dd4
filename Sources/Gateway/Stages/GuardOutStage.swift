public import Chat
import Guardrails

/// The output side of `guardrails`: holds an answer back, or replaces what the rules find in its text, its reasoning
/// and its tool calls, before anybody keeps or sees it.
///
/// A stream is let go word by word, only as far as nothing that may still come can change it; tool calls go at the end.
/// An answer that is refused is an error, in a stream from there on: `ChatError.Kind.refused`, code `content_filter`.
/// It goes on as it was read and no longer as its bytes came, so that nothing rides along unread.
public struct GuardOutStage: Stage {
    public let name = "guard_out"
    private let rules: GuardRules

    init(_ rules: GuardRules) { self.rules = rules }

    static let definition = StageDefinition(
        name: "guard_out", settings: [], words: [], onByDefault: false, partOf: "guardrails"
    ) { values, resources throws(StageError) in
        let policy = try GuardPolicy.read(values, resources)
        return policy.output.isEmpty ? nil : GuardOutStage(GuardRules(policy))
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        let looked = GuardedAnswer(rules, to: call)
        defer {
            let found = looked.findings
            note = found.note
            call.trace.note { $0.verdicts += found.json }
        }
        var inner = call
        if call.onDelta != nil {
            inner.onDelta = { delta throws(ChatError) in try await looked.pass(delta) }
        }
        let reply: ChatReply
        do throws(ChatError) {
            reply = try await next.reply(to: inner)
        } catch {
            throw looked.findings.error ?? error
        }
        do throws(ChatError) {
            return try await looked.finish(reply)
        } catch {
            // Refused or not, it was paid for.
            call.trace.note { ($0.spent, $0.spentCost) = (reply.usage, reply.cost) }
            throw error
        }
    }
}
