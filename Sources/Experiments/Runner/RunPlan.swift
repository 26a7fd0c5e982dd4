public import Chat
public import Scoring
import Statistics

/// What a run would do, without doing it: trials, tokens, cost, the smallest difference that it can show.
public struct RunPlan: Sendable {
    /// What is expected of one variant.
    public struct Part: Sendable {
        public var label: String
        public var model: String
        public var trials: Int
        /// Tokens of all prompts, estimated at four UTF-8 bytes a token.
        public var inputTokens: Int
        /// Most tokens of all answers; nil where the model sets no bound.
        public var outputTokens: Int?
        public var cost: Cost
    }

    /// What trials are expected to cost, without retries and whatever a cache saves.
    public enum Cost: Sendable, Hashable {
        /// Nobody is asked who takes money.
        case nothing
        /// With every answer as long as it may get.
        case atMost(NanoUSD)
        /// The prompts alone, as nothing bounds the answers.
        case atLeast(NanoUSD)
        /// No price is known.
        case unknown

        /// Of both together.
        static func + (left: Cost, right: Cost) -> Cost {
            switch (left, right) {
            case (.unknown, _), (_, .unknown): .unknown
            case (.nothing, let other), (let other, .nothing): other
            case (.atMost(let a), .atMost(let b)): .atMost(a + b)
            case (.atMost(let a), .atLeast(let b)), (.atLeast(let a), .atMost(let b)),
                (.atLeast(let a), .atLeast(let b)):
                .atLeast(a + b)
            }
        }
    }

    /// What a measure can show with this many samples.
    public struct Detectable: Sendable {
        public var measure: String
        /// The difference of two variants found with 80 % power; nil where nothing can be said before a pilot.
        public var difference: Double?
        public var assumption: String
    }

    public let name: String
    public let samples: Int
    public let repeats: Int
    public let parts: [Part]
    public let detectable: [Detectable]

    /// What one call of a variant costs; nil where no price is known.
    public typealias CallCost = (_ variant: Variant, _ usage: TokenUsage) -> NanoUSD?

    /// - Parameter variants: the spec's, with the parameters that they are asked with.
    public init(
        spec: EvalSpec, variants: [Variant], dataset: Dataset, measures: [Measure], callCost: CallCost
    ) {
        name = spec.name
        samples = dataset.count
        repeats = spec.repeats
        let prompts = RunPlan.promptTokens(spec, dataset)
        parts = variants.map { variant in
            let isAsked = variant.model.recorded == nil && !variant.model.model.hasPrefix("baseline/")
            let trials = dataset.count * spec.repeats
            let tokens = isAsked ? prompts[variant.prompt.id] ?? [] : []
            return Part(
                label: variant.label, model: variant.model.model, trials: trials,
                inputTokens: tokens.reduce(0, +) * spec.repeats,
                outputTokens: isAsked ? variant.model.parameters.maxTokens.map { $0 * trials } : 0,
                cost: isAsked ? RunPlan.cost(of: variant, tokens, repeats: spec.repeats, callCost) : .nothing)
        }
        detectable = measures.map { RunPlan.detectable($0, samples: dataset.count, alpha: spec.compare.alpha) }
    }

    public var trials: Int { parts.reduce(0) { $0 + $1.trials } }

    public var cost: Cost { parts.reduce(.nothing) { $0 + $1.cost } }

    /// Tokens of each prompt filled with each sample, at four bytes a token, rounded up.
    private static func promptTokens(_ spec: EvalSpec, _ dataset: Dataset) -> [String: [Int]] {
        var tokens: [String: [Int]] = [:]
        for sample in dataset {
            for prompt in spec.prompts {
                let messages = (try? prompt.template.render(sample.fields)) ?? []
                let bytes = messages.reduce(0) { $0 + $1.text.utf8.count }
                tokens[prompt.id, default: []].append((bytes + 3) / 4)
            }
        }
        return tokens
    }

    /// - Parameter tokens: of each sample's prompt.
    private static func cost(of variant: Variant, _ tokens: [Int], repeats: Int, _ callCost: CallCost) -> Cost {
        let most = variant.model.parameters.maxTokens
        var sum = NanoUSD.zero
        for input in tokens {
            guard let usage = TokenUsage(inputFresh: input, outputText: most ?? 0),
                let cost = callCost(variant, usage)
            else { return .unknown }
            sum = sum + cost
        }
        if let sample = TokenUsage(inputFresh: 1_000, outputText: 1_000), callCost(variant, sample) == .zero {
            return .nothing
        }
        let (product, overflow) = sum.amount.multipliedReportingOverflow(by: Int64(repeats))
        let cost = NanoUSD(overflow ? .max : product)
        return most == nil ? .atLeast(cost) : .atMost(cost)
    }

