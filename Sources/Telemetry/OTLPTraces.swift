import Chat

/// Records as the body of OTLP's `ExportTraceServiceRequest`, in JSON.
enum OTLPTraces {
    static func body(_ records: [InferenceRecord], serviceName: String, version: String) -> JSONValue {
        let resource: [JSONValue] = [
            attribute("service.name", .text(serviceName)), attribute("service.version", .text(version)),
        ]
        return .object([
            "resourceSpans": .array([
                .object([
                    "resource": .object(["attributes": .array(resource)]),
                    "scopeSpans": .array([
                        .object([
                            "scope": .object(["name": "nexus", "version": .string(version)]),
                            "spans": .array(records.flatMap(spans)),
                        ])
                    ]),
                ])
            ])
        ])
    }

    private enum Value {
        case text(String)
        case whole(Int)
        case number(Double)

        /// 64-bit whole numbers are strings in protobuf's JSON.
        var json: JSONValue {
            switch self {
            case .text(let text): .object(["stringValue": .string(text)])
            case .whole(let number): .object(["intValue": .string(String(number))])
            case .number(let number): .object(["doubleValue": .number(number)])
            }
        }
    }

    private static func attribute(_ key: String, _ value: Value) -> JSONValue {
        .object(["key": .string(key), "value": value.json])
    }

    private static func spans(_ record: InferenceRecord) -> [JSONValue] {
        guard let identity = record.identity else { return [] }
        let start = record.startedAtMilliseconds
        let root = span(
            identity.spanID, in: identity, below: identity.parentSpanID, kind: 2,
            name: "\(record.operation.rawValue) \(record.modelAsked ?? "")", start: start, from: .zero,
            for: record.latency, attributes: attributes(record), error: record.outcome.isError ? record : nil)
        var provider = 0
        let stages = record.spans.enumerated().map { index, stage in
            // The provider was told its span's id when it was asked.
            let isProvider = stage.stage == "provider"
            let id = identity.childSpanID(isProvider ? provider : index, kind: isProvider ? 0 : 1)
            if isProvider { provider += 1 }
            var attributes = [attribute("nexus.stage", .text(stage.stage))]
            if let outcome = stage.outcome { attributes.append(attribute("nexus.outcome", .text(outcome))) }
            return span(
                id, in: identity, below: identity.spanID, kind: isProvider ? 3 : 1, name: stage.stage, start: start,
                from: stage.start, for: stage.duration, attributes: attributes, error: nil)
        }
        return [root] + stages
    }

    /// - Parameter kind: 1 internal, 2 server, 3 client.
    private static func span(
        _ id: UInt64, in identity: TraceIdentity, below parent: UInt64?, kind: Int, name: String, start: Int64,
        from begin: Duration, for duration: Duration, attributes: [JSONValue], error: InferenceRecord?
    ) -> JSONValue {
        let (from, overflow) = start.multipliedReportingOverflow(by: 1_000_000)
        let beginning = (overflow ? 0 : from) + begin.microseconds * 1000
        return .object([
            "traceId": .string(identity.traceText),
            "spanId": .string(TraceIdentity.text(id)),
            "parentSpanId": parent.map { .string(TraceIdentity.text($0)) },
            "name": .string(name),
            "kind": .number(kind),
            "startTimeUnixNano": .string(String(beginning)),
            "endTimeUnixNano": .string(String(beginning + max(0, duration.microseconds) * 1000)),
            "attributes": .array(attributes),
            "status": error.map { .object(["code": .number(2), "message": .string($0.outcome.text)]) }
                ?? .object([]),
        ])
    }

    private static func attributes(_ record: InferenceRecord) -> [JSONValue] {
        var values: [(String, Value?)] = [
            ("gen_ai.operation.name", .text(record.operation.rawValue)),
            ("gen_ai.provider.name", record.provider.map { .text($0) }),
            ("gen_ai.request.model", record.modelAsked.map { .text($0) }),
            ("gen_ai.response.model", record.modelAnswered.map { .text($0) }),
            ("gen_ai.usage.input_tokens", record.usage.map { .whole($0.input) }),
            ("gen_ai.usage.output_tokens", record.usage.map { .whole($0.output) }),
            ("http.request.method", .text("POST")),
            ("http.route", .text(record.route)),
            ("http.response.status_code", .whole(record.status)),
            ("nexus.request_id", .text(record.requestID)),
            ("nexus.caller", record.caller.map { .text($0) }),
            ("nexus.cache", .text(record.cache)),
            ("nexus.streamed", .text(record.isStreamed ? "true" : "false")),
            ("nexus.cost_usd", record.cost.map { .number($0.dollars) }),
            ("nexus.overhead_ms", .number(record.overhead.milliseconds)),
            ("nexus.ttft_ms", record.firstToken.map { .number($0.milliseconds) }),
        ]
        if record.outcome.isError { values.append(("error.type", .text(record.outcome.text))) }
        var attributes = values.compactMap { key, value in value.map { attribute(key, $0) } }
        if !record.outcome.isError {
            let reasons: JSONValue = .object([
                "arrayValue": .object(["values": .array([Value.text(record.outcome.text).json])])
            ])
            attributes.append(.object(["key": "gen_ai.response.finish_reasons", "value": reasons]))
        }
        return attributes
    }
}
