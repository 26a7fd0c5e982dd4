import Chat

/// What will happen to one request: everything is decided before anything is sent.
struct Plan: Sendable {
    var fault: FaultRule?
    /// The answer; nil where the answer table has none.
    var text: String?
    /// The pieces of `text` as they stream; empty for a full answer.
    var pieces: [String]
    /// How many pieces `text` has: the tokens that usage reports.
    var outputTokens: Int
    var finish: ChatReply.FinishReason
    /// From the request to the full answer, or to the first piece of a stream.
    var start: Duration
    /// From the request to each piece of a stream, rising; empty for a full answer.
    var pieceTimes: [Duration]
    /// The number of this request among those for the same model and prompt, from 1.
    var attempt: Int
}

/// How often each model was asked, and each prompt of it.
struct Counters: Sendable {
    private var requests: [String: Int] = [:]
    private var attempts: [UInt64: Int] = [:]

    /// Prompts and models that are counted apart; later ones count as asked for the first time.
    static let maximumPrompts = 4_000_000
    static let maximumModels = 100_000

    mutating func next(model: String) -> Int {
        guard requests[model] != nil || requests.count < Counters.maximumModels else { return 1 }
        requests[model, default: 0] += 1
        return requests[model, default: 1]
    }

    /// - Parameter key: the hash of the model and the prompt.
    mutating func next(key: UInt64) -> Int {
        guard attempts[key] != nil || attempts.count < Counters.maximumPrompts else { return 1 }
        attempts[key, default: 0] += 1
        return attempts[key, default: 1]
    }
}

/// Decides what happens to requests, by the script.
struct Planner: Sendable {
    let script: SimulatorScript
    private let counters = Locked(Counters())

    init(script: SimulatorScript) { self.script = script }

    /// The plan for one request, or nil where there is no such model.
    func plan(model name: String, prompt: String, isStream: Bool, maxTokens: Int?) -> Plan? {
        guard let model = script.model(named: name) else { return nil }
        let bare = SimulatorScript.bare(name)
        let key = Draws.hash([bare, prompt])
        let (request, attempt) = counters.withLock { ($0.next(model: bare), $0.next(key: key)) }
        let fault = model.faults.enumerated().first { index, rule in
            rule.hits(request: request, attempt: attempt) {
                var draws = Draws(seed: script.seed, key: key, purpose: "fault \(index)", number: attempt)
                return draws.uniform()
            }
        }?.element
        var plan = Plan(
            fault: fault, pieces: [], outputTokens: 0, finish: .stop, start: .zero, pieceTimes: [], attempt: attempt)
        plan.setText(model, prompt: prompt, isStream: isStream, maxTokens: maxTokens)
        let draws = Draws(seed: script.seed, key: key, purpose: "times", number: attempt)
        plan.setTimes(model, isStream: isStream, draws: draws)
        return plan
    }
}

extension Plan {
    mutating func setText(_ model: ModelScript, prompt: String, isStream: Bool, maxTokens: Int?) {
        guard let scripted = model.answer.text(for: prompt) else { return }
        guard let tokens = model.tokens else {
            text = scripted
            if isStream { pieces = TokenPieces.pieces(of: scripted) }
            outputTokens = isStream ? pieces.count : TokenPieces.count(scripted)
            return
        }
        let most = maxTokens ?? .max
        pieces = TokenPieces.pieces(of: scripted, exactly: min(tokens, most))
        text = pieces.joined()
        outputTokens = pieces.count
        if tokens > most { finish = .length }
    }

    mutating func setTimes(_ model: ModelScript, isStream: Bool, draws: Draws) {
        var draws = draws
        if !isStream, let latency = model.latency {
            start = .microseconds(Int64(latency.milliseconds(&draws) * 1000))
            return
        }
        var time = (model.firstToken ?? model.latency)?.milliseconds(&draws) ?? 0
        start = .microseconds(Int64(time * 1000))
        guard model.interToken != nil || isStream else { return }
        pieceTimes.reserveCapacity(outputTokens)
        for index in 0..<outputTokens {
            if index > 0 { time += model.interToken?.milliseconds(&draws) ?? 0 }
            pieceTimes.append(.microseconds(Int64(time * 1000)))
        }
        if !isStream {
            start = pieceTimes.last ?? start
            pieceTimes = []
        }
    }
}

extension FaultRule {
    func hits(request: Int, attempt: Int, chance: () -> Double) -> Bool {
        let number =
            switch count {
            case .model: request
            case .prompt: attempt
            }
        return switch condition {
        case .always: true
        case .rate(let rate): chance() < rate
        case .nth(let each): each > 0 && number % each == 0
        case .first(let many): number <= many
        }
    }
}
