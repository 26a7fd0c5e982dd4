import Chat
import Wire

/// One family of routes: how its answers are printed.
protocol Surface: Sendable {
    /// The body of a full answer.
    static func print(_ reply: ChatReply, id: String, asked: Asked) -> [UInt8]
    /// The same, for a surface whose answers tell what their call did besides.
    static func print(_ reply: ChatReply, id: String, asked: Asked, trace: Trace) -> [UInt8]
    static func printError(_ refusal: Refusal, requestID: String) -> [UInt8]
    /// Prints one stream, piece by piece.
    static func stream(of asked: Asked, id: String) -> any StreamPrinter
    /// How ids of answers begin.
    static var idPrefix: String { get }
}

extension Surface {
    static func print(_ reply: ChatReply, id: String, asked: Asked, trace: Trace) -> [UInt8] {
        print(reply, id: id, asked: asked)
    }
}

/// One whose requests are read from their bodies alone.
protocol RequestSurface: Surface {
    /// Reads a body.
    /// - Throws: `ChatError.invalidRequest` naming the member.
    static func read(_ body: [UInt8]) throws(ChatError) -> Asked
}

/// A request as a client of a surface sent it.
struct Asked: Sendable {
    var request: ChatRequest
    /// Whether the client asked for usage at the end of the stream.
    var includesUsage: Bool
    /// What of the request stands in its answer again, by the surface: a completion's prompt; null where nothing does.
    var echo: JSONValue = .null
}

/// The events of one streamed answer, as bytes; what a dialect says before the first piece comes with that.
protocol StreamPrinter: Sendable {
    mutating func delta(_ delta: Delta) -> [UInt8]
    /// The end; the facts stand in the last event.
    mutating func finish(_ reply: ChatReply, facts: LateFacts) -> [UInt8]
    /// The event of a stream that breaks: no finish reason and no end mark follow it.
    mutating func failure(_ refusal: Refusal, requestID: String) -> [UInt8]
}
