import Chat
import CurlTransport
import Experiments
import Server
import Store

/// The parts of `nexus serve` as `GET /api/proxy/health` tells them: the store, the cache, and each provider that is
/// configured. Providers are asked for their models, which costs nothing, and their answers hold for a while, so that
/// who asks often does not have them asked often.
actor ServedHealth {
    private let store: GatewayStore
    private let loop: CurlLoop
    private let settings: @Sendable () -> Settings
    private var known: (checks: [HealthCheck], until: ContinuousClock.Instant)?

    private static let holds = Duration.seconds(15)
    private static let patience = Duration.seconds(4)

    /// - Parameter settings: those of the moment.
    init(store: GatewayStore, loop: CurlLoop, settings: @escaping @Sendable () -> Settings) {
        self.store = store
        self.loop = loop
        self.settings = settings
    }

    func checks() async -> [HealthCheck] {
        let settings = settings()
        let cache = settings.pipeline.setting(of: "cache")
        var checks: [HealthCheck] = []
        if let store = store.known { checks.append(HealthCheck("database", isReadable(store) ? .healthy : .degraded)) }
        if let cache, cache != "off", cache["mode"] != "off" { checks.append(HealthCheck("cache", .healthy)) }
        return checks + (await providers(settings))
    }

    private func isReadable(_ store: RunStore) -> Bool {
        do {
            _ = try store.lastTurnNumber()
            return true
        } catch {
            return false
        }
    }

    private func providers(_ settings: Settings) async -> [HealthCheck] {
        if let known, known.until > .now { return known.checks }
        let names = Set(settings.providers.keys)
        let findings = await ServedHealth.inTime { [loop] in
            await ProviderChecks(settings: settings).findings(of: names, loop)
        }
        let checks = names.sorted().compactMap { name -> HealthCheck? in
            guard let finding = findings?.first(where: { $0.part == name }) else {
                return HealthCheck("llm_\(name)", .degraded)
            }
            // One without a key is not in use.
            return finding.state == .off ? nil : HealthCheck("llm_\(name)", finding.state == .ok ? .healthy : .degraded)
        }
        known = (checks, .now + ServedHealth.holds)
        return checks
    }

    /// What `work` gives; nil where that takes too long.
    private static func inTime<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await work() }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}
