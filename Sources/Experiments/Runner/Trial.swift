import Chat
import Crypto
import Store

/// One sample through one contestant: fills the template, asks, and turns what came of it into a record.
struct Trial: Sendable {
    let contestant: Contestant
    let sample: Sample
    let repeatIndex: Int
    /// The cache partition of a cold run; nil shares the common one.
    let cachePartition: String?

    var key: TrialKey {
        TrialKey(variant: contestant.variant.label, sampleID: sample.id, repeatIndex: repeatIndex)
    }

    /// A trial's request, and the hash that it is stored with.
    struct Question: Sendable {
        let request: ChatRequest
        let hash: String
    }

    /// Fills the template: what is asked can be made before a permit is waited for.
    func question() throws(PromptTemplate.UnknownVariable) -> Question {
        let variant = contestant.variant
        var request = ChatRequest(
            model: contestant.modelName, messages: try variant.prompt.template.render(sample.fields),
            parameters: variant.model.parameters)
        request.stream = variant.model.stream
        return Question(request: request, hash: Trial.hash(of: request))
    }

    /// The record of a trial whose template could not be filled.
    func unasked(_ error: PromptTemplate.UnknownVariable, startedAt milliseconds: Int64) -> TrialRecord {
        TrialRecord(
            key: key, requestHash: "", startedAtMilliseconds: milliseconds,
            outcome: .failed(StoredFailure(kind: .internal, message: error.description)), attempts: 0)
    }

    /// Asks once.
    /// - Returns: nil where the call was cancelled: then the trial was never made.
    func ask(_ question: Question, startedAt milliseconds: Int64) async -> TrialRecord? {
        let begin = ContinuousClock.now
        let call = ChatCall(
            question.request,
            context: CallContext(
                sampleID: sample.id, repeatIndex: repeatIndex, variables: sample.texts,
                arm: contestant.variant.label, cachePartition: cachePartition))
        let outcome: TrialRecord.Outcome
        do throws(ChatError) {
            outcome = .answered(StoredReply(try await contestant.model.reply(to: call)))
        } catch {
            if error.kind == .cancelled { return nil }
            outcome = .failed(StoredFailure(error, latency: ContinuousClock.now - begin))
        }
        let spans = call.trace.spans
        return TrialRecord(
            key: key, requestHash: question.hash, startedAtMilliseconds: milliseconds, outcome: outcome,
            attempts: spans.count { $0.stage == "provider" }, spans: spans)
    }

    private static func hash(of request: ChatRequest) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in SHA256.hash(data: request.canonicalBytes) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
