public import Chat

/// Turns the bytes of a `text/event-stream` into events, however the network cut them: a pure state machine.
///
/// Follows the WHATWG HTML standard, section "Server-sent events": lines end in LF, CR or CRLF; comments are skipped;
/// several `data:` lines are joined with a line feed; a byte order mark is dropped. Data stays bytes, so that a
/// character cut in two by a packet is whole again before anything decodes it. One thing differs from the standard:
/// `finish` hands out an event whose closing blank line never came, as some vendors leave it out after their last
/// one.
///
/// ```swift
/// var parser = ServerSentEvents()
/// for packet in packets { for event in try parser.feed(packet) { … } }
/// ```
public struct ServerSentEvents: Sendable {
    /// One event as it came.
    public struct Event: Sendable, Hashable {
        /// The `event:` field, or nil where there was none.
        public var name: String?
        /// The `id:` field, or nil where there was none.
        public var id: String?
        public var data: [UInt8]

        public init(data: [UInt8], name: String? = nil, id: String? = nil) {
            self.data = data
            self.name = name
            self.id = id
        }

        /// The data as text; bytes that are not UTF-8 become U+FFFD.
        public var text: String { String(decoding: data, as: UTF8.self) }
    }

    /// Most bytes that one event may take, its field names included.
    public let maximumEventBytes: Int
    /// Whether a line came that is no field of the standard: the body is probably no event stream at all.
    public private(set) var sawForeignLine = false

    private var partialLine: [UInt8] = []
    private var event = Event(data: [])
    private var hasData = false
    private var isFirstLine = true
    private var afterCarriageReturn = false

    /// - Parameter maximumEventBytes: 4 MiB by default; a larger event is an error, not a growing buffer.
    public init(maximumEventBytes: Int = 4 << 20) {
        self.maximumEventBytes = maximumEventBytes
    }

    /// The events that `bytes` complete.
    /// - Throws: `ChatError.invalidResponse` where an event is larger than `maximumEventBytes`.
    public mutating func feed(_ bytes: [UInt8]) throws(ChatError) -> [Event] {
        var events: [Event] = []
        try feed(bytes, into: &events)
        return events
    }

    /// Appends the events that `bytes` complete; those before a fault are appended before it is thrown.
    public mutating func feed(_ bytes: [UInt8], into events: inout [Event]) throws(ChatError) {
        var start = 0
        while let index = ServerSentEvents.lineEnd(in: bytes, from: start) {
            let byte = bytes[index]
            let isSecondHalf = afterCarriageReturn && byte == lineFeed && index == start && partialLine.isEmpty
            afterCarriageReturn = byte == carriageReturn
            if !isSecondHalf {
                try checkSize(adding: index - start)
                if let event = endLine(with: bytes[start..<index]) { events.append(event) }
            }
            start = index + 1
        }
        try checkSize(adding: bytes.count - start)
        partialLine.append(contentsOf: bytes[start...])
    }

    /// Where the next LF or CR stands, eight bytes at a time.
    static func lineEnd(in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { bytes in
            let (ones, highs): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
            let (feeds, returns) = (ones &* UInt64(lineFeed), ones &* UInt64(carriageReturn))
            var position = start
            while position + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
                let (feed, back) = (word ^ feeds, word ^ returns)
                // The highest bit of each byte sought, the first of them for certain.
                let found = (((feed &- ones) & ~feed) | ((back &- ones) & ~back)) & highs
                if found != 0 { return position + found.trailingZeroBitCount / 8 }
                position += 8
            }
            while position < bytes.count {
                if bytes[position] == lineFeed || bytes[position] == carriageReturn { return position }
                position += 1
            }
            return nil
        }
    }

    /// The event that the end of the stream leaves without its closing blank line, or nil.
    ///
    /// It may have been cut anywhere: whoever cannot read it shall call the stream cut, not malformed.
    public mutating func finish() -> Event? {
        let sawForeignLine = sawForeignLine
        let event = endLine(with: [])
        // A line that was cut in its name is not foreign.
        self.sawForeignLine = sawForeignLine
        return event ?? dispatch()
    }

    private func checkSize(adding count: Int) throws(ChatError) {
        guard partialLine.count + event.data.count + count <= maximumEventBytes else {
            throw ChatError(.invalidResponse, "an event of the stream is larger than \(maximumEventBytes) bytes")
        }
    }

    private mutating func endLine(with rest: ArraySlice<UInt8>) -> Event? {
        guard !partialLine.isEmpty else { return take(line: rest) }
        partialLine.append(contentsOf: rest)
        let line = partialLine
        partialLine.removeAll(keepingCapacity: line.count <= 4096)
        return take(line: line[...])
    }

    private mutating func take(line: ArraySlice<UInt8>) -> Event? {
        var line = line
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        }
        guard let first = line.first else { return dispatch() }
        if first == colon { return nil }
        let end = line.firstIndex(of: colon) ?? line.endIndex
        var value = line[end...].dropFirst()
        if value.first == space { value = value.dropFirst() }
        takeField(line[line.startIndex..<end], value: value)
        return nil
    }

    private mutating func takeField(_ name: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        if name.elementsEqual("data".utf8) {
            if hasData { event.data.append(lineFeed) }
            event.data.append(contentsOf: value)
            hasData = true
        } else if name.elementsEqual("event".utf8) {
            event.name = String(decoding: value, as: UTF8.self)
        } else if name.elementsEqual("id".utf8) {
            if !value.contains(0) { event.id = String(decoding: value, as: UTF8.self) }
        } else if !name.elementsEqual("retry".utf8) {
            sawForeignLine = true
        }
    }

    /// An event without a `data:` line is none, as the standard has it.
    private mutating func dispatch() -> Event? {
        defer {
            event = Event(data: [])
            hasData = false
        }
        return hasData ? event : nil
    }
}

extension ServerSentEvents {
    /// The event as bytes of a stream, its closing blank line included. Line breaks in the data give several `data:`
    /// lines.
    public static func print(_ event: Event) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(event.data.count + 16)
        if let name = event.name { appendField("event: ", oneLine(name), to: &out) }
        if let id = event.id { appendField("id: ", oneLine(id), to: &out) }
        var rest = event.data[...]
        while let end = rest.firstIndex(where: { $0 == lineFeed || $0 == carriageReturn }) {
            appendField("data: ", rest[..<end], to: &out)
            let isPair = rest[end] == carriageReturn && end + 1 < rest.endIndex && rest[end + 1] == lineFeed
            rest = rest[(end + (isPair ? 2 : 1))...]
        }
        appendField("data: ", rest, to: &out)
        out.append(lineFeed)
        return out
    }

    /// An event of this data, and a name where the dialect has names.
    public static func print(data: [UInt8], name: String? = nil) -> [UInt8] {
        print(Event(data: data, name: name))
    }

    /// A comment line, which readers skip: it keeps a quiet connection open.
    public static func print(comment: String) -> [UInt8] {
        Array(": ".utf8) + oneLine(comment) + [lineFeed, lineFeed]
    }

    private static func oneLine(_ text: String) -> [UInt8] {
        text.utf8.map { $0 == lineFeed || $0 == carriageReturn ? space : $0 }
    }

    private static func appendField(_ name: StaticString, _ value: some Collection<UInt8>, to out: inout [UInt8]) {
        name.withUTF8Buffer { out.append(contentsOf: $0) }
        out.append(contentsOf: value)
        out.append(lineFeed)
    }
}

let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
private let colon = UInt8(ascii: ":")
private let space = UInt8(ascii: " ")
