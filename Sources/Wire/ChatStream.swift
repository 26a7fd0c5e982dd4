public import Chat

/// Turns the bytes of a streamed answer into deltas and, at its end, the whole reply: a pure state machine around a
/// dialect's reading of one event.
///
/// An answer without a finish reason was cut, however cleanly the connection closed; one with a finish reason is whole,
/// even where the dialect's last word (`[DONE]`) is missing.
///
/// ```swift
/// var stream = ChatStream.openAI(model: "gpt-4o-mini")
/// for packet in packets {
///     stream.feed(packet.bytes, receivedAt: packet.receivedAt)
///     while let delta = try stream.next() { … }
/// }
/// stream.end()
/// while let delta = try stream.next() { … }
/// let reply = try stream.reply()
/// ```
public struct ChatStream: Sendable {
    /// How events are told apart in the bytes.
    public enum Framing: Sendable, Hashable {
        case serverSentEvents, lines
    }

    /// Reads one event's data, with what the dialect remembers of the events before it.
    public typealias Reading =
        @Sendable (_ data: [UInt8], _ memory: inout StreamMemory) throws(ChatError) -> StreamPiece

    /// Whether the dialect's last word came: nothing that follows belongs to the answer.
    public private(set) var isEnded = false
    /// Whether the answer is whole: a finish reason came.
    public var isWhole: Bool { gathered.finishReason != nil }
    /// What the vendor has told so far of the tokens taken; nil where it told nothing yet.
    public var usage: TokenUsage? {
        gathered.tokens ?? (memory.usage.isEmpty ? nil : AnthropicMessages.readUsage(.object(memory.usage)).usage)
    }
    /// When the first bytes with content came, or nil until then.
    public private(set) var firstContentAt: ContinuousClock.Instant?
    /// When the last bytes came.
    public private(set) var lastReceivedAt: ContinuousClock.Instant?
    /// When the last bytes came that made an event: a drip of comments or half lines is no progress.
    public private(set) var lastEventAt: ContinuousClock.Instant?

    private let framing: Framing
    private var eventParser = ServerSentEvents()
    private var lineParser = NewlineJSON()
    private let dialect: WireBody.Dialect
    private let secrets: Secrets
    private let read: Reading
    private var memory = StreamMemory()
    private var gathered: GatheredReply
    private var waiting: [WireEvents.Event] = []
    private var nextWaiting = 0
    private var pending: [Delta] = []
    /// Events that no delta took along yet.
    private var unsent: [WireEvents.Event] = []
    /// Whether the finish reason came in a foreign event.
    private var isEndForeign = false
    private var fault: ChatError?
    private var sawEvent = false
    private var isAtEnd = false
    private var tail: WireEvents.Event?
    private var start: [UInt8] = []

    /// - Parameters:
    ///   - model: stands in the reply where no event names the model.
    ///   - read: the dialect's reading of one event.
    public init(
        dialect: WireBody.Dialect, framing: Framing, model: String, secrets: Secrets = .none, read: @escaping Reading
    ) {
        self.dialect = dialect
        self.framing = framing
        self.secrets = secrets
        self.read = read
        gathered = GatheredReply(model: model)
    }

    /// Takes what came from the socket.
    public mutating func feed(_ bytes: [UInt8], receivedAt: ContinuousClock.Instant) {
        lastReceivedAt = receivedAt
        guard fault == nil, !isEnded else { return }
        if !sawEvent, start.count < 4096 { start.append(contentsOf: bytes.prefix(4096)) }
        if nextWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            nextWaiting = 0
        }
        do {
            switch framing {
            case .serverSentEvents:
                var events: [ServerSentEvents.Event] = []
                defer { for event in events { waiting.append(.init(name: event.name, data: event.data)) } }
                try eventParser.feed(bytes, into: &events)
            case .lines:
                var lines: [[UInt8]] = []
                defer { waiting.append(contentsOf: lines.map { WireEvents.Event(name: nil, data: $0) }) }
                try lineParser.feed(bytes, into: &lines)
            }
        } catch {
            fault = error
        }
    }

    /// Says that the body is at its end.
    public mutating func end() {
        guard !isAtEnd else { return }
        isAtEnd = true
        switch framing {
        case .serverSentEvents: tail = eventParser.finish().map { WireEvents.Event(name: $0.name, data: $0.data) }
        case .lines: tail = lineParser.finish().map { WireEvents.Event(name: nil, data: $0) }
        }
    }

    /// The next delta of what was fed so far, or nil where more bytes are needed.
    /// - Throws: what the dialect makes of an error event; `.invalidResponse` for an event that cannot be read.
    public mutating func next() throws(ChatError) -> Delta? {
        while pending.isEmpty {
            guard !isEnded else { return nil }
            if nextWaiting < waiting.count {
                let event = waiting[nextWaiting]
                nextWaiting += 1
                sawEvent = true
                take(try read(event.data, &memory), event)
            } else if let fault {
                throw fault
            } else if let event = tail {
                tail = nil
                if let piece = try readTail(event.data) { take(piece, event) }
            } else {
                return nil
            }
        }
        return pending.removeFirst()
    }

    /// What stands unfinished at the end may have been cut anywhere: unreadable means cut, not malformed.
    private mutating func readTail(_ data: [UInt8]) throws(ChatError) -> StreamPiece? {
        do {
            return try read(data, &memory)
        } catch {
            guard error.kind == .invalidResponse else { throw error }
            return nil
        }
    }

    /// The whole reply, once `end` was called (or `isEnded` is true) and every delta was taken.
    /// - Throws: `ChatError.cut` where no finish reason came; `.invalidResponse` where the body was no stream at all or
    ///   the answer ended without any content; `.refused` where the vendor's filter left none.
    public func reply() throws(ChatError) -> ChatReply {
        if let fault { throw fault }
        if !isWhole, !sawEvent, eventParser.sawForeignLine {
            throw ReceivedJSON.invalid("the answer is no event stream", start, secrets)
        }
        var reply = try gathered.reply(isEnded: isEnded)
        if !isEndForeign { reply.wireEnding = WireEvents(dialect: dialect, events: unsent) }
        return reply
    }

    private mutating func take(_ piece: StreamPiece, _ event: WireEvents.Event) {
        sawEvent = true
        lastEventAt = lastReceivedAt
        isEnded = isEnded || piece.isEnd
        gathered.take(piece)
        isEndForeign = isEndForeign || (piece.isForeign && piece.finishReason != nil)
        if !piece.isForeign {
            var event = piece.isMended ? event.mended : event
            event.mayTellUsage = piece.usage != nil
            unsent.append(event)
        }
        guard !piece.deltas.isEmpty else { return }
        let receivedAt = lastReceivedAt ?? .now
        firstContentAt = firstContentAt ?? receivedAt
        for (index, delta) in piece.deltas.enumerated() {
            // The first delta of an event takes it along for all.
            let events = WireEvents(dialect: dialect, events: index == 0 ? unsent : [])
            pending.append(Delta(delta, receivedAt: receivedAt, wireEvents: piece.isForeign ? nil : events))
        }
        unsent.removeAll(keepingCapacity: true)
    }
}

extension WireEvents.Event {
    /// With U+FFFD for bytes that are not UTF-8.
    fileprivate var mended: WireEvents.Event {
        WireEvents.Event(name: name, data: Array(String(decoding: data, as: UTF8.self).utf8))
    }
}
