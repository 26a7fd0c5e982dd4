import Chat
import Foundation
import Hummingbird

/// `/api/proxy/health`, `/api/proxy/stats`, `/api/cache/…` and `/api/admin/system`: how the gateway does.
struct SystemRoutes: Sendable {
    let parts: GatewayParts
    let catalog: any ModelCatalog
    let caller: String?
    /// When the server was made.
    let start: ContinuousClock.Instant

    /// `GET /api/proxy/health`; the status is 503 where nothing can be answered.
    func health() async -> (body: JSONValue, status: HTTPResponse.Status) {
        let checks = await parts.checks?() ?? []
        let states = checks.map(\.state)
        let state: HealthCheck.State =
            states.contains(.unhealthy) ? .unhealthy : states.contains(.degraded) ? .degraded : .healthy
        let members = checks.map { JSONValue.Member(key: $0.name, value: .string($0.state.rawValue)) }
        let body: JSONValue = [
            "status": .string(state.rawValue), "timestamp": ProxyTime.now, "checks": .object(members),
        ]
        return (body, state == .unhealthy ? .serviceUnavailable : .ok)
    }

    /// `GET /api/proxy/stats`.
    func statistics() async throws(ChatError) -> JSONValue {
        let counts = try await parts.conversations?.counts(caller: caller)
        let conversations: JSONValue? = counts.map { counts in
            ["active": .number(counts.conversations), "turns": .number(counts.turns)]
        }
        return .object([
            "success": true, "timestamp": ProxyTime.now, "cache": .object(try await cacheFigures()),
            "conversations": conversations, "system": .object(system),
        ])
    }

    /// `GET /api/admin/system`.
    var overview: JSONValue { .object([.init(key: "success", value: true)] + system) }

    private var system: [JSONValue.Member] {
        let uptime = ContinuousClock.now - start
        let info = ProcessInfo.processInfo
        let figures: JSONValue = .object([
            "version": .string(parts.version), "uptime_seconds": .number((uptime.milliseconds / 1000).rounded()),
            "memory_bytes": SystemRoutes.residentBytes.map { .number($0) },
            "cpu_seconds": .number(SystemRoutes.cpuSeconds), "processors": .number(info.activeProcessorCount),
            "models": .number(catalog.names.count),
        ])
        return figures.objectValue ?? []
    }

    /// What the process holds in memory; nil where `/proc` does not tell it.
    private static var residentBytes: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static var cpuSeconds: Double {
        // POSIX has a million of them a second.
        Double(clock()) / 1e6
    }

    /// `GET /api/cache/stats`.
    func cache() async throws(ChatError) -> JSONValue {
        .object([.init(key: "success", value: true)] + (try await cacheFigures()))
    }

    private func cacheFigures() async throws(ChatError) -> [JSONValue.Member] {
        try await parts.cache?.statistics() ?? [.init(key: "enabled", value: false)]
    }

    /// `DELETE /api/cache`.
    func clearCache() async throws(ChatError) -> JSONValue {
        ["success": true, "removed": .number(try await parts.cache?.clear(caller: caller) ?? 0)]
    }
}