    /// Without a pilot the spread of the differences is not known; stated is what follows for a usual one.
    private static func detectable(_ measure: Measure, samples: Int, alpha: Double) -> Detectable {
        let n = Double(samples)
        switch measure.kind {
        case .binary:
            let difference = Power.McNemar(alpha: alpha).detectableDifference(discordance: 0.2, n: n)
            return Detectable(
                measure: measure.id, difference: difference,
                assumption: (difference == nil ? "too few samples for any, " : "")
                    + "where two variants disagree on 20 % of samples")
        case .mean:
            let span = measure.range.map { $0.upperBound - $0.lowerBound }
            let effect = Power.PairedT(alpha: alpha).detectableEffect(n: n)
            return Detectable(
                measure: measure.id, difference: span.flatMap { span in effect.map { $0 * span * 0.2 } },
                assumption: span == nil
                    ? "unknown before a pilot: the measure has no bounds"
                    : "where differences spread by a fifth of the range")
        case .corpus:
            return Detectable(
                measure: measure.id, difference: nil,
                assumption: samples < 100
                    ? "under 100 samples gates on it are INCONCLUSIVE" : "unknown before a pilot: a corpus score")
        }
    }

    public var json: JSONValue {
        .object([
            "name": .string(name),
            "samples": .number(samples),
            "repeats": .number(repeats),
            "trials": .number(trials),
            "variants": .array(
                parts.map { part in
                    .object([
                        "label": .string(part.label), "model": .string(part.model), "trials": .number(part.trials),
                        "estimated_input_tokens": .number(part.inputTokens),
                        "max_output_tokens": part.outputTokens.map { .number($0) } ?? .null,
                        "estimated_cost_usd": part.cost.json, "estimated_cost_bound": part.cost.bound,
                    ])
                }),
            "estimated_cost_usd": cost.json,
            "estimated_cost_bound": cost.bound,
            "minimum_detectable_effect": .array(
                detectable.map { item in
                    .object([
                        "metric": .string(item.measure), "difference": item.difference.map { .number($0) } ?? .null,
                        "power": 0.8, "assumption": .string(item.assumption),
                    ])
                }),
        ])
    }

    /// The plan as lines for a terminal.
    public var text: String {
        let factors = [(samples, "sample"), (parts.count, "variant"), (repeats, "repeat")]
        let product = factors.map { Count.text($0, $1) }.joined(separator: " × ")
        var lines = ["\(name): \(product) = \(Count.text(trials, "trial"))"]
        for part in parts {
            let isAsked = part.inputTokens > 0 || part.outputTokens != 0
            let output = part.outputTokens.map { "at most \($0)" } ?? "an unknown number of"
            let tokens = isAsked ? "about \(part.inputTokens) tokens in, \(output) tokens out, " : ""
            lines.append(
                "  \(part.label) (\(part.model)): \(Count.text(part.trials, "trial")), \(tokens)"
                    + (part.cost == .unknown ? "cost " : "") + part.cost.words)
        }
        lines.append("Estimated cost: \(cost.words)" + (cost.isAmount ? RunPlan.basis : ""))
        lines.append("Smallest difference found with 80 % power:")
        for item in detectable {
            let size = item.difference.map { Text.number($0) + ", " } ?? ""
            lines.append("  \(item.measure): \(size)\(item.assumption)")
        }
        lines.append("Nothing was sent.")
        return lines.joined(separator: "\n")
    }
}

extension RunPlan {
    fileprivate static let basis = " (prompts at four bytes a token; retries and a cache's savings are not counted)"
}

extension RunPlan.Cost {
    fileprivate var isAmount: Bool { self != .nothing && self != .unknown }

    fileprivate var words: String {
        switch self {
        case .nothing: "nothing to pay"
        case .atMost(let cost): "at most about $\(Text.number(cost.dollars))"
        case .atLeast(let cost):
            "at least about $\(Text.number(cost.dollars)), the input alone where there is no max_tokens"
        case .unknown: "unknown: no price is known"
        }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .nothing: 0
        case .atMost(let cost), .atLeast(let cost): .number(cost.dollars)
        case .unknown: .null
        }
    }

    /// Which side of the estimate the cost will be on.
    fileprivate var bound: JSONValue {
        switch self {
        case .nothing, .atMost: "at_most"
        case .atLeast: "at_least"
        case .unknown: .null
        }
    }
}
