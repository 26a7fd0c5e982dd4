import Chat
import Wire

/// What is known of a streamed answer at its end alone: it stands in the last event as the member `nexus`, in the place
/// of the headers of a full answer.
struct LateFacts: Sendable, Hashable {
    /// The model that answered, as the vendor names it.
    var model: String
    var source: ChatReply.Source
    /// "hit", "miss" …, as in `x-nexus-cache`.
    var cache: String
    /// Why the cache had the answer or not, where the request asked for it.
    var cacheExplanation: JSONValue?
    /// Nil where price or usage is unknown.
    var cost: NanoUSD?
    /// What the gateway took besides the provider.
    var overhead: Duration
    /// What the provider wants known and is no error: a dropped parameter, replaced bytes.
    var warnings: [String] = []
    var metadata = AnswerMetadata()

    var json: JSONValue {
        let facts: JSONValue = .object([
            "model": .string(model), "source": .string(source.rawValue), "cache": .string(cache),
            "cache_explanation": cacheExplanation,
            "cost_usd": cost.map { .number($0.dollars) } ?? .null,
            "overhead_ms": .number(overhead.milliseconds),
            "warnings": warnings.isEmpty ? nil : .array(warnings.map { .string($0) }),
        ])
        return .object((facts.objectValue ?? []) + metadata.members)
    }

    /// The data of the last event with the facts as its member `nexus`; all its other bytes stay as they are.
    func added(to data: [UInt8]) -> [UInt8] {
        JSONSpans(of: data)?.rewriting(data, [("nexus", json)]) ?? data
    }
}
