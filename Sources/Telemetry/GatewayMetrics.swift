public import Chat

/// The gateway's counters and histograms, made of the same records as the inference log.
///
/// Names and buckets are those of OpenTelemetry's semantic conventions for generative AI, written as Prometheus writes
/// them (a dot as `_`, the unit at the end); what they have no name for begins with `nexus_`. Labels are bounded: a
/// model's name that a client made up is counted as `other`.
///
/// Source: OpenTelemetry, "Semantic conventions for generative AI metrics", 1.37; "Prometheus and OpenMetrics
/// compatibility".
public final class GatewayMetrics: Sendable {
    /// What one series of the histograms is of.
    fileprivate struct Series: Hashable {
        var operation: InferenceRecord.Operation
        var provider: String
        var requestModel: String
        var responseModel: String
        /// Empty for answers.
        var error: String
    }

    fileprivate struct Figures {
        var duration = Histogram(bounds: Histogram.durationBounds)
        var firstToken = Histogram(bounds: Histogram.firstTokenBounds)
        var perToken = Histogram(bounds: Histogram.perTokenBounds)
        var input = Histogram(bounds: Histogram.tokenBounds)
        var output = Histogram(bounds: Histogram.tokenBounds)
        var costNanoUSD = 0.0
        var requests = 0
        var retries = 0
        var unknownCosts = 0
    }

    fileprivate struct Outcome: Hashable {
        var route: String
        var outcome: InferenceRecord.Outcome
        var status: Int
    }

    /// Where a request was counted. Most count where the one before did, and need not be looked for.
    fileprivate struct Place {
        var operation: InferenceRecord.Operation
        var provider: String?
        var modelAsked: String?
        var modelAnswered: String?
        var outcome: Outcome
        var series: Int
        var count: Int

        func isOf(_ record: InferenceRecord) -> Bool {
            outcome.status == record.status && outcome.outcome == record.outcome && operation == record.operation
                && outcome.route == record.route && provider == record.provider && modelAsked == record.modelAsked
                && modelAnswered == record.modelAnswered
        }
    }

    fileprivate struct State {
        var indexes: [Series: Int] = [:]
        var figures: [Figures] = []
        var countIndexes: [Outcome: Int] = [:]
        var counts: [Int] = []
        var latest: Place?
        var caches: [String: Int] = [:]
        var sources: [ChatReply.Source: Int] = [:]
        var confidence = Histogram(bounds: Histogram.shareBounds)
        var overhead = Histogram(bounds: Histogram.overheadBounds)
        var known: Set<String> = []
        var admitted: Set<String> = []
        var inFlight = 0
        var unauthorized = 0
    }

    /// Most names of models, besides the configured ones, that become labels.
    static let mostNames = 200
    /// What stands for the others.
    static let other = "other"

    private let state = Locked(State())

    public init() {}

    /// The models that are configured: they are labels from their first request on.
    public func know(models: [String]) {
        state.withLock { state in
            state.known = Set(models)
            state.latest = nil
        }
    }

    public func requestBegan() { state.withLock { $0.inFlight += 1 } }

    /// A request ended that is no inference: it counts for nothing else.
    public func requestLeft() { state.withLock { $0.inFlight -= 1 } }

    public func requestUnauthorized() { state.withLock { $0.unauthorized += 1 } }

    /// Counts a request that has ended.
    public func observe(_ record: InferenceRecord) {
        let latency = record.latency.milliseconds / 1000
        let overhead = record.overhead.milliseconds / 1000
        state.withLock { state in
            state.inFlight -= 1
            state.caches[record.cache, default: 0] += 1
            if let source = record.source { state.sources[source, default: 0] += 1 }
            if let confidence = record.confidence { state.confidence.observe(confidence) }
            state.overhead.observe(overhead)
            let (count, series) = state.place(of: record)
            state.counts[count] += 1
            state.figures[series].add(record, latency: latency)
        }
    }

