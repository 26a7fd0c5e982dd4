import Chat
import Wire

/// How one vendor's API speaks, from the server's side: its answers, whole and as events, its errors, and the places
/// that faults spoil.
protocol Dialect: Sendable {
    /// How ids of answers begin.
    var idPrefix: String { get }
    /// The header that bears the number of a request.
    var requestIDHeader: String { get }
    var streamType: String { get }
    /// The members of an answer or an event that hold what the model said.
    var answerKeys: [String] { get }
    /// The members that count tokens, each with what an absurd vendor puts there.
    var absurdUsage: [String: JSONValue] { get }
    /// Whether the last event of a stream says nothing but that it is over.
    var hasEndMark: Bool { get }

    /// The body of a full answer.
    /// - Parameter created: seconds since 1970.
    func reply(_ reply: ChatReply, id: String, created: Int) -> [UInt8]
    func printer(_ asked: Asked, id: String, created: Int) -> any EventPrinter
    /// One event as bytes of a stream.
    func frame(_ event: ServerSentEvents.Event) -> [UInt8]
    /// The body of an error.
    func error(_ error: ErrorAnswer, requestID: String) -> [UInt8]
    /// The event of an error inside a stream.
    func failure(_ error: ErrorAnswer, requestID: String) -> ServerSentEvents.Event
    /// What a `retry_after` of the script becomes where the vendor has a header for it.
    func retryAfterHeader(_ error: ErrorAnswer) -> String?
}

/// Prints the events of one streamed answer: `start`, then the pieces, then `ending`.
protocol EventPrinter: Sendable {
    mutating func start() -> [ServerSentEvents.Event]
    mutating func piece(_ kind: Delta.Kind) -> [ServerSentEvents.Event]
    /// - Parameter usage: nil leaves it out.
    mutating func ending(_ reason: ChatReply.FinishReason, usage: TokenUsage?) -> [ServerSentEvents.Event]
}

extension Dialect {
    var requestIDHeader: String { "x-request-id" }
    var streamType: String { "text/event-stream" }
    var hasEndMark: Bool { false }

    func frame(_ event: ServerSentEvents.Event) -> [UInt8] { ServerSentEvents.print(event) }

    func failure(_ error: ErrorAnswer, requestID: String) -> ServerSentEvents.Event {
        .init(data: self.error(error, requestID: requestID))
    }

    func retryAfterHeader(_ error: ErrorAnswer) -> String? { error.retryAfter }
}
