import Experiments
import Testing

/// Values of the wrong kind, and empty ones: every place of a spec says what is to stand there.
@Suite struct SpecWordsTests {
    private static func also(_ line: String) -> String { SpecFixtures.spec(also: line) }
    private static func data(_ line: String) -> String { SpecFixtures.spec(dataset: line) }
    private static func models(_ list: String) -> String { SpecFixtures.spec(models: "models: \(list)") }
    private static func prompts(_ list: String) -> String { SpecFixtures.spec(prompts: "prompts: \(list)") }
    private static func metrics(_ list: String) -> String { SpecFixtures.spec(metrics: "metrics: \(list)") }

    static let datasets: [BrokenSpec] = [
        .init(data("dataset: ''"), "spec.yaml:2:10: dataset: found an empty text; expected a path, or {path: …}"),
        .init(data("dataset: [a]"), "spec.yaml:2:10: dataset: found a list; expected a path, or a mapping with a path"),
        .init(
            data("dataset: {path: ''}"), "spec.yaml:2:17: dataset.path: found an empty text; expected a file's path"),
        .init(
            data("dataset: {path: a.csv, fields: {id: ''}}"),
            "spec.yaml:2:37: dataset.fields.id: found an empty text; expected the name of a field"),
        .init(
            data("dataset: {path: a.csv, fields: {references: {a: b}}}"),
            "spec.yaml:2:45: dataset.fields.references: found a mapping; expected the name of a field, or a list of "
                + "them"
        ),
        .init(
            data("samples: {id: a}"),
            "spec.yaml:2:10: samples: found a mapping; expected a list of samples, [{id: …, …}]"),
        .init(
            data("samples: a.csv"), "spec.yaml:2:10: samples: found 'a.csv'; expected a list of samples, [{id: …, …}]"),
    ]

    static let templates: [BrokenSpec] = [
        .init(
            prompts("['']"),
            "spec.yaml:3:11: prompts[0]: found an empty text; expected a text, or {id, system, user}, or "
                + "{id, messages: [{role, content}]}"),
        .init(prompts("[{user: [a]}]"), "spec.yaml:3:18: prompts[0].user: found a list; expected a text"),
        .init(
            prompts("[{messages: []}]"),
            "spec.yaml:3:22: prompts[0].messages: found an empty list; expected at least one message"),
        .init(
            prompts("[{messages: [x]}]"),
            "spec.yaml:3:23: prompts[0].messages[0]: found 'x'; expected {role: user, content: TEXT}"),
        .init(
            prompts("[{messages: [{content: x}]}]"),
            "spec.yaml:3:23: prompts[0].messages[0]: the key 'role' is missing; write role: system, user or assistant"),
        .init(
            prompts("[{messages: [{role: user}]}]"),
            "spec.yaml:3:23: prompts[0].messages[0]: the key 'content' is missing; write content: a text"),
        .init(
            prompts("[{system: s, messages: [{role: user, content: x}]}]"),
            "spec.yaml:3:20: prompts[0].system: found 'system' beside 'messages'; expected one of them"),
    ]

