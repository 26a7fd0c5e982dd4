import Chat
import CurlTransport
import Providers

/// What `nexus doctor` finds out about providers: whether each that is configured answers, takes its key and lists its
/// models. Those that nobody configured are not asked, but for an Ollama on this machine.
struct ProviderChecks {
    let settings: Settings

    /// All providers at once, in the order of their names.
    func findings() async -> [DoctorCommand.Finding] {
        guard let loop = try? CurlLoop(userAgent: "nexus/\(Nexus.version)") else {
            return [.init(part: "network", state: .fault, detail: "the network thread cannot be started")]
        }
        return await findings(of: Set(Provider.all.map(\.name) + settings.providers.keys), loop)
    }

    /// Those of some providers, in the order of their names.
    func findings(of providers: Set<String>, _ loop: CurlLoop) async -> [DoctorCommand.Finding] {
        let names = providers.sorted()
        return await withTaskGroup(of: (Int, DoctorCommand.Finding).self) { group in
            for (index, name) in names.enumerated() { group.addTask { (index, await check(name, loop)) } }
            var found: [(Int, DoctorCommand.Finding)] = []
            for await finding in group { found.append(finding) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func check(_ name: String, _ loop: CurlLoop) async -> DoctorCommand.Finding {
        let configured = settings.providers[name]
        if let missing = missing(name, configured) { return .init(part: name, state: .off, detail: missing) }
        let known = Provider.named(name)
        let address = configured?.baseURL ?? known?.defaultBaseURL ?? ""
        let access = ProviderAccess(loop: loop, baseURL: address, apiKey: configured?.apiKey)
        if configured?.dialect == "http" { return await reach(name, address, loop) }
        do throws(ChatError) {
            let models = try await Provider.models(
                vendor: configured?.dialect ?? name, name: name, access: access)
            let key = configured?.apiKey == nil ? "no key" : "key accepted"
            return .init(
                part: name, state: .ok,
                detail: "\(ProviderChecks.shown(address)) answers, \(key), \(ProviderChecks.text(models))")
        } catch {
            return failure(name, address, error, isConfigured: configured != nil)
        }
    }

    /// What keeps a provider from being asked; nil where nothing does.
    private func missing(_ name: String, _ configured: Settings.Provider?) -> String? {
        guard let provider = Provider.named(name) else {
            return configured?.dialect == nil || configured?.baseURL == nil ? configured?.missing : nil
        }
        if provider.needsKey, configured?.apiKey == nil {
            return "no key: " + (provider.keyVariable.map { "set \($0)" } ?? "give api_key in nexus.yaml")
        }
        guard configured?.baseURL == nil, provider.defaultBaseURL == nil else { return nil }
        return "no address: set \(provider.baseURLVariable ?? "base_url under providers.\(name) in nexus.yaml")"
    }

    /// A key that is refused is a fault; who does not answer is one where somebody configured it.
    private func failure(
        _ name: String, _ address: String, _ error: ChatError, isConfigured: Bool
    ) -> DoctorCommand.Finding {
        let address = ProviderChecks.shown(address)
        switch error.kind {
        case .authentication:
            let variable = Provider.named(name)?.keyVariable ?? "api_key under providers.\(name) in nexus.yaml"
            return .init(part: name, state: .fault, detail: "\(address) does not take the key: mend \(variable)")
        case .unreachable, .timeout, .cut, .cancelled:
            return .init(
                part: name, state: isConfigured ? .fault : .off, detail: "\(address) does not answer: \(error.message)")
        default:
            // It answers and takes the key; not every host lists its models.
            return .init(
                part: name, state: .ok,
                detail: "\(address) answers, but lists no models: \(error.message)")
        }
    }

    /// Whether an endpoint of a template answers at all; it has no list of models to ask for.
    func reach(_ name: String, _ address: String, _ loop: CurlLoop) async -> DoctorCommand.Finding {
        let limits = TransferLimits(connect: .seconds(3), firstByte: .seconds(5), total: .seconds(5))
        do {
            let response = try await loop.exchange(HTTPRequest(url: address, limits: limits))
            return .init(
                part: name, state: .ok, detail: "\(ProviderChecks.shown(address)) answers (\(response.status))")
        } catch {
            return .init(
                part: name, state: .fault, detail: "\(ProviderChecks.shown(address)) does not answer: \(error)")
        }
    }

    /// An address without user information and query, which may hold secrets.
    private static func shown(_ address: String) -> String {
        let head = address.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = head.firstRange(of: "://"), let at = head.lastIndex(of: "@"), at >= scheme.upperBound else {
            return String(head)
        }
        return String(head[..<scheme.upperBound] + head[head.index(after: at)...])
    }

    private static func text(_ models: [String]) -> String {
        guard !models.isEmpty else { return "no models" }
        let first = models.prefix(3).map { Terminal.printable(String($0.prefix(80))) }.joined(separator: ", ")
        return "\(models.count) models: \(first)\(models.count > 3 ? " …" : "")"
    }
}
