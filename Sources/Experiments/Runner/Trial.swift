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

    /// Asks once.
    /// - Returns: nil where the call was cancelled: then the trial was never made.
    func ask(startedAt milliseconds: Int64) async -> TrialRecord? {
        let begin = ContinuousClock.now
        let call: ChatCall
        do {
            call = try self.call()
        } catch {
            let failure = StoredFailure(kind: .internal, message: error.description)
            return TrialRecord(
                key: key, requestHash: "", startedAtMilliseconds: milliseconds, outcome: .failed(failure), attempts: 0)
        }
        let outcome: TrialRecord.Outcome
        do throws(ChatError) {
            outcome = .answered(StoredReply(try await contestant.model.reply(to: call)))
        } catch {
            if error.kind == .cancelled { return nil }
            outcome = .failed(StoredFailure(error, latency: ContinuousClock.now - begin))
        }
        let spans = call.trace.spans
        return TrialRecord(
            key: key, requestHash: Trial.hash(of: call.request), startedAtMilliseconds: milliseconds, outcome: outcome,
            attempts: spans.count { $0.stage == "provider" }, spans: spans)
    }

    private func call() throws(PromptTemplate.UnknownVariable) -> ChatCall {
        let variant = contestant.variant
        var request = ChatRequest(
            model: contestant.modelName, messages: try variant.prompt.template.render(sample.fields),
            parameters: variant.model.parameters)
        request.stream = variant.model.stream
        var call = ChatCall(
            request,
            context: CallContext(
                sampleID: sample.id, repeatIndex: repeatIndex, variables: sample.texts, arm: variant.label,
                cachePartition: cachePartition))
        if variant.model.stream { call.onDelta = { _ in } }
        return call
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