    /// All of it as Prometheus reads it.
    /// - Parameter gauges: what others count.
    public func prometheusText(_ gauges: [Gauge] = []) -> [UInt8] {
        let state = state.withLock { $0 }
        let series = state.indexes.map { ($0.key, state.figures[$0.value]) }.sorted { $0.0 < $1.0 }
        var out = PrometheusText()
        GatewayMetrics.writeHistograms(series, &out)
        GatewayMetrics.writeCounters(series, state, &out)
        GatewayMetrics.write(gauges, &out)
        return out.bytes
    }

    private static func writeHistograms(_ series: [(Series, Figures)], _ out: inout PrometheusText) {
        let usage = "gen_ai_client_token_usage"
        out.family(usage, "histogram", "Tokens of a request at the vendor, by kind.")
        for (key, figures) in series {
            for (type, histogram) in [("input", figures.input), ("output", figures.output)] where histogram.count > 0 {
                out.histogram(usage, key.labels + key.errorLabel + [("gen_ai_token_type", type)], histogram)
            }
        }
        let families: [(String, String, KeyPath<Figures, Histogram>)] = [
            ("gen_ai_server_request_duration_seconds", "Time of a request to its answer's end.", \.duration),
            ("gen_ai_server_time_to_first_token_seconds", "Time to the first piece of an answer.", \.firstToken),
            (
                "gen_ai_server_time_per_output_token_seconds",
                "Time of a token after the first one, as a mean of each streamed answer.", \.perToken
            ),
        ]
        for (name, help, path) in families {
            out.family(name, "histogram", help)
            for (key, figures) in series where figures[keyPath: path].count > 0 {
                out.histogram(name, key.labels + key.errorLabel, figures[keyPath: path])
            }
        }
    }

    private static func writeCounters(
        _ series: [(Series, Figures)], _ state: State, _ out: inout PrometheusText
    ) {
        out.family("nexus_requests_total", "counter", "Requests that ended, by route, outcome and status.")
        let outcomes = state.countIndexes.sorted {
            ($0.key.route, $0.key.outcome.text, $0.key.status) < ($1.key.route, $1.key.outcome.text, $1.key.status)
        }
        for (key, index) in outcomes {
            let kind = key.outcome.isError ? "error" : "ok"
            let labels: PrometheusText.Labels = [
                ("route", key.route), ("result", kind), ("outcome", key.outcome.text), ("status", "\(key.status)"),
            ]
            out.sample("nexus_requests_total", labels, state.counts[index])
        }
        out.family("nexus_cache_requests_total", "counter", "Requests by what the answer cache had for them.")
        for (outcome, count) in state.caches.sorted(by: { $0.key < $1.key }) {
            out.sample("nexus_cache_requests_total", [("outcome", outcome)], count)
        }
        out.family("nexus_answers_total", "counter", "Answers by who gave them; api_b is the fallback's.")
        for (source, count) in state.sources.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            out.sample("nexus_answers_total", [("source", source.rawValue)], count)
        }
        if state.confidence.count > 0 {
            out.family("nexus_answer_confidence", "histogram", "Confidence of answers that have one, 0 to 1.")
            out.histogram("nexus_answer_confidence", [], state.confidence)
        }
        out.family("nexus_retries_total", "counter", "Attempts at providers after the first of a request.")
        for (key, figures) in series where figures.retries > 0 {
            out.sample("nexus_retries_total", key.labels + key.errorLabel, figures.retries)
        }
        out.family("nexus_cost_usd_total", "counter", "Cost of requests with a known price, in US dollars.")
        for (key, figures) in series where figures.requests > figures.unknownCosts {
            out.sample("nexus_cost_usd_total", key.labels + key.errorLabel, figures.costNanoUSD / 1e9)
        }
        out.family("nexus_cost_unknown_total", "counter", "Requests whose cost is unknown.")
        for (key, figures) in series where figures.unknownCosts > 0 {
            out.sample("nexus_cost_unknown_total", key.labels + key.errorLabel, figures.unknownCosts)
        }
        out.family("nexus_overhead_seconds", "histogram", "Time that the gateway took besides the provider.")
        out.histogram("nexus_overhead_seconds", [], state.overhead)
        out.family("nexus_unauthorized_total", "counter", "Requests refused for want of a known key.")
        out.sample("nexus_unauthorized_total", [], state.unauthorized)
        out.family("nexus_requests_in_flight", "gauge", "Requests under way.")
        out.sample("nexus_requests_in_flight", [], state.inFlight)
    }

    private static func write(_ gauges: [Gauge], _ out: inout PrometheusText) {
        var names: [String] = []
        for gauge in gauges where !names.contains(gauge.name) { names.append(gauge.name) }
        for name in names {
            let family = gauges.filter { $0.name == name }
            guard let first = family.first else { continue }
            out.family(name, first.isCounter ? "counter" : "gauge", first.help)
            for gauge in family {
                let labels = gauge.labels.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
                out.sample(name, labels, gauge.value)
            }
        }
    }
}

