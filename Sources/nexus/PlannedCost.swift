import Chat
import Providers

extension Assembly {
    /// What a call costs by the table of prices, before it is made; of an alias with deployments what the dearest of
    /// them takes. Fallbacks are not looked at.
    /// - Parameter name: as a spec has it.
    /// - Returns: nil where a price is unknown.
    func cost(of usage: TokenUsage, model name: String, at secondsSince1970: Double) -> NanoUSD? {
        if let alias = settings.aliases[name] {
            let models = alias.deployments.isEmpty ? [alias.model] : alias.deployments.map(\.model)
            let costs = models.map { cost(of: usage, model: $0, at: secondsSince1970) }
            let known = costs.compactMap { $0 }
            return known.count == costs.count ? known.max() : nil
        }
        guard let reference = try? reference(name) else { return nil }
        if isFree(reference.provider) { return .zero }
        return settings.prices.cost(of: usage, model: reference.name, at: secondsSince1970)
    }

    /// Whether what a provider serves runs on one's own machine.
    private func isFree(_ provider: String) -> Bool {
        provider == "baseline" || (settings.providers[provider]?.dialect ?? provider) == "ollama"
    }
}
