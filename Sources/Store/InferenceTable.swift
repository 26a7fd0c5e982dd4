import Chat
import GRDB

/// The SQL of the inference log.
enum InferenceTable {
    /// In the order in which `bind` and `record` go through them.
    private static let columns = [
        "started_at", "request_id", "caller", "session", "route", "operation", "streamed", "model_asked", "model",
        "provider", "status", "outcome", "is_error", "source", "cache", "input_fresh", "cache_read", "cache_write_5m",
        "cache_write_1h", "output_text", "reasoning", "cost_nano_usd", "latency_us", "ttft_us", "overhead_us",
        "attempts", "pieces", "trace_id", "spans", "prompt", "answer",
    ]

    private static let insertion = """
        INSERT INTO inferences (\(columns.joined(separator: ", ")))
        VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
        """

    /// - Throws: `DatabaseError`
    static func insert(_ records: [InferenceRecord], _ db: Database) throws {
        let statement = DirectStatement(try db.cachedStatement(sql: insertion))
        for record in records {
            try statement.execute { bind(record, to: &$0) }
        }
    }

    private static func bind(_ record: InferenceRecord, to values: inout DirectStatement.Values) {
        values.bind(record.startedAtMilliseconds)
        values.bind(record.requestID)
        values.bind(record.caller)
        values.bind(record.session)
        values.bind(record.route)
        values.bind(record.operation.rawValue)
        values.bind(record.isStreamed ? 1 : 0)
        values.bind(record.modelAsked)
        values.bind(record.modelAnswered)
        values.bind(record.provider)
        values.bind(record.status)
        values.bind(record.outcome.text)
        values.bind(record.outcome.isError ? 1 : 0)
        values.bind(record.source?.rawValue)
        values.bind(record.cache)
        let usage = record.usage
        values.bind(usage?.inputFresh)
        values.bind(usage?.cacheRead)
        values.bind(usage?.cacheWrite5m)
        values.bind(usage?.cacheWrite1h)
        values.bind(usage?.outputText)
        values.bind(usage?.reasoning)
        values.bind(record.cost?.amount)
        values.bind(record.latency.microseconds)
        values.bind(record.firstToken?.microseconds)
        values.bind(record.overhead.microseconds)
        values.bind(record.attempts)
        values.bind(record.pieces)
        values.bind(record.identity?.traceText)
        values.bind(SpanText.text(record.spans))
        values.bind(record.prompt)
        values.bind(record.answer)
    }

    // MARK: reading

    /// The newest rows that a filter lets through, oldest first.
    static func rows(_ filter: InferenceFilter, limit: Int, path: String, _ db: Database) throws -> [StoredInference] {
        let (condition, arguments) = condition(filter)
        let sql = """
            SELECT inference, \(columns.joined(separator: ", ")) FROM inferences
            \(condition) ORDER BY inference \(filter.after == nil ? "DESC" : "ASC") LIMIT ?
            """
        var found: [StoredInference] = []
        let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments + [limit])
        while let row = try rows.next() {
            found.append(try stored(Columns(row: row, path: path)))
        }
        return filter.after == nil ? found.reversed() : found
    }

    private static func condition(_ filter: InferenceFilter) -> (sql: String, arguments: StatementArguments) {
        var terms: [String] = []
        var arguments = StatementArguments()
        func add(_ term: String, _ values: StatementArguments) {
            terms.append(term)
            arguments += values
        }
        if let after = filter.after { add("inference > ?", [after]) }
        if let since = filter.sinceMilliseconds { add("started_at >= ?", [since]) }
        if let until = filter.untilMilliseconds { add("started_at < ?", [until]) }
        if let model = filter.model { add("(model_asked = ? OR model = ?)", [model, model]) }
        if let provider = filter.provider { add("provider = ?", [provider]) }
        if let statuses = filter.statuses { add("status BETWEEN ? AND ?", [statuses.lowerBound, statuses.upperBound]) }
        if let outcome = filter.outcome { add("outcome = ?", [outcome]) }
        if let isError = filter.isError { add("is_error = ?", [isError ? 1 : 0]) }
        if let caller = filter.caller { add("caller = ?", [caller]) }
        if let session = filter.session { add("session = ?", [session]) }
        if let isHit = filter.isCacheHit { add("cache \(isHit ? "" : "NOT ")IN ('hit', 'semantic')", []) }
        if let request = filter.requestID { add("request_id = ?", [request]) }
        return (terms.isEmpty ? "" : "WHERE " + terms.joined(separator: " AND "), arguments)
    }

    private static func stored(_ columns: Columns) throws(StoreError) -> StoredInference {
        let isError = try columns.integer(13) != 0
        guard let outcome = InferenceRecord.Outcome(try columns.text(12), isError: isError) else {
            throw columns.mismatch(12, "a known word")
        }
        guard let spans = SpanText.spans(try columns.json(29)) else { throw columns.mismatch(29, "spans") }
        var record = InferenceRecord(
            requestID: try columns.text(2), startedAtMilliseconds: try columns.integer(1),
            caller: try columns.optionalText(3), session: try columns.optionalText(4), route: try columns.text(5),
            operation: try columns.word(6, InferenceRecord.Operation.self),
            isStreamed: try columns.integer(7) != 0, modelAsked: try columns.optionalText(8),
            modelAnswered: try columns.optionalText(9), provider: try columns.optionalText(10),
            status: try columns.count(11), outcome: outcome,
            source: try columns.optionalText(14).flatMap(ChatReply.Source.init), cache: try columns.text(15),
            usage: try usage(columns), cost: try columns.optionalInteger(22).map { NanoUSD($0) },
            latency: try columns.duration(23) ?? .zero, firstToken: try columns.duration(24),
            overhead: try columns.duration(25) ?? .zero, attempts: try columns.count(26),
            pieces: try columns.count(27), spans: spans)
        record.prompt = try columns.optionalText(30)
        record.answer = try columns.optionalText(31)
        return StoredInference(
            number: try columns.integer(0), traceID: try columns.optionalText(28), record: record)
    }

    private static func usage(_ columns: Columns) throws(StoreError) -> TokenUsage? {
        guard let fresh = try columns.optionalInteger(16) else { return nil }
        return TokenUsage(
            inputFresh: Int(fresh), cacheRead: try columns.count(17), cacheWrite5m: try columns.count(18),
            cacheWrite1h: try columns.count(19), outputText: try columns.count(20), reasoning: try columns.count(21))
    }
}