    static let answerers: [BrokenSpec] = [
        .init(models("[]"), "spec.yaml:4:9: models: found an empty list; expected at least one model"),
        .init(models("['']"), "spec.yaml:4:10: models[0]: found an empty text; expected provider/model"),
        .init(models("[[a]]"), "spec.yaml:4:10: models[0]: found a list; expected provider/model, or {id, model, …}"),
        .init(models("[openai/]"), "spec.yaml:4:10: models[0]: found 'openai/'; expected provider/model"),
        .init(models("[/gpt]"), "spec.yaml:4:10: models[0]: found '/gpt'; expected provider/model"),
        .init(
            models("[{recorded: ''}]"),
            "spec.yaml:4:21: models[0].recorded: found an empty text; expected a file of recorded answers, "
                + "{id, output} a line"),
        .init(models("[{model: ''}]"), "spec.yaml:4:18: models[0].model: found an empty text; expected provider/model"),
        .init(
            models("[{model: baseline/echo, input: ''}]"),
            "spec.yaml:4:40: models[0].input: found an empty text; expected the name of a dataset field"),
        .init(
            models("[{model: baseline/echo, seed: -1}]"),
            "spec.yaml:4:39: models[0].seed: found '-1'; expected a whole number from 0"),
        .init(
            models("[{model: baseline/echo, stream: maybe}]"),
            "spec.yaml:4:41: models[0].stream: found 'maybe'; expected true or false"),
        .init(
            models("[baseline/nothinglike]"),
            "spec.yaml:4:10: models[0]: there is no baseline 'nothinglike'; known: lead-1, lead-3, echo"),
        .init(
            models("[{id: '', model: baseline/echo}]"),
            "spec.yaml:4:15: models[0].id: found an empty text; expected a short name"),
        .init(
            models("[{id: \(String(repeating: "x", count: 101)), model: baseline/echo}]"),
            "spec.yaml:4:15: models[0].id: found an id of 101 characters; expected at most 100"),
        .init(
            models("[{id: 'a b', model: baseline/echo}]"),
            "spec.yaml:4:15: models[0].id: found a blank in an id; expected a name without ':', ',' or blanks, as it "
                + "becomes a part of a label"),
    ]

    static let measures: [BrokenSpec] = [
        .init(metrics("[]"), "spec.yaml:5:10: metrics: found an empty list; expected at least one metric"),
        .init(metrics("exact_match"), "spec.yaml:5:10: metrics: found 'exact_match'; expected a list of metrics"),
        .init(
            metrics("[{exact_match: {id: ''}}]"),
            "spec.yaml:5:30: metrics[0].exact_match.id: found an empty text; expected a name for the column"),
        .init(
            metrics("[{regex: {}}]"),
            "spec.yaml:5:19: metrics[0].regex: regex needs 'pattern': the regular expression; (?i) ignores case"),
        .init(
            metrics("[{regex: {pattern: '('}}]"),
            "spec.yaml:5:29: metrics[0].regex.pattern: '(' is not a regular expression: the '(' at position 1 is "
                + "never closed"),
        .init(
            metrics("[{bleu: {tokenize: 14a}}]"),
            "spec.yaml:5:29: metrics[0].bleu.tokenize: found '14a'; expected one of 13a, char, intl, none, zh; "
                + "did you mean '13a'?"),
        .init(
            metrics("[{rouge: {types: [rouge1, rougeX]}}]"),
            "spec.yaml:5:27: metrics[0].rouge.types: rouge: there is no ROUGE type 'rougeX'; there are rouge1 to "
                + "rouge9, rougeL, rougeLsum; did you mean 'rouge1'?"),
        .init(
            metrics("[{choice: {letters: ''}}]"),
            "spec.yaml:5:30: metrics[0].choice.letters: choice: 'letters' takes two or more different letters from "
                + "A to Z, as in ABCD, found ''"),
        .init(
            metrics("[{contains: {value: []}}]"),
            "spec.yaml:5:30: metrics[0].contains.value: contains: 'value' is empty, which every output contains; "
                + "write the text looked for"),
    ]

    static let comparison: [BrokenSpec] = [
        .init(
            also("compare: {baseline: ''}"),
            "spec.yaml:6:21: compare.baseline: found an empty text; expected a variant's label"),
        .init(
            also("compare: {cluster: ' '}"),
            "spec.yaml:6:20: compare.cluster: found an empty text; expected the name of a dataset field"),
        .init(also("compare: x"), "spec.yaml:6:10: compare: found 'x'; expected a mapping"),
        .init(
            also("compare: {alfa: 0.1}"),
            "spec.yaml:6:11: compare: unknown key 'alfa'; known keys: baseline, pairs, family, alpha, correction, "
                + "resamples, cluster"),
    ]