extension GatewayMetrics.State {
    /// A model's name as a label: one that is configured, or that answered while there was room.
    fileprivate mutating func label(_ name: String?, isAnswered: Bool) -> String {
        guard let name else { return "" }
        if known.contains(name) || admitted.contains(name) { return name }
        guard isAnswered, admitted.count < GatewayMetrics.mostNames, name.utf8.count <= 200 else {
            return GatewayMetrics.other
        }
        admitted.insert(name)
        return name
    }

    /// Where a record is counted: the indices of its count and of its series.
    fileprivate mutating func place(of record: InferenceRecord) -> (count: Int, series: Int) {
        if let latest, latest.isOf(record) { return (latest.count, latest.series) }
        let isError = record.outcome.isError
        let series = GatewayMetrics.Series(
            operation: record.operation, provider: record.provider ?? "",
            requestModel: label(record.modelAsked, isAnswered: !isError),
            responseModel: label(record.modelAnswered, isAnswered: !isError),
            error: isError ? record.outcome.text : "")
        let outcome = GatewayMetrics.Outcome(route: record.route, outcome: record.outcome, status: record.status)
        let place = GatewayMetrics.Place(
            operation: record.operation, provider: record.provider, modelAsked: record.modelAsked,
            modelAnswered: record.modelAnswered, outcome: outcome, series: index(of: series), count: index(of: outcome))
        latest = place
        return (place.count, place.series)
    }

    private mutating func index(of outcome: GatewayMetrics.Outcome) -> Int {
        if let index = countIndexes[outcome] { return index }
        counts.append(0)
        countIndexes[outcome] = counts.count - 1
        return counts.count - 1
    }

    private mutating func index(of series: GatewayMetrics.Series) -> Int {
        if let index = indexes[series] { return index }
        figures.append(GatewayMetrics.Figures())
        indexes[series] = figures.count - 1
        return figures.count - 1
    }
}

extension GatewayMetrics.Figures {
    fileprivate mutating func add(_ record: InferenceRecord, latency: Double) {
        requests += 1
        duration.observe(latency)
        retries += max(0, record.attempts - 1)
        if let cost = record.cost { costNanoUSD += Double(cost.amount) } else { unknownCosts += 1 }
        if let first = record.firstToken, record.isStreamed {
            let seconds = first.milliseconds / 1000
            firstToken.observe(seconds)
            if let output = record.usage?.output, output > 1 {
                perToken.observe(max(0, latency - seconds) / Double(output - 1))
            }
        }
        guard let usage = record.usage else { return }
        input.observe(Double(usage.input))
        output.observe(Double(usage.output))
    }
}

extension GatewayMetrics.Series {
    fileprivate var labels: PrometheusText.Labels {
        [
            ("gen_ai_operation_name", operation.rawValue), ("gen_ai_provider_name", provider),
            ("gen_ai_request_model", requestModel), ("gen_ai_response_model", responseModel),
        ]
    }

    fileprivate var errorLabel: PrometheusText.Labels { [("error_type", error)] }

    fileprivate static func < (left: Self, right: Self) -> Bool {
        (left.operation.rawValue, left.provider, left.requestModel, left.responseModel, left.error)
            < (right.operation.rawValue, right.provider, right.requestModel, right.responseModel, right.error)
    }
}
