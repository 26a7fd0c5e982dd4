public import Chat
import Guardrails

/// Asks another service, API B, where the model fails or its answer is not to be trusted enough.
///
/// API B gets the request as the guardrails let it through, without passages, and its answer goes through the output
/// side of the guardrails as the model's does. It is marked (`source: api_b`), counted, and kept by no cache. Where it
/// fails, too, the model's answer stands, or else the model's error. An answer of which somebody has heard a piece
/// stands in any case: a stream goes to API B only where the model failed before its first piece. Requests that are
/// wrong in themselves are nobody's to mend. With `samples` the model is asked more than once, at its price, and how
/// far its answers agree is a sign, too; at temperature 0 they agree in any case.
public struct FallbackStage: Stage {
    public let name = "fallback"
    /// What a call's provider is told by once API B was asked.
    static let upstream = "api_b"
    private let leastConfidence: Double
    /// How often the model is asked where nobody hears it; at least 1.
    private let samples: Int
    /// Nil where there is none: then the confidence is told and nothing else.
    private let other: (any ChatModel)?

    init(leastConfidence: Double, samples: Int, other: (any ChatModel)?) {
        self.leastConfidence = leastConfidence
        self.samples = samples
        self.other = other
    }

    static let definition = StageDefinition(
        name: "fallback",
        settings: [
            .document("api_b", "a mapping of url and token"), .number("min_confidence", 0...1),
            .integer("samples", 1...10),
        ],
        words: ["on"], onByDefault: false, changesAnswers: true
    ) { values, resources throws(StageError) in
        let setting = values.value["api_b"]
        if let setting { try check(setting) }
        let guarding = resources.guardOut.map { [$0] } ?? []
        let other = resources.otherService(setting).map { Pipeline(guarding, around: $0) }
        return FallbackStage(
            leastConfidence: values.number("min_confidence") ?? 0, samples: values.integer("samples") ?? 1, other: other
        )
    }

    private static let keys = ["model", "token", "url"]