    static let limits: [BrokenSpec] = [
        .init(also("gates: {metric: bleu}"), "spec.yaml:6:8: gates: found a mapping; expected a list of gates"),
        .init(also("gates: [x]"), "spec.yaml:6:9: gates[0]: found 'x'; expected {metric: NAME, min: NUMBER}"),
        .init(
            also("gates: [{metric: ''}]"),
            "spec.yaml:6:18: gates[0].metric: found an empty text; expected the name of a metric"),
        .init(
            also("gates: [{metric: exact_match, min: 1, variant: [a]}]"),
            "spec.yaml:6:48: gates[0].variant: found a list; expected a variant's label"),
        .init(
            also("gates: [{metric: exact_match, max_regression: 1}]"),
            "spec.yaml:6:47: gates[0].max_regression: there is one variant, and nothing to compare it with; add the "
                + "baseline to models"),
        .init(
            SpecFixtures.spec(
                models: "models: [baseline/echo, baseline/lead-1]",
                also: "gates: [{metric: exact_match, max_regression: 1, of: p90}]"),
            "spec.yaml:6:54: gates[0].of: found p90 beside 'max_regression'; expected mean"),
        .init(
            SpecFixtures.spec(
                models: "models: [baseline/echo, baseline/lead-1]",
                also: "gates: [{metric: exact_match, max_regression: 1, against: nobody}]"),
            "spec.yaml:6:59: gates[0].against: found 'nobody'; expected baseline"),
        .init(
            also("gates: [{metric: exact_match, min: 1, of: total}]"),
            "spec.yaml:6:43: gates[0].of: found total of exact_match; expected mean or p50 … p99; cost_usd has a total"
        ),
    ]

    static let stages: [BrokenSpec] = [
        .init(
            also("pipelines: full"),
            "spec.yaml:6:12: pipelines: found 'full'; expected a list of pipelines, or {ablate: [stage, …], from: ID}"),
        .init(also("pipelines: []"), "spec.yaml:6:12: pipelines: found an empty list; expected at least one pipeline"),
        .init(
            also("pipelines: [[a]]"), "spec.yaml:6:13: pipelines[0]: found a list; expected {id: …, stage: setting, …}"),
        .init(
            also("pipelines: [{id: a}, {id: a}]"),
            "spec.yaml:6:27: pipelines[1].id: a second pipeline is named 'a'; give each pipeline an id of its own"),
        .init(
            also("pipelines: [{id: a, cache: [exact]}]"),
            "spec.yaml:6:28: pipelines[0].cache: found a list; expected one of off, exact, or a mapping of mode, "
                + "ttl_seconds"),
        .init(
            also("pipelines: [{id: a, cache: {ttl_seconds: 0}}]"),
            "spec.yaml:6:42: pipelines[0].cache.ttl_seconds: found '0'; expected a whole number from 1 to 1000000"),
        .init(
            also("pipelines: {ablate: cache, from: lean}"),
            "spec.yaml:6:21: pipelines.ablate: found 'cache'; expected a list of stages"),
        .init(
            also("transform: {extract: ''}"),
            "spec.yaml:6:22: transform.extract: found an empty text; expected a pattern"),
    ]

    @Test(arguments: datasets + templates + answerers)
    func `a value of the wrong kind is refused with what to write`(spec: BrokenSpec) {
        #expect(SpecFixtures.faults(spec.text).joined(separator: "\n") == spec.message)
    }

    @Test(arguments: measures + comparison + limits + stages)
    func `so is one of a metric, a comparison, a gate or a pipeline`(spec: BrokenSpec) {
        #expect(SpecFixtures.faults(spec.text).joined(separator: "\n") == spec.message)
    }

    @Test func `a metric like no other is refused with those that there are`() throws {
        let faults = SpecFixtures.faults(Self.metrics("[zzz]"))
        let line = try #require(faults.first)
        #expect(
            line.hasPrefix("spec.yaml:5:11: metrics[0]: there is no metric 'zzz'; available: bleu, choice, "),
            "\(line)")
        #expect(faults.count == 1)
    }
}
