public import Chat

/// Counts of everything asked since the start, by model and by what came of it.
public struct Tally: Sendable, Hashable {
    /// The counts of one model.
    public struct Counts: Sendable, Hashable {
        public var requests = 0
        /// Good answers sent whole.
        public var answered = 0
        /// Requests that met a fault, by its name.
        public var faults: [String: Int] = [:]
        /// Requests refused for a cause that no script asked for: no such model, no such prompt, a bad request.
        public var refused = 0
        /// Answers whose client left before they were whole, with a fault or without.
        public var left = 0
        /// Answers ended by us before they were whole.
        public var cut = 0
        /// Tokens that good answers reported.
        public var inputTokens = 0
        public var outputTokens = 0
    }

    public internal(set) var models: [String: Counts] = [:]
    public internal(set) var inFlight = 0
    public internal(set) var maxInFlight = 0

    /// Models counted by name; requests for further names (they come from outside) are counted under "…".
    static let maximumModels = 1000

    /// All models together.
    public var total: Counts {
        models.values.reduce(into: Counts()) { total, one in
            total.requests += one.requests
            total.answered += one.answered
            total.faults.merge(one.faults, uniquingKeysWith: +)
            total.refused += one.refused
            total.left += one.left
            total.cut += one.cut
            total.inputTokens += one.inputTokens
            total.outputTokens += one.outputTokens
        }
    }

    mutating func count(_ model: String, _ change: (inout Counts) -> Void) {
        let name = models[model] == nil && models.count >= Tally.maximumModels ? "…" : model
        change(&models[name, default: Counts()])
    }

    mutating func begin(_ model: String) {
        count(model) { $0.requests += 1 }
        inFlight += 1
        maxInFlight = max(maxInFlight, inFlight)
    }

    /// The counts as `GET /_stats` gives them.
    public var json: JSONValue {
        let total = total
        let members = models.sorted { $0.key < $1.key }.map { JSONValue.Member(key: $0.key, value: $0.value.json) }
        return .object([
            "requests": .number(total.requests), "in_flight": .number(inFlight), "max_in_flight": .number(maxInFlight),
            "total": total.json, "models": .object(members),
        ])
    }
}

extension Tally.Counts {
    var json: JSONValue {
        let faults = faults.sorted { $0.key < $1.key }.map { JSONValue.Member(key: $0.key, value: .number($0.value)) }
        return .object([
            "requests": .number(requests), "answered": .number(answered), "faults": .object(faults),
            "refused": .number(refused), "left": .number(left), "cut": .number(cut),
            "input_tokens": .number(inputTokens), "output_tokens": .number(outputTokens),
        ])
    }
}
