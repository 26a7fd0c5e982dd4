import Chat

/// Spans as JSON: `[["provider", 12, 51873, "ok"], …]` with stage, start and duration in microseconds, and outcome.
enum SpanText {
    static func text(_ spans: [Span]) -> String {
        // Written as text at once: there are a few for every trial.
        var out = Array("[".utf8)
        for span in spans {
            out += out.count == 1 ? "[".utf8 : ",[".utf8
            JSONValue.write(span.stage, to: &out)
            out += ",\(span.start.microseconds),\(span.duration.microseconds)".utf8
            if let outcome = span.outcome {
                out.append(UInt8(ascii: ","))
                JSONValue.write(outcome, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        }
        out.append(UInt8(ascii: "]"))
        return String(decoding: out, as: UTF8.self)
    }

    /// The spans of a text; nil where it is none of ours.
    static func spans(_ json: JSONValue) -> [Span]? {
        guard let items = json.arrayValue else { return nil }
        let spans = items.compactMap { item -> Span? in
            guard let parts = item.arrayValue, parts.count == 3 || parts.count == 4, let stage = parts[0].stringValue,
                let start = parts[1].intValue, let duration = parts[2].intValue
            else { return nil }
            return Span(
                stage: stage, start: .microseconds(start), duration: .microseconds(duration),
                outcome: parts.count == 4 ? parts[3].stringValue : nil)
        }
        return spans.count == items.count ? spans : nil
    }
}

/// Token usage as JSON: the kinds that are not 0, and the vendor's own usage.
enum UsageText {
    static func text(_ usage: TokenUsage) -> String {
        let kinds = [
            ("fresh", usage.inputFresh), ("read", usage.cacheRead), ("write_5m", usage.cacheWrite5m),
            ("write_1h", usage.cacheWrite1h), ("text", usage.outputText), ("reasoning", usage.reasoning),
        ]
        var members = kinds.filter { $0.1 != 0 }.map { JSONValue.Member(key: $0.0, value: .number($0.1)) }
        if let raw = usage.raw { members.append(.init(key: "raw", value: raw)) }
        return JSONValue.object(members).text
    }

    /// The usage of a text; nil where it is none of ours.
    static func usage(_ json: JSONValue) -> TokenUsage? {
        func count(_ key: String) -> Int? {
            guard let value = json[key] else { return 0 }
            return value.intValue
        }
        guard json.objectValue != nil, let fresh = count("fresh"), let read = count("read"),
            let write5m = count("write_5m"), let write1h = count("write_1h"), let text = count("text"),
            let reasoning = count("reasoning")
        else { return nil }
        return TokenUsage(
            inputFresh: fresh, cacheRead: read, cacheWrite5m: write5m, cacheWrite1h: write1h, outputText: text,
            reasoning: reasoning, raw: json["raw"])
    }
}
