import Chat
import CurlTransport
import Providers

extension Assembly {
    /// What is asked where nobody chose a model: Ollama where it answers, else the baseline that repeats the prompt.
    /// - Returns: the model's name, and in words why it is that.
    func modelOfNoChoice() async -> (name: String, reason: String) {
        let address = settings.providers["ollama"]?.baseURL ?? Provider.ollamaBaseURL
        if let name = await firstOllamaModel(at: address) {
            return ("ollama/\(name)", "no model is set; asking Ollama's '\(name)'")
        }
        let reason = "no model is set and no Ollama answers at \(address); baseline/echo repeats the prompt"
        return ("baseline/echo", reason)
    }

    /// The first model that an Ollama has; nil where none answers within a second or two.
    private func firstOllamaModel(at address: String) async -> String? {
        let root = address.hasSuffix("/") ? String(address.dropLast()) : address
        let limits = TransferLimits(connect: .seconds(1), firstByte: .seconds(2), total: .seconds(2))
        guard let response = try? await loop.exchange(HTTPRequest(url: "\(root)/api/tags", limits: limits)),
            response.status == 200, let bytes = try? await response.body.collect(upTo: 1 << 20),
            let body = try? JSONValue.parse(bytes)
        else { return nil }
        return body["models"]?.arrayValue?.first?["name"]?.stringValue
    }
}
