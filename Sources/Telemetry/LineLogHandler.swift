public import Logging

/// Structured logs, one line an event: `time=2026-11-21T13:14:15.123Z level=info event="request" status=200 …`.
///
/// Keys stand in alphabetical order after the event; values with blanks, quotes or control characters are quoted, so
/// that no value can begin a line of its own. What is logged holds no prompt, no answer and no key.
public struct LineLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    private let now: @Sendable () -> String
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - now: the time as it is printed.
    ///   - write: takes a line, without its end.
    public init(
        level: Logger.Level, now: @escaping @Sendable () -> String, write: @escaping @Sendable (String) -> Void
    ) {
        logLevel = level
        self.now = now
        self.write = write
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(
        level: Logger.Level, message: Logger.Message, metadata: Logger.Metadata?, source: String, file: String,
        function: String, line: UInt
    ) {
        var text = "time=\(now()) level=\(level.rawValue) event=\(LineLogHandler.quoted(message.description))"
        let all = self.metadata.merging(metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            text += " \(key)=\(LineLogHandler.quoted(value.description))"
        }
        write(text)
    }

    /// The value as it is where it is one plain word, else within quotes.
    static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3D }
        if isPlain { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            default:
                let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                    || (0x2028...0x2029).contains(scalar.value)
                quoted += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
            }
        }
        return quoted + "\""
    }
}
