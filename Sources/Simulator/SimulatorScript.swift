/// What the simulated vendor does: which models it has, what they answer, how long they take and how they fail.
///
/// Nothing in it depends on the order of requests but the counts of `nth` and `first`: delays and chances are drawn
/// from the seed, the model, the prompt and the number of the attempt, so that a second run meets the same vendor.
public struct SimulatorScript: Sendable {
    /// What every draw starts from.
    public var seed: UInt64
    /// What models that the script does not name do; nil answers them with 404, unless the script names no model at
    /// all.
    public var defaults: ModelScript?
    /// By name as the request spells it; a name may be asked for with or without `sim/` before it.
    public var models: [String: ModelScript]

    public init(seed: UInt64 = 0, defaults: ModelScript? = nil, models: [String: ModelScript] = [:]) {
        self.seed = seed
        self.defaults = defaults
        self.models = models
    }

    /// What model `name` does, or nil where the vendor has no such model.
    public func model(named name: String) -> ModelScript? {
        let bare = SimulatorScript.bare(name)
        if let model = models[name] ?? models[bare] ?? models["sim/" + bare] { return model }
        return defaults ?? (models.isEmpty ? ModelScript() : nil)
    }

    /// The names of the scripted models in order, without `sim/`.
    public var names: [String] {
        models.keys.map { SimulatorScript.bare($0) }.sorted()
    }

    /// A model's name without `sim/`.
    static func bare(_ name: String) -> String { name.hasPrefix("sim/") ? String(name.dropFirst(4)) : name }
}

/// What one model does.
public struct ModelScript: Sendable {
    /// From the request to a full answer. A stream without `firstToken` starts after it.
    public var latency: Delay?
    /// From the request to the first token of a stream.
    public var firstToken: Delay?
    /// Between one token of a stream and the next. A full answer without `latency` takes as long as its stream would.
    public var interToken: Delay?
    public var answer: ScriptedAnswer
    /// Tokens of each answer: it is cut, or repeated from its start, to as many pieces; the request's `max_tokens`
    /// caps them. Nil gives the answer as it is, whole.
    public var tokens: Int?
    /// Looked at in order: the first rule that hits a request decides its fault.
    public var faults: [FaultRule]

    public init(
        latency: Delay? = nil, firstToken: Delay? = nil, interToken: Delay? = nil, answer: ScriptedAnswer = .echo,
        tokens: Int? = nil, faults: [FaultRule] = []
    ) {
        self.latency = latency
        self.firstToken = firstToken
        self.interToken = interToken
        self.answer = answer
        self.tokens = tokens
        self.faults = faults
    }
}

/// What a model says.
public enum ScriptedAnswer: Sendable {
    /// The last user message.
    case echo
    case fixed(String)
    /// The answer that stands beside the prompt in a table; a prompt that is not there is answered with 404
    /// (code `answer_not_found`).
    case lookup(AnswerTable)

    /// The answer to `prompt`, or nil where the table has none.
    public func text(for prompt: String) -> String? {
        switch self {
        case .echo: prompt
        case .fixed(let text): text
        case .lookup(let table): table[prompt]
        }
    }
}
