public import Chat
import Crypto

extension EvalSpec {
    /// The spec as a run stores it: every value with its default filled in, in the words of the spec. It holds no
    /// secret, as a spec has none, and no path but those that the spec writes.
    public var json: JSONValue {
        .object([
            "name": .string(name), "description": description.map { .string($0) }, "dataset": dataset.json,
            "prompts": .array(prompts.map(\.json)), "models": .array(models.map(\.json)),
            "pipelines": .array(pipelines.map(\.json) + ablations.map(\.json)), "repeats": .number(repeats),
            "transform": transform.map { .object(["extract": .string($0.extract)]) },
            "metrics": .array(metrics.map(\.json)), "compare": compare.json,
            "gates": gates.isEmpty ? nil : .array(gates.map(\.json)), "max_failures": .number(maxFailures),
            "cache": .string(cache.rawValue), "concurrency": .number(concurrency), "seed": .number(String(seed)),
            "sample_ids": sampleIDs.map { .array($0.map { .string($0) }) },
            "variants": chosenVariants.map { .array($0.map { .string($0) }) },
        ])
    }

    /// SHA-256 of the canonical `json`, 64 hexadecimal digits: spacing, comments and the order of keys do not change
    /// it, any value does.
    public var hash: String {
        hexadecimal(SHA256.hash(data: json.canonicalBytes))
    }
}

/// Bytes as pairs of hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] { text.append(nibble + (nibble < 10 ? 0x30 : 0x57)) }
    }
    return String(decoding: text, as: UTF8.self)
}

extension DatasetSpec {
    fileprivate var json: JSONValue {
        let fields: JSONValue = .object([
            "id": idField.map { .string($0) },
            "references": referenceFields.isEmpty ? nil : .array(referenceFields.map { .string($0) }),
        ])
        let (path, samples): (JSONValue?, JSONValue?) =
            switch source {
            case .file(let path): (.string(path), nil)
            case .inline(let samples): (nil, .array(samples.map(\.row)))
            }
        return .object([
            "path": path, "samples": samples, "fields": fields == .object([]) ? nil : fields,
            "limit": limit.map { .number($0) }, "sample": limit == nil ? nil : .string(sampling.rawValue),
        ])
    }
}

extension PromptSpec {
    fileprivate var json: JSONValue {
        let messages = template.parts.map { part -> JSONValue in
            .object(["role": .string(part.role.rawValue), "content": .string(part.text)])
        }
        return .object(["id": .string(id), "messages": .array(messages)])
    }
}

extension ModelSpec {
    fileprivate var json: JSONValue {
        .object([
            "id": .string(id), "model": .string(model), "recorded": recorded.map { .string($0) },
            "input": input.map { .string($0) }, "temperature": parameters.temperature.map { .number($0) },
            "max_tokens": parameters.maxTokens.map { .number($0) }, "top_p": parameters.topP.map { .number($0) },
            "seed": parameters.seed.map { .number($0) },
            "stop": parameters.stop.isEmpty ? nil : .array(parameters.stop.map { .string($0) }),
            "stream": stream ? true : nil,
        ])
    }
}

extension EvalPipeline {
    fileprivate var json: JSONValue {
        .object([.init(key: "id", value: .string(id))] + stages.map { .init(key: $0.stage, value: $0.setting) })
    }
}

extension AblationSpec {
    /// It stands behind its pipelines, which reading it again finds there.
    fileprivate var json: JSONValue {
        .object([
            .init(key: design.rawValue, value: .array(stages.map { .string($0) })),
            .init(key: "from", value: .string(from)),
        ])
    }
}

extension MetricSpec {
    fileprivate var json: JSONValue {
        var given = parameters
        given["reduce"] = reducer.map { .string($0) }
        guard !given.isEmpty else { return .string(kind) }
        let sorted = given.sorted { $0.key < $1.key }.map { JSONValue.Member(key: $0.key, value: $0.value) }
        return .object([.init(key: kind, value: .object(sorted))])
    }
}

extension CompareSpec {
    fileprivate var json: JSONValue {
        .object([
            "baseline": baseline.map { .string($0) }, "pairs": .string(pairs.rawValue),
            "family": .string(family.rawValue), "alpha": .number(alpha), "correction": .string(correction.rawValue),
            "resamples": .number(resamples), "cluster": cluster.map { .string($0) },
        ])
    }
}

extension GateSpec {
    fileprivate var json: JSONValue {
        .object([
            "metric": .string(metric), "min": min.map { .number($0) }, "max": max.map { .number($0) },
            "max_regression": maxRegression.map { .number($0) },
            "against": maxRegression == nil ? nil : .string(against.rawValue), "of": .string(of.name),
            "variant": variant.map { .string($0) },
        ])
    }
}
