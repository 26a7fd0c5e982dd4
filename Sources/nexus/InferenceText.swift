import Chat
import Store

/// Rows of the inference log as people and scripts read them.
enum InferenceText {
    private static let widths = [24, 6, 12, 26, 5, 7, 7, 11, 10, 10, 0]

    static let header = columns([
        "TIME", "STATUS", "OUTCOME", "MODEL", "CACHE", "IN", "OUT", "COST", "LATENCY", "TTFT", "REQUEST",
    ])

    static func line(_ row: StoredInference) -> String {
        let record = row.record
        return columns([
            Timestamp.precise(record.startedAtMilliseconds), "\(record.status)", record.outcome.text,
            record.modelAsked ?? "-", record.cache, record.usage.map { "\($0.input)" } ?? "-",
            record.usage.map { "\($0.output)" } ?? "-", record.cost?.text ?? "?",
            milliseconds(record.latency) + " ms", record.firstToken.map { milliseconds($0) + " ms" } ?? "-",
            record.requestID,
        ])
    }

    /// Left-aligned texts and right-aligned figures; what is longer pushes the rest aside.
    private static func columns(_ cells: [String]) -> String {
        zip(cells, widths).enumerated().map { index, column in
            let (cell, width) = (Terminal.printable(column.0), column.1)
            let padding = String(repeating: " ", count: max(0, width - cell.count))
            return (5...9).contains(index) ? padding + cell : cell + padding
        }.joined(separator: "  ")
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = Int((duration.milliseconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    static func json(_ row: StoredInference) -> JSONValue {
        let record = row.record
        let usage = record.usage
        return .object([
            "request_id": .string(record.requestID),
            "time": .string(Timestamp.precise(record.startedAtMilliseconds)),
            "caller": text(record.caller),
            "session": text(record.session),
            "route": .string(record.route),
            "operation": .string(record.operation.rawValue),
            "stream": .bool(record.isStreamed),
            "model_asked": text(record.modelAsked),
            "model": text(record.modelAnswered),
            "provider": text(record.provider),
            "status": .number(record.status),
            "outcome": .string(record.outcome.text),
            "finish_reason": record.outcome.isError ? .null : .string(record.outcome.text),
            "error": record.outcome.isError ? .string(record.outcome.text) : .null,
            "source": text(record.source?.rawValue),
            "cache": .string(record.cache),
            "input_tokens": number(usage?.input),
            "output_tokens": number(usage?.output),
            "usage": usage.map(tokens) ?? .null,
            "cost_usd": record.cost.map { .number($0.dollars) } ?? .null,
            "latency_ms": .number(record.latency.milliseconds),
            "ttft_ms": record.firstToken.map { .number($0.milliseconds) } ?? .null,
            "overhead_ms": .number(record.overhead.milliseconds),
            "attempts": .number(record.attempts),
            "pieces": .number(record.pieces),
            "trace_id": text(row.traceID),
            "stages": .array(record.spans.map(stage)),
            "prompt": record.prompt.map { (try? JSONValue.parse($0)) ?? .string($0) },
            "answer": record.answer.map { .string($0) },
        ])
    }

    private static func tokens(_ usage: TokenUsage) -> JSONValue {
        .object([
            "input_fresh": .number(usage.inputFresh), "cache_read": .number(usage.cacheRead),
            "cache_write_5m": .number(usage.cacheWrite5m), "cache_write_1h": .number(usage.cacheWrite1h),
            "output_text": .number(usage.outputText), "reasoning": .number(usage.reasoning),
        ])
    }

    private static func stage(_ span: Span) -> JSONValue {
        .object([
            "stage": .string(span.stage), "start_ms": .number(span.start.milliseconds),
            "duration_ms": .number(span.duration.milliseconds), "outcome": text(span.outcome),
        ])
    }

    private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    private static func number(_ number: Int?) -> JSONValue { number.map { .number($0) } ?? .null }
}
