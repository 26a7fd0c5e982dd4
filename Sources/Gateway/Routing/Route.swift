public import Chat

/// What answers to a name: the models to ask in turn, each one upstream or several that share its calls.
///
///     // smart: {model: anthropic/claude, fallback: [pool]}
///     let route = Route([.init(Upstream(claude, name: "anthropic/claude")), .init(name: "pool", deployments, board)])
public struct Route: Sendable {
    /// The first is asked first, a later one where those before it fail. Not empty.
    public var choices: [Choice]

    public init(_ choices: [Choice]) {
        self.choices = choices
    }

    /// Whether nobody else is asked: one choice with one upstream.
    public var isOneModel: Bool { choices.count == 1 && choices[0].upstreams.count == 1 }

    /// One model and nothing else.
    public init(_ model: any ChatModel) {
        self.init([Choice(Upstream(model))])
    }

    /// One model of a route.
    public struct Choice: Sendable {
        /// The name it is told by; nil where nobody needs to tell it.
        public var name: String?
        /// Not empty.
        public var upstreams: [Upstream]
        /// Shares the calls out among several upstreams; nil where there is one.
        public var pool: DeploymentPool?

        /// A model with one upstream.
        public init(_ upstream: Upstream) {
            name = upstream.name
            upstreams = [upstream]
        }

        /// A model with several deployments.
        /// - Parameter pool: of as many deployments as there are upstreams.
        public init(name: String, _ upstreams: [Upstream], _ pool: DeploymentPool) {
            self.name = name
            self.upstreams = upstreams
            self.pool = pool
        }
    }
}

/// One model at one provider, as a route asks it.
public struct Upstream: Sendable {
    /// `provider/model`; nil leaves the request's own.
    public var name: String?
    /// What the configuration sets where the request leaves it open.
    public var parameters: ChatRequest.Parameters
    /// The provider's limit, shared by all that ask it.
    public var limit: ProviderLimit?
    public var model: any ChatModel

    public init(
        _ model: any ChatModel, name: String? = nil, parameters: ChatRequest.Parameters = .init(),
        limit: ProviderLimit? = nil
    ) {
        self.model = model
        self.name = name
        self.parameters = parameters
        self.limit = limit
    }
}

/// Asks an upstream by its own name and with its own parameters.
struct AddressedModel: ChatModel {
    let name: String
    let parameters: ChatRequest.Parameters
    let next: any ChatModel

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        var call = call
        call.request.model = name
        call.trace.note { $0.upstream = name }
        let filled = parameters.filled(by: call.request.parameters)
        if filled != call.request.parameters {
            call.request.parameters = filled
            call.request.wireBody = nil
        }
        return try await next.reply(to: call)
    }
}
