public import Chat
public import Records

/// Answers that were recorded before, found by sample id: a run of another system, or of this one, replayed.
///
/// A row is `{"id", "output"[, "latency_ms", "ttft_ms", "input_tokens", "output_tokens", "cost_usd", "model"]}`. The
/// answer comes at once; its latency is the recorded one. Repeats of a sample give the same answer.
public struct Recorded: ChatModel {
    /// The file, as it was named.
    public let path: String
    /// The name after `recorded/`.
    public let label: String

    private let replies: [ScalarText: ChatReply]
    /// How many wrong ids still get a nearest one named: a file of the wrong run would cost a search a sample.
    private let searchesLeft = Locked(20)

    /// How many samples have an answer.
    public var count: Int { replies.count }

    /// Reads the whole file.
    /// - Throws: `RecordError` with file and line for a row that is no answer, or an id that stands twice.
    public init(path: String, label: String) throws(RecordError) {
        try self.init(reader: try RecordReader(path: path), path: path, label: label)
    }

    init(reader: RecordReader, path: String, label: String) throws(RecordError) {
        self.path = path
        self.label = label
        var replies: [ScalarText: ChatReply] = [:]
        var lines: [ScalarText: Int] = [:]
        while let record = try reader.next() {
            let row = RecordedRow(record: record, path: path)
            let id = try row.id()
            if let first = lines.updateValue(record.line, forKey: ScalarText(id)) {
                throw row.fault(
                    "the id '\(id)' stands twice, first in line \(first)", remedy: "keep one answer a sample")
            }
            replies[ScalarText(id)] = try row.reply(model: "recorded/\(label)")
        }
        self.replies = replies
    }

    public func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        guard let id = call.context.sampleID else {
            throw ChatError(.notFound, "recorded/\(label) answers the samples of an eval alone")
        }
        guard let reply = replies[ScalarText(id)] else {
            throw ChatError(.notFound, "no recorded answer for sample '\(id)' in \(path)\(nearest(to: id))")
        }
        if !reply.text.isEmpty { try await call.onDelta?(.text(reply.text, receivedAt: .now)) }
        return reply
    }

    private func nearest(to id: String) -> String {
        let mayLook = searchesLeft.withLock { left in
            left -= 1
            return left >= 0
        }
        guard mayLook, let found = NearestName.nearest(to: id, among: replies.keys.sorted().map(\.text)) else {
            return ""
        }
        return " (nearest id: '\(found)')"
    }
}

/// One row, read strictly: a wrong figure is a fault of the file, not an unknown one.
private struct RecordedRow {
    let record: Record
    let path: String

    func fault(_ message: String, remedy: String? = nil) -> RecordError {
        RecordError(file: path, line: record.line, column: nil, message: message, remedy: remedy)
    }

    func id() throws(RecordError) -> String {
        switch record["id"] {
        case .string(let text)?: return text
        case .number(let spelling)?: return spelling
        case nil: throw fault("found no id; expected a text or a number")
        case .null?, .bool?, .array?, .object?: throw wrong("id", expected: "a text or a number")
        }
    }

    func reply(model: String) throws(RecordError) -> ChatReply {
        guard let output = record["output"] else {
            throw fault("found no output; expected a text", remedy: "leave the row out where there was no answer")
        }
        guard let text = output.stringValue else { throw wrong("output", expected: "a text") }
        let input = try count("input_tokens")
        let answer = try count("output_tokens")
        var reply = ChatReply(text: text, model: record["model"]?.stringValue ?? model, source: .recorded)
        if let input, let answer { reply.usage = TokenUsage(inputFresh: input, outputText: answer) }
        reply.timing = ChatReply.Timing(
            total: try duration("latency_ms"), firstToken: try duration("ttft_ms"))
        if let value = present("cost_usd") {
            guard let cost = value.doubleValue.flatMap(NanoUSD.init(dollars:)) else {
                throw wrong("cost_usd", expected: "an amount from 0")
            }
            reply.cost = cost
        }
        return reply
    }

    private func present(_ name: String) -> JSONValue? {
        record[name].flatMap { $0.isNull ? nil : $0 }
    }

    private func count(_ name: String) throws(RecordError) -> Int? {
        guard let value = present(name) else { return nil }
        guard let count = value.intValue, (0...TokenUsage.maximumCount).contains(count) else {
            throw wrong(name, expected: "a count from 0 to \(TokenUsage.maximumCount)")
        }
        return count
    }

    private func duration(_ name: String) throws(RecordError) -> Duration? {
        guard let value = present(name) else { return nil }
        guard let duration = value.doubleValue.flatMap({ Duration(validSeconds: $0 / 1000) }) else {
            throw wrong(name, expected: "milliseconds from 0")
        }
        return duration
    }

    private func wrong(_ name: String, expected: String) -> RecordError {
        let found = record[name] ?? .null
        let shown = if case .number(let spelling) = found { spelling } else { found.kindName }
        return fault("found \(shown) as \(name); expected \(expected)")
    }
}
