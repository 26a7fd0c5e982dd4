import Chat
import Experiments
import Providers

extension Assembly {
    /// API B: it is sent OpenAI's chat format, at its address as that is written; one that ends in the version, as base
    /// URLs do, is followed by `/chat/completions`. The model is the setting's, else the name that was asked for.
    /// - Parameter setting: `{url, token?, model?}`; nil takes `API_B_URL` and `API_B_TOKEN`.
    /// - Returns: nil where there is no address.
    @Sendable
    func otherService(_ setting: JSONValue?) -> (any ChatModel)? {
        guard let address = otherService(setting, "url", "API_B_URL") else { return nil }
        let token = otherService(setting, "token", "API_B_TOKEN")
        let access = ProviderAccess(loop: loop, apiKey: token, prices: settings.prices)
        return NamedByAsker(name: setting?["model"]?.stringValue) { name throws(ChatError) in
            try Provider.service(name: "api_b", address: address).model(name, access: access)
        }
    }

    /// A value of its setting; without one that of a variable.
    private func otherService(_ setting: JSONValue?, _ key: String, _ variable: String) -> String? {
        guard let setting else { return settings.substitution.filled("${\(variable)}") }
        return setting[key]?.stringValue.flatMap(settings.substitution.filled)
    }

    /// The addresses of API B in all pipelines that have it, sorted.
    var otherServiceAddresses: [String] {
        let addresses = settings.allPipelines.compactMap { pipeline -> String? in
            guard let setting = pipeline.setting(of: "fallback"), setting != "off", setting != false else { return nil }
            return otherService(setting["api_b"], "url", "API_B_URL")
        }
        return Set(addresses).sorted()
    }

    /// A service that hears the model's name as the request has it.
    private struct NamedByAsker: ChatModel {
        /// Nil takes the request's, without its provider.
        let name: String?
        let model: @Sendable (String) throws(ChatError) -> any ChatModel

        func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
            let asked = call.request.model
            let bare = asked.firstIndex(of: "/").map { String(asked[asked.index(after: $0)...]) } ?? asked
            let model = try model(name ?? bare)
            var call = call
            call.request.wireBody = nil
            return try await model.reply(to: call)
        }
    }
}
