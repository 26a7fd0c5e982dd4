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
    func plan(_ asked: Asked) -> Plan? {
        guard let model = script.model(named: asked.model) else { return nil }
        let bare = SimulatorScript.bare(asked.model), prompt = asked.prompt
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
        plan.setText(model, asked)
        let draws = Draws(seed: script.seed, key: key, purpose: "times", number: attempt)
        plan.setTimes(model, isStream: asked.isStream, draws: draws)
        return plan
    }

    /// A vector of length 1 for each text: by seed, model and text alone, and nothing of what the text means.
    func vectors(_ asked: Asked.Vectors, model: String) -> [[Float]] {
        asked.texts.map { text in
            let key = Draws.hash([SimulatorScript.bare(model), text])
            var draws = Draws(seed: script.seed, key: key, purpose: "vector", number: 0)
            let numbers = (0..<asked.dimensions).map { _ in draws.normal() }
            let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return numbers.map { Float($0 / max(length, .leastNormalMagnitude)) }
        }
    }
}

extension Plan {
    mutating func setText(_ model: ModelScript, _ asked: Asked) {
        // Vectors need no answer.
        guard var scripted = asked.vectors == nil ? model.answer.text(for: asked.prompt) : "" else { return }
        let isCall = asked.tool != nil
        // The answer is the arguments of the call that is demanded, where it is a mapping.
        if isCall { scripted = (try? JSONValue.parse(scripted))?.objectValue == nil ? "{}" : scripted }
        guard let tokens = model.tokens, !isCall else {
            text = scripted
            finish = isCall ? .tool : .stop
            if asked.isStream { pieces = TokenPieces.pieces(of: scripted) }
            outputTokens = asked.isStream ? pieces.count : TokenPieces.count(scripted)
            return
        }
        let most = asked.maxTokens ?? .max
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
