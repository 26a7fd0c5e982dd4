import Chat

/// Asks one model after the other until one answers.
///
/// Each is asked with a call of its own, so that nothing that one attempt changed reaches the next. A later one is
/// asked where another model may mend the error, and never once a piece of an answer was handed on: two models' texts
/// are not spliced. The reply says who answered: its model is the answering one's, its warnings name those that
/// failed, and it counts as a stand-in, which no cache keeps.
struct FallbackModel: ChatModel {
    struct Choice {
        let name: String
        let model: any ChatModel
    }

    let choices: [Choice]

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let begin = ContinuousClock.now
        var failed = FailedAttempts()
        var outcome: String?
        defer { call.trace.record(stage: "fallback", from: begin, outcome: outcome) }
        for choice in choices {
            let (attempt, handedOn) = call.watched()
            do throws(ChatError) {
                var reply = try await choice.model.reply(to: attempt)
                guard !failed.isEmpty else { return reply }
                outcome = "\(choice.name) after \(failed.summary)"
                reply.isStandIn = true
                reply.warnings.append(failed.warning(answeredBy: choice.name))
                return reply
            } catch {
                failed.append(choice.name, error)
                outcome = failed.summary
                guard error.isMendedElsewhere, !handedOn.withLock({ $0 }) else { throw error }
            }
        }
        throw failed.error
    }
}
