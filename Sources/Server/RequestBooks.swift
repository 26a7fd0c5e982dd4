import Chat
import Foundation
import HTTPServing
import Hummingbird
import Telemetry

/// The books of one request: what is known of it when it comes, and the record that is made when it ends.
struct RequestBooks: Sendable {
    let telemetry: GatewayTelemetry
    let id: RequestID
    let caller: String?
    /// The caller's own name of the conversation.
    var session: String?
    let route: String
    let operation: InferenceRecord.Operation
    /// Where the request stands in a distributed trace; nil where it is in none.
    let identity: TraceIdentity?
    private let startedAtMilliseconds: Int64
    private let start = ContinuousClock.now

    init(
        _ request: Request, id: RequestID, caller: String?, telemetry: GatewayTelemetry,
        operation: InferenceRecord.Operation = .chat
    ) {
        self.init(
            route: request.uri.path, session: request.headers[.nexusSession].map { String($0.prefix(256)) }, id: id,
            caller: caller, telemetry: telemetry, operation: operation,
            identity: request.headers[.traceParent].flatMap(TraceIdentity.init(traceParent:)))
    }

    /// - Parameter identity: the client's own; nil begins a trace where traces are exported.
    init(
        route: String, session: String?, id: RequestID, caller: String?, telemetry: GatewayTelemetry,
        operation: InferenceRecord.Operation = .chat, identity: TraceIdentity? = nil
    ) {
        self.telemetry = telemetry
        self.id = id
        self.caller = caller
        self.operation = operation
        self.session = session
        self.route = route
        self.identity = identity ?? (telemetry.beginsTraces ? TraceIdentity() : nil)
        startedAtMilliseconds = Int64(Date().timeIntervalSince1970 * 1000)
        telemetry.metrics.requestBegan()
    }

    /// Takes down how the request ended. Once a request.
    /// - Parameters:
    ///   - request: nil where it could not be read.
    ///   - pieces: what of a stream was passed on.
    func close(
        _ request: ChatRequest?, _ trace: Trace?, _ result: Result<ChatReply, ChatError>, pieces: Int = 0
    ) {
        let end = ContinuousClock.now
        let notes: Trace.Notes = trace?.notes ?? Trace.Notes()
        var record = InferenceRecord(
            requestID: id.text, startedAtMilliseconds: startedAtMilliseconds, caller: caller, session: session,
            route: route, operation: operation, isStreamed: request?.stream ?? false, modelAsked: request?.model,
            status: 200, outcome: .failed(.internal), cache: notes.cache ?? "off",
            latency: end - (trace?.start ?? start), overhead: RequestBooks.overhead(trace, notes, end),
            attempts: notes.attempts, pieces: pieces, spans: notes.spans, identity: identity)
        if let upstream = notes.upstream { record.provider = String(upstream.prefix { $0 != "/" }) }
        switch result {
        case .success(let reply): RequestBooks.fill(&record, with: reply)
        case .failure(let error):
            record.outcome = .failed(error.kind)
            record.status = Refusal(error).status
            record.usage = notes.spent
            // What was never sent took nothing; what was may have.
            record.cost = notes.attempts == 0 ? .zero : notes.spentCost
        }
        if telemetry.keepsPrompts, let request {
            record.prompt = RequestBooks.text(of: notes.guardedMessages ?? request.messages)
            if case .success(let reply) = result { record.answer = notes.guardedAnswer ?? reply.text }
        }
        telemetry.finish(record)
    }

    /// Ends a request that asks no model, and leaves no record.
    func release() { telemetry.metrics.requestLeft() }

    private static func fill(_ record: inout InferenceRecord, with reply: ChatReply) {
        record.outcome = .answered(reply.finishReason)
        record.modelAnswered = reply.model
        record.source = reply.source
        record.confidence = reply.confidence
        record.cost = reply.cost
        record.firstToken = reply.timing.firstToken
        // An answer from the cache took no tokens, nor did one that another request was asked for.
        let isShared = record.attempts == 0 && reply.cost == .zero
        if reply.source != .cache, !isShared { record.usage = reply.usage }
    }

    /// What the gateway took besides the provider.
    static func overhead(_ trace: Trace?, _ notes: Trace.Notes, _ end: ContinuousClock.Instant) -> Duration {
        guard let trace else { return .zero }
        var asked = Duration.zero
        // Providers may be asked side by side.
        var last = Duration.zero
        for span in notes.spans.filter({ $0.stage == "provider" }).sorted(by: { $0.start < $1.start }) {
            let end = span.start + span.duration
            asked += max(.zero, end - max(last, span.start))
            last = max(last, end)
        }
        return max(.zero, end - trace.start - asked)
    }

    private static func text(of messages: [Message]) -> String {
        JSONValue.array(
            messages.map { .object(["role": .string($0.role.rawValue), "content": $0.content]) }
        ).text
    }
}
