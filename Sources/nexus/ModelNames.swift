import Chat
import Experiments
import Providers

/// Checks the names of models in the configuration: each is an alias, `provider/model` of a provider that there is, or
/// a model of the price table.
///
/// Requests may name anything, for the default provider may know it; a configuration is held to what can be told.
struct ModelNames {
    private let settings: Settings
    /// Whether somebody said whom bare names are asked of: then they may be any.
    private let takesBareNames: Bool

    init(_ settings: Settings, hasDefaultProvider: Bool) {
        self.settings = settings
        takesBareNames = hasDefaultProvider
    }

    /// Reports names that stand for nothing, at their places in the document.
    func check(_ document: SpecMapping) {
        check(document["default_model"])
        for (_, alias) in document["models"]?.members ?? [] {
            guard let members = alias.members else {
                check(alias)
                continue
            }
            for (key, value) in members {
                switch key {
                case "model": check(value)
                case "fallback": for name in value.items ?? [value] { check(name) }
                case "deployments":
                    for item in value.items ?? [] {
                        if let map = item.members { check(map.first { $0.key == "model" }?.value) } else { check(item) }
                    }
                default: break
                }
            }
        }
    }

    private func check(_ field: SpecField?) {
        guard let field, let name = field.spelling, name.contains(where: { !$0.isWhitespace }) else { return }
        if settings.aliases[name] != nil { return }
        if name.hasPrefix("baseline/") {
            do throws(ChatError) { _ = try BaselineModel(named: String(name.dropFirst(9))) } catch {
                field.report(error.message)
            }
            return
        }
        let providers = Provider.all.map(\.name) + settings.providers.keys
        if let slash = name.firstIndex(of: "/"), providers.contains(String(name[..<slash])) {
            if name.index(after: slash) == name.endIndex { field.expected("provider/model") }
            return
        }
        if takesBareNames || !settings.prices.fullNames(ofModel: name).isEmpty { return }
        field.report(
            "there is no model '\(Terminal.printable(String(name.prefix(100))))': it is no alias, no provider/model "
                + "and in no price table",
            remedy: question(for: name, providers))
    }

    /// The nearest alias or model, or the name with the nearest provider.
    private func question(for name: String, _ providers: [String]) -> String? {
        if let slash = name.firstIndex(of: "/"),
            let provider = NearestName.nearest(to: String(name[..<slash]), among: providers + ["baseline"])
        {
            return "did you mean '\(provider)\(name[slash...])'?"
        }
        let names = settings.aliases.keys.sorted() + settings.prices.modelNames
        return NearestName.question(for: name, among: names) ?? "write provider/model"
    }
}

/// Checks the names and addresses of providers in the configuration.
enum ProviderNames {
    /// Reports a provider that is none of the known and says too little to be one of the configuration's own.
    static func check(_ name: String, _ field: SpecField) {
        if name.isEmpty || name.contains("/") || name.contains(where: \.isWhitespace) {
            field.report("found '\(name)' as a provider's name; expected a word without '/' and blanks")
            return
        }
        if ["baseline", "recorded"].contains(name) {
            field.report("'\(name)' is a provider of nexus itself; choose another name")
            return
        }
        guard name != "gateway", Provider.named(name) == nil, let keys = field.members?.map(\.key) else { return }
        let missing = ["dialect", "base_url"].filter { !keys.contains($0) }
        guard !missing.isEmpty else { return }
        let words = missing.map { "'\($0)'" }.joined(separator: " and ")
        field.report(
            "the provider '\(name)' is not known and lacks \(words)",
            remedy: NearestName.question(for: name, among: Provider.all.map(\.name))
                ?? "write dialect: openai, base_url: http://…")
    }

    /// The address at a field with its variables filled in; nil where a variable is not set, or with a report where it
    /// is no address.
    static func address(of field: SpecField, _ substitution: Substitution) -> String? {
        let what = "an http:// or https:// address"
        guard let text = substitution.text(of: field, what) else { return nil }
        if let fault = fault(in: text) {
            field.report("\(fault); expected \(what)")
            return nil
        }
        return text
    }

    /// What keeps a text from being a provider's address, without repeating it: it may hold a secret.
    static func fault(in address: String) -> String? {
        let lower = address.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else {
            return "found an address without http:// or https://"
        }
        let rest = address.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        if authority.contains("@") { return "found a user name or password in the address" }
        if address.contains(where: { $0.isWhitespace || $0.asciiValue.map { $0 < 0x20 } ?? false }) {
            return "found a blank in the address"
        }
        if rest.contains("?") || rest.contains("#") { return "found a query in the address" }
        let host: Substring
        let port: Substring?
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = authority[...end]
            let rest = authority[authority.index(after: end)...]
            port = rest.first == ":" ? rest.dropFirst() : nil
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = parts.first ?? ""
            port = parts.count == 2 ? parts[1] : nil
        }
        if host.isEmpty { return "found an address without a host" }
        if let port, !(Int(port).map { (1...65_535).contains($0) } ?? false) { return "found the port '\(port)'" }
        return nil
    }
}
