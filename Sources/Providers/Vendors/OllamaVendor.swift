import Chat

extension Provider {
    /// Ollama on its default port.
    static let ollama = Provider(
        name: "ollama", defaultBaseURL: Ollama.defaultBaseURL, baseURLVariable: "OLLAMA_BASE_URL"
    ) { model, baseURL, access in
        Ollama(model: model, baseURL: baseURL, loop: access.loop)
    }

    /// An Ollama of another name, on another machine.
    static func ollamaHost(name: String, baseURL: String) -> Provider {
        Provider(name: name, defaultBaseURL: baseURL) { model, baseURL, access in
            Ollama(provider: name, model: model, baseURL: baseURL, loop: access.loop)
        }
    }
}
