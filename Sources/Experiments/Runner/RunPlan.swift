public import Chat
public import Scoring
import Statistics

/// What a run would do, without doing it: trials, tokens, the smallest difference that it can show.
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

    public init(spec: EvalSpec, dataset: Dataset, measures: [Measure]) {
        name = spec.name
        samples = dataset.count
        repeats = spec.repeats
        let prompts = RunPlan.promptBytes(spec, dataset)
        parts = spec.variants.map { variant in
            let isAsked = variant.model.recorded == nil && !variant.model.model.hasPrefix("baseline/")
            let trials = dataset.count * spec.repeats
            return Part(
                label: variant.label, model: variant.model.model, trials: trials,
                inputTokens: isAsked ? (prompts[variant.prompt.id] ?? 0) * spec.repeats / 4 : 0,
                outputTokens: isAsked ? variant.model.parameters.maxTokens.map { $0 * trials } : 0)
        }
        detectable = measures.map { RunPlan.detectable($0, samples: dataset.count, alpha: spec.compare.alpha) }
    }

    public var trials: Int { parts.reduce(0) { $0 + $1.trials } }

    /// Bytes of each prompt filled with every sample.
    private static func promptBytes(_ spec: EvalSpec, _ dataset: Dataset) -> [String: Int] {
        var bytes: [String: Int] = [:]
        for sample in dataset {
            for prompt in spec.prompts {
                let messages = (try? prompt.template.render(sample.fields)) ?? []
                bytes[prompt.id, default: 0] += messages.reduce(0) { $0 + $1.text.utf8.count }
            }
        }
        return bytes
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
                        "estimated_cost_usd": part.inputTokens == 0 && part.outputTokens == 0 ? 0 : .null,
                    ])
                }),
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
            let isFree = part.inputTokens == 0 && part.outputTokens == 0
            let output = part.outputTokens.map { "at most \($0)" } ?? "an unknown number of"
            lines.append(
                "  \(part.label) (\(part.model)): \(Count.text(part.trials, "trial")), "
                    + (isFree
                        ? "nothing to pay"
                        : "about \(part.inputTokens) tokens in, \(output) tokens out, cost unknown: no price is known"))
        }
        lines.append("Smallest difference found with 80 % power:")
        for item in detectable {
            let size = item.difference.map { Text.number($0) + ", " } ?? ""
            lines.append("  \(item.measure): \(size)\(item.assumption)")
        }
        lines.append("Nothing was sent.")
        return lines.joined(separator: "\n")
    }
}