    private static func check(_ setting: JSONValue) throws(StageError) {
        for member in setting.objectValue ?? [] {
            guard keys.contains(member.key) else {
                let question = NearestName.question(for: member.key, among: keys)
                throw StageError(
                    key: "api_b.\(member.key)",
                    message: "unknown key '\(member.key)'; "
                        + (question ?? "known keys: \(keys.joined(separator: ", "))"))
            }
            guard let text = member.value.stringValue, !text.isEmpty else {
                // Nothing of it is shown: it may be a secret.
                throw StageError(key: "api_b.\(member.key)", message: "found no text; expected one")
            }
        }
        guard setting["url"] != nil else {
            throw StageError(key: "api_b", message: #"the key 'url' is missing; write url: "${API_B_URL}""#)
        }
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        let (watched, handedOn) = call.watched()
        var first: ChatReply
        do throws(ChatError) {
            first = try await next.reply(to: watched)
        } catch {
            guard let other, error.isMendedElsewhere || error.kind == .refused, !handedOn.withLock({ $0 }) else {
                throw error
            }
            return try await answered(by: other, call, after: error, &note)
        }
        let others = handedOn.withLock({ $0 }) ? [] : await asked(next, call, times: samples - 1)
        first.pay(for: others)
        let texts = others.compactMap { $0.reply?.text }
        first.confidence = Confidence(of: first, agreement: first.agreement(with: texts), call.trace.notes)?.value
        guard let confidence = first.confidence else {
            note = "confidence unknown"
            return first
        }
        note = "confidence \(FallbackStage.rounded(confidence))"
        guard confidence < leastConfidence, let other, !handedOn.withLock({ $0 }) else { return first }
        do throws(ChatError) {
            var second = try await asked(other, call)
            second.cost = first.cost.flatMap { paid in second.cost.map { paid + $0 } }
            note = "confidence \(FallbackStage.rounded(confidence)), API B answered"
            second.warnings.append(
                "answered by API B: the model's answer had a confidence of \(FallbackStage.rounded(confidence)), "
                    + "under \(FallbackStage.rounded(leastConfidence))")
            return second
        } catch {
            if error.kind == .cancelled { throw error }
            note = "confidence \(FallbackStage.rounded(confidence)), API B: \(error.kind.rawValue)"
            // API B may answer the next time: nobody keeps this.
            first.isStandIn = true
            first.warnings.append("API B failed (\(error.kind.rawValue)): the model's own answer stands")
            return first
        }
    }

    /// Further answers to the same request, asked side by side. The call's trace has their providers' spans.
    private func asked(_ model: any ChatModel, _ call: ChatCall, times: Int) async -> [Sample] {
        await withTaskGroup(of: Sample.self) { group in
            for number in 0..<times {
                var call = call
                let whole = call.trace
                call.trace = Trace()
                call.onDelta = nil
                if let seed = call.request.parameters.seed {
                    call.request.parameters.seed = seed &+ number &+ 1
                    call.request.wireBody = nil
                }
                group.addTask { [call] in
                    let reply: ChatReply?
                    do throws(ChatError) { reply = try await model.reply(to: call) } catch { reply = nil }
                    let notes = call.trace.notes
                    whole.note { $0.attempts += notes.attempts }
                    for span in notes.spans where span.stage == "provider" {
                        let begin = call.trace.start + span.start
                        whole.record(stage: span.stage, from: begin, to: begin + span.duration, outcome: span.outcome)
                    }
                    return Sample(reply: reply, notes: notes)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func answered(
        by other: any ChatModel, _ call: ChatCall, after failure: ChatError, _ note: inout String?
    ) async throws(ChatError) -> ChatReply {
        let (watched, handedOn) = call.watched()
        let upstream = call.trace.notes.upstream
        do throws(ChatError) {
            var reply = try await asked(other, watched)
            // What the model took before it failed is known only where it told.
            if let spent = call.trace.notes.spentCost { reply.cost = reply.cost.map { $0 + spent } }
            note = "API B after \(failure.kind.rawValue)"
            reply.warnings.append("answered by API B: the model failed (\(failure.kind.rawValue))")
            return reply
        } catch {
            note = "\(failure.kind.rawValue), API B: \(error.kind.rawValue)"
            if error.kind == .cancelled || handedOn.withLock({ $0 }) { throw error }
            call.trace.note { $0.upstream = upstream }
            throw failure
        }
    }

    private func asked(_ other: any ChatModel, _ call: ChatCall) async throws(ChatError) -> ChatReply {
        let known = call.trace.notes.verdicts.count
        call.trace.note { $0.upstream = FallbackStage.upstream + "/" + call.request.model }
        var reply = try await other.reply(to: call)
        reply.source = .fallback
        reply.citations = []
        let verdicts = Array(call.trace.notes.verdicts.dropFirst(known))
        reply.confidence = Confidence(logprobs: reply.logprobs, support: nil, verdicts: verdicts)?.value
        return reply
    }

    private static func rounded(_ value: Double) -> String { JSONValue.number((value * 100).rounded() / 100).text }
}

/// A further answer to a request, nil where it failed, and what is known of its call.
private struct Sample {
    var reply: ChatReply?
    var notes: Trace.Notes
}

extension ChatReply {
    /// Takes what further answers took and cost to its own; unknown where one of theirs is.
    fileprivate mutating func pay(for others: [Sample]) {
        guard !others.isEmpty else { return }
        // The body as it came tells of this answer alone.
        wireBody = nil
        for other in others {
            let isUnasked = other.reply == nil && other.notes.attempts == 0
            let price = isUnasked ? .zero : other.reply?.cost ?? other.notes.spentCost
            cost = cost.flatMap { paid in price.map { paid + $0 } }
            if let taken = other.reply?.usage ?? other.notes.spent { usage = usage.flatMap { $0 + taken } }
        }
    }

    /// The mean agreement with other answers; nil without any.
    fileprivate func agreement(with others: [String]) -> Double? {
        guard !others.isEmpty else { return nil }
        return others.reduce(0) { $0 + Confidence.agreement(text, $1) } / Double(others.count)
    }
}
