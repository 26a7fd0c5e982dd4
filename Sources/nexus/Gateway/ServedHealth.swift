import Chat
import Experiments
import Server
import Store

/// The parts of `nexus serve` as `GET /api/proxy/health` tells them: the store, the cache, each provider that is
/// configured, and API B where a pipeline has one. Providers are asked for their models, which costs nothing, and their
/// answers hold for a while, so that who asks often does not have them asked often.
actor ServedHealth {
    private let store: GatewayStore
    private let models: @Sendable () -> ServedModels
    private var known: (checks: [HealthCheck], until: ContinuousClock.Instant)?
    private var isAsking = false
    /// Callers that wait for those who are being asked.
    private var waiting: [CheckedContinuation<Void, Never>] = []

    private static let holds = Duration.seconds(15)
    private static let patience = Duration.seconds(4)

    /// - Parameter models: those of the moment.
    init(store: GatewayStore, models: @escaping @Sendable () -> ServedModels) {
        self.store = store
        self.models = models
    }

    /// A store that cannot be read is `unhealthy`; so are those who answer where none of them does and the standard
    /// model is none that always answers. All else that does not work is `degraded`.
    func checks() async -> [HealthCheck] {
        let cache = models().assembly.settings.pipeline.setting(of: "cache")
        var checks: [HealthCheck] = []
        if let store = store.known { checks.append(HealthCheck("database", isReadable(store) ? .healthy : .unhealthy)) }
        if let cache, cache != "off", cache["mode"] != "off" { checks.append(HealthCheck("cache", .healthy)) }
        return checks + (await answering())
    }

    private func isReadable(_ store: RunStore) -> Bool {
        do {
            _ = try store.lastTurnNumber()
            return true
        } catch {
            return false
        }
    }

    /// Those who answer requests; one caller at a time has them asked, and the others hear what came of it.
    private func answering() async -> [HealthCheck] {
        while true {
            if let known, known.until > .now { return known.checks }
            guard isAsking else { break }
            await withCheckedContinuation { waiting.append($0) }
        }
        isAsking = true
        let checks = await ServedHealth.ask(models())
        isAsking = false
        // A caller that left cut the asking short, and nobody else shall hear of it.
        if !Task.isCancelled { known = (checks, .now + ServedHealth.holds) }
        for caller in waiting { caller.resume() }
        waiting = []
        return checks
    }

    /// All at once, each for as long as patience lasts.
    private static func ask(_ models: ServedModels) async -> [HealthCheck] {
        let assembly = models.assembly
        var checks = await withTaskGroup(of: HealthCheck?.self) { group in
            for name in assembly.settings.providers.keys {
                group.addTask { await provider(name, assembly) }
            }
            group.addTask { await otherService(assembly) }
            return await group.reduce(into: [HealthCheck]()) { checks, check in
                if let check { checks.append(check) }
            }
        }
        let alwaysAnswers = (try? assembly.reference(models.standard).provider) == "baseline"
        if !alwaysAnswers, !checks.contains(where: { $0.state == .healthy }) {
            for index in checks.indices { checks[index].state = .unhealthy }
        }
        return checks.sorted { $0.name < $1.name }
    }

    /// Nil where it is not in use: one without a key.
    private static func provider(_ name: String, _ assembly: Assembly) async -> HealthCheck? {
        let found = await inTime {
            await ProviderChecks(settings: assembly.settings).findings(of: [name], assembly.loop).first
        }
        guard let finding = found ?? nil else { return HealthCheck("llm_\(name)", .degraded) }
        return finding.state == .off ? nil : HealthCheck("llm_\(name)", finding.state == .ok ? .healthy : .degraded)
    }

    /// Nil where no pipeline has one; of several all must answer.
    private static func otherService(_ assembly: Assembly) async -> HealthCheck? {
        let addresses = assembly.otherServiceAddresses
        guard !addresses.isEmpty else { return nil }
        let findings = await inTime {
            var findings: [DoctorCommand.Finding] = []
            for address in addresses {
                findings.append(
                    await ProviderChecks(settings: assembly.settings).reach("api_b", address, assembly.loop))
            }
            return findings
        }
        let isThere = findings?.allSatisfy { $0.state == .ok } ?? false
        return HealthCheck("api_b", isThere ? .healthy : .degraded)
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
