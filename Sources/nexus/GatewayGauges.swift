import Gateway
import Store
import Telemetry

/// What `GET /metrics` reads beside the counters of requests.
enum GatewayGauges {
    static func log(_ health: InferenceLog.Health) -> [Gauge] {
        [
            Gauge(
                "nexus_log_rows_total", help: "Rows of the inference log, by what became of them.",
                labels: ["state": "written"], value: Double(health.written), isCounter: true),
            Gauge(
                "nexus_log_rows_total", help: "", labels: ["state": "lost"], value: Double(health.lost),
                isCounter: true),
            Gauge(
                "nexus_log_rows_waiting", help: "Rows of the inference log that wait for being written.",
                value: Double(health.waiting)),
        ]
    }

    static func limits(_ limits: [String: ProviderLimit]) -> [Gauge] {
        limits.sorted { $0.key < $1.key }.flatMap { name, limit in
            let load = limit.load
            return [("under_way", load.underWay), ("waiting", load.waiting)].map { state, count in
                Gauge(
                    "nexus_provider_calls", help: "Calls at providers with a limit, under way or in its queue.",
                    labels: ["provider": name, "state": state], value: Double(count))
            }
        }
    }

    static func cache(_ statistics: CacheStatistics) -> [Gauge] {
        let entries = "Entries of the answer cache, in memory and in the store."
        var gauges = [
            Gauge(
                "nexus_cache_entries", help: entries, labels: ["place": "memory"],
                value: Double(statistics.memory.entries))
        ]
        if let stored = statistics.stored {
            gauges.append(
                Gauge(
                    "nexus_cache_entries", help: entries, labels: ["place": "store"], value: Double(stored.entries)))
        }
        for (reason, count) in [("expired", statistics.expirations), ("room", statistics.evictions)] {
            gauges.append(
                Gauge(
                    "nexus_cache_removals_total", help: "Entries that went from the answer cache, by the reason.",
                    labels: ["reason": reason], value: Double(count), isCounter: true))
        }
        return gauges
    }

    /// Most breakers that are told.
    private static let mostBreakers = 100

    static func breakers(_ stages: [PipelineStages]) -> [Gauge] {
        var states: [String: Double] = [:]
        for breaker in stages.flatMap(\.openBreakers).prefix(mostBreakers) {
            states[breaker.model] = max(states[breaker.model] ?? 0, breaker.isHalfOpen ? 1 : 2)
        }
        return states.sorted { $0.key < $1.key }.map { model, state in
            Gauge(
                "nexus_breaker_state", help: "Breakers that are not closed: 1 half open, 2 open.",
                labels: ["model": model], value: state)
        }
    }
}
