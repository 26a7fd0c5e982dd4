import Chat
import Experiments
import Testing

/// One broken spec and the one line that it must end in.
struct BrokenSpec: Sendable, CustomTestStringConvertible {
    let text: String
    let message: String

    init(_ text: String, _ message: String) {
        self.text = text
        self.message = message
    }

    var testDescription: String { message }

    private static func also(_ line: String) -> String { SpecFixtures.spec(also: line) }
    private static func models(_ list: String) -> String { SpecFixtures.spec(models: "models: \(list)") }
    private static func prompts(_ list: String) -> String { SpecFixtures.spec(prompts: "prompts: \(list)") }
    private static func metrics(_ list: String) -> String { SpecFixtures.spec(metrics: "metrics: \(list)") }
    private static func dataset(_ line: String) -> String { SpecFixtures.spec(dataset: line) }

    static let documents: [BrokenSpec] = [
        .init("", "spec.yaml:1:1: the document is empty"),
        .init("- a\n", "spec.yaml:1:1: found a list; expected a mapping of a spec's keys"),
        .init("name: t\nname: u\n", "spec.yaml:1:1: the key 'name' stands twice in one mapping; keep one of the two"),
        .init("name: t\n\tseed: 1\n", "spec.yaml:2:1: found a tab in the indentation; indent with spaces"),
        .init(
            "name: [a\n",
            "spec.yaml:2:1: not valid YAML: did not find expected ',' or ']' (while parsing a flow sequence, line 1)"),
        .init(
            "name: a\n---\nname: b\n",
            "spec.yaml:2:1: not valid YAML: but found another document (expected a single document in the stream, line 1)"
        ),
        .init("name: *nobody\n", "spec.yaml:1:7: not valid YAML: found undefined alias"),
        .init(
            "name: !!python/object/apply:os.system [ls]\n",
            "spec.yaml:1:7: the tag 'tag:yaml.org,2002:python/object/apply:os.system' means nothing here; remove it"),
        .init("name: \"a\u{1}\"\n", "spec.yaml:1:9: the control character U+01; remove it"),
        .init("[a]: b\n", "spec.yaml:1:1: found a list or mapping as a key; expected a text"),
        .init("<<: 5\n", "spec.yaml:1:5: found '5' under '<<'; expected a mapping or a list of mappings"),
        .init(
            also("arena: {pairs: all}"),
            "spec.yaml:6:8: arena: the key 'arena' belongs to a spec of 'nexus arena'; run it with nexus arena, or remove the key"
        ),
        .init(
            also("endpoints: [a/b]"),
            "spec.yaml:6:12: endpoints: the key 'endpoints' belongs to a spec of 'nexus bench'; run it with nexus bench, or remove the key"
        ),
        .init(
            also("load: {rate: 5}"),
            "spec.yaml:6:7: load: the key 'load' belongs to a spec of 'nexus bench'; run it with nexus bench, or remove the key"
        ),
    ]

    static let settings: [BrokenSpec] = [
        .init(
            also("temprature: 1"),
            "spec.yaml:6:1: unknown key 'temprature'; known keys: name, description, dataset, samples, prompts, models, pipelines, repeats, transform, metrics, compare, gates, max_failures, cache, concurrency, seed"
        ),
        .init(also("concurency: 3"), "spec.yaml:6:1: unknown key 'concurency'; did you mean 'concurrency'?"),
        .init(also("repeats: 0"), "spec.yaml:6:10: repeats: found '0'; expected a whole number from 1 to 10000"),
        .init(also("repeats: 1.5"), "spec.yaml:6:10: repeats: found '1.5'; expected a whole number from 1 to 10000"),
        .init(
            also("repeats: 99999999999999999999"),
            "spec.yaml:6:10: repeats: found '99999999999999999999'; expected a whole number from 1 to 10000"),
        .init(
            also("concurrency: many"),
            "spec.yaml:6:14: concurrency: found 'many'; expected a whole number from 1 to 10000"),
        .init(also("seed: -1"), "spec.yaml:6:7: seed: found '-1'; expected a whole number from 0"),
        .init(also("seed: '7'"), "spec.yaml:6:7: seed: found '7'; expected a whole number from 0"),
        .init(also("max_failures: 2"), "spec.yaml:6:15: max_failures: found '2'; expected a number from 0 to 1"),
        .init(also("max_failures: .nan"), "spec.yaml:6:15: max_failures: found '.nan'; expected a number from 0 to 1"),
        .init(also("cache: hot"), "spec.yaml:6:8: cache: found 'hot'; expected one of cold, warm, both"),
        .init(
            also("transform: {extrct: a}"),
            "spec.yaml:6:12: transform: the key 'extract' is missing; write extract: a pattern\nspec.yaml:6:13: transform: unknown key 'extrct'; did you mean 'extract'?"
        ),
        .init(
            also("transform: {extract: '('}"),
            "spec.yaml:6:22: transform.extract: found '('; expected an ICU regular expression"),
        .init(
            SpecFixtures.spec(name: "name: My Spec"),
            "spec.yaml:1:7: name: found 'My Spec'; expected a name of a-z, 0-9 and '-', at most 100 letters"),
        .init(
            SpecFixtures.spec(name: "description: x"),
            "spec.yaml:1:1: the key 'name' is missing; write name: a name of a-z, 0-9 and '-'"),
        .init(
            SpecFixtures.spec(name: "name:"), "spec.yaml:1:6: name: found nothing; expected a name of a-z, 0-9 and '-'"),
        .init(also("description: [a]"), "spec.yaml:6:14: description: found a list; expected a text"),
    ]

    static let data: [BrokenSpec] = [
        .init(
            dataset("# none"),
            "spec.yaml:1:1: the key 'dataset' is missing; write dataset: {path: FILE}, or samples: [{id: …}, …]"),
        .init(
            dataset("dataset: {fields: {id: a}}"),
            "spec.yaml:2:10: dataset: the key 'path' is missing; write path: the data's file, relative to the spec"),
        .init(
            dataset("dataset: {path: a.csv, fields: {ids: a}}"),
            "spec.yaml:2:33: dataset.fields: unknown key 'ids'; did you mean 'id'?"),
        .init(
            dataset("dataset: {path: a.csv, limit: -5}"),
            "spec.yaml:2:31: dataset.limit: found '-5'; expected a whole number from 1"),
        .init(
            dataset("dataset: {path: a.csv, sample: randm}"),
            "spec.yaml:2:32: dataset.sample: found 'randm'; expected one of head, random; did you mean 'random'?"),
        .init(
            dataset("dataset: a.csv\nsamples: [{id: a}]"),
            "spec.yaml:3:10: samples: found both 'dataset' and 'samples'; expected one of them"),
        .init(dataset("samples: []"), "spec.yaml:2:10: samples: found an empty list; expected at least one sample"),
        .init(dataset("samples: [a]"), "spec.yaml:2:11: samples[0]: found 'a'; expected a mapping, {id: …, …}"),
        .init(prompts("[]"), "spec.yaml:3:10: prompts: found an empty list; expected at least one prompt"),
        .init(prompts("hello"), "spec.yaml:3:10: prompts: found 'hello'; expected a list of prompts"),
        .init(
            prompts("[{id: a}]"),
            "spec.yaml:3:11: prompts[0]: the key 'user' is missing; write user: a text with {{variables}}"),
        .init(
            prompts("[{user: a, sytem: b}]"), "spec.yaml:3:21: prompts[0]: unknown key 'sytem'; did you mean 'system'?"),
        .init(
            prompts("[{id: a, user: x}, {id: a, user: y}]"),
            "spec.yaml:3:34: prompts[1].id: a second prompt is named 'a'; give each prompt an id of its own"),
        .init(
            prompts("[{id: 'a:b', user: x}]"),
            "spec.yaml:3:16: prompts[0].id: found ':' in an id; expected a name without ':', ',' or blanks, as it becomes a part of a label"
        ),
        .init(
            prompts("[{messages: [{role: bot, content: x}]}]"),
            "spec.yaml:3:30: prompts[0].messages[0].role: found 'bot'; expected one of system, user, assistant"),
        .init(
            prompts("[{messages: [{role: user, content: x}], user: y}]"),
            "spec.yaml:3:56: prompts[0].user: found 'user' beside 'messages'; expected one of them"),
        .init(
            SpecFixtures.spec(prompts: "# none"),
            "spec.yaml:1:1: the key 'prompts' is missing; write prompts: [{id: plain, user: TEXT}]"),
    ]

    static let answerers: [BrokenSpec] = [
        .init(
            SpecFixtures.spec(models: "# none"),
            "spec.yaml:1:1: the key 'models' is missing; write models: [provider/model, …]"),
        .init(models("baseline/echo"), "spec.yaml:4:9: models: found 'baseline/echo'; expected a list of models"),
        .init(
            models("[{id: a}]"),
            "spec.yaml:4:10: models[0]: the key 'model' is missing; write model: provider/model, or recorded: FILE"),
        .init(
            models("[fast, {model: fast, temprature: 1}]"),
            "spec.yaml:4:30: models[1]: unknown key 'temprature'; did you mean 'temperature'?"),
        .init(
            models("[{model: fast, temperature: hot}]"),
            "spec.yaml:4:37: models[0].temperature: found 'hot'; expected a number from 0 to 2"),
        .init(
            models("[{model: fast, max_tokens: 0}]"),
            "spec.yaml:4:36: models[0].max_tokens: found '0'; expected a whole number from 1 to 10000000"),
        .init(
            models("[{model: fast, top_p: 1.1}]"),
            "spec.yaml:4:31: models[0].top_p: found '1.1'; expected a number from 0 to 1"),
        .init(
            models("[{model: fast, stop: {a: b}}]"),
            "spec.yaml:4:30: models[0].stop: found a mapping; expected a text or a list of texts"),
        .init(
            models("[opnai/gpt-4o]"), "spec.yaml:4:10: models[0]: there is no provider 'opnai'; did you mean 'openai'?"),
        .init(
            models("[baseline/led-1]"),
            "spec.yaml:4:10: models[0]: there is no baseline 'led-1'; did you mean 'lead-1'?"),
        .init(
            models("[recorded/x]"),
            "spec.yaml:4:10: models[0]: no recording is named 'x'; add recorded: FILE with the answers"),
        .init(
            models("[{model: fast, recorded: a.jsonl}]"),
            "spec.yaml:4:18: models[0].model: found 'fast' beside 'recorded'; expected recorded/<label>; remove 'model': a recording asks none"
        ),
        .init(
            models("['openai/ gpt']"),
            "spec.yaml:4:10: models[0]: found a blank in a model's name; expected provider/model"),
        .init(
            models("[{id: a, model: fast}, {id: a, model: fast}]"),
            "spec.yaml:4:37: models[1].id: a second model is named 'a'; give each model an id of its own"),
        .init(
            also("pipelines: [{id: a, retrieval: {collection: x}}]"),
            "spec.yaml:6:32: pipelines[0].retrieval: stage 'retrieval' is not available in this build; available: sanitize, cache, retry"
        ),
        .init(
            also("pipelines: [{id: a, cach: exact}]"),
            "spec.yaml:6:27: pipelines[0].cach: unknown key 'cach'; did you mean 'cache'?"),
        .init(
            also("pipelines: [{id: a, cache: exakt}]"),
            "spec.yaml:6:28: pipelines[0].cache: found 'exakt'; expected one of off, exact; did you mean 'exact'?"),
        .init(
            also("pipelines: [{id: a, retry: {attempts: 2}}]"),
            "spec.yaml:6:29: pipelines[0].retry: unknown key 'attempts'; did you mean 'max_attempts'?"),
        .init(
            also("pipelines: [{id: a, retry: {max_attempts: 99}}]"),
            "spec.yaml:6:43: pipelines[0].retry.max_attempts: found '99'; expected a whole number from 1 to 10"),
        .init(
            also("pipelines: [leen]"),
            "spec.yaml:6:13: pipelines[0]: the configuration has no pipeline 'leen'; did you mean 'lean'?"),
        .init(
            also("pipelines: {ablate: [cache], from: nowhere}"),
            "spec.yaml:6:36: pipelines.from: there is no pipeline 'nowhere'; write it into the list of pipelines: {id: …, stage: setting, …}"
        ),
        .init(
            also("pipelines: {ablate: [cache], from: lean}"),
            "spec.yaml:6:22: pipelines.ablate[0]: stage 'cache' is off in 'lean' already; remove it from the list"),
        .init(
            also("pipelines: {ablate: [guardrails], from: lean}"),
            "spec.yaml:6:22: pipelines.ablate[0]: stage 'guardrails' is not available in this build; available: sanitize, cache, retry"
        ),
    ]

    static let judgement: [BrokenSpec] = [
        .init(
            SpecFixtures.spec(metrics: "# none"),
            "spec.yaml:1:1: the key 'metrics' is missing; write metrics: [exact_match, …]"),
        .init(metrics("[blue]"), "spec.yaml:5:11: metrics[0]: there is no metric 'blue'; did you mean 'bleu'?"),
        .init(
            metrics("[{exact_match: {strikt: true}}]"),
            "spec.yaml:5:26: metrics[0].exact_match: unknown key 'strikt'; did you mean 'strict'?"),
        .init(
            metrics("[{exact_match: {strict: maybe}}]"),
            "spec.yaml:5:34: metrics[0].exact_match.strict: found 'maybe'; expected true or false"),
        .init(
            metrics("[{a: {}, b: {}}]"),
            "spec.yaml:5:11: metrics[0]: found a mapping; expected a metric's name, or {name: {parameter: value, …}}"),
        .init(
            metrics("[exact_match, exact_match]"),
            "spec.yaml:5:24: metrics[1]: a second metric fills the column 'exact_match'; give one of them an id: {exact_match: {id: …}}"
        ),
        .init(
            also("compare: {baseline: nobody}"),
            "spec.yaml:6:21: compare.baseline: there is no variant 'nobody'; known: echo"),
        .init(
            also("compare: {pairs: some}"), "spec.yaml:6:18: compare.pairs: found 'some'; expected one of baseline, all"
        ),
        .init(
            also("compare: {family: both}"), "spec.yaml:6:19: compare.family: found 'both'; expected one of all, metric"
        ),
        .init(
            also("compare: {alpha: 1}"), "spec.yaml:6:18: compare.alpha: found '1'; expected a number between 0 and 1"),
        .init(also("compare: {alpha: 5}"), "spec.yaml:6:18: compare.alpha: found '5'; expected a number from 0 to 1"),
        .init(
            also("compare: {correction: hlm}"),
            "spec.yaml:6:23: compare.correction: found 'hlm'; expected one of none, holm, bonferroni, bh; did you mean 'holm'?"
        ),
        .init(
            also("compare: {resamples: 5}"),
            "spec.yaml:6:22: compare.resamples: found '5'; expected a whole number from 100 to 1000000"),
        .init(
            also("gates: [{metric: exactmatch, min: 1}]"),
            "spec.yaml:6:18: gates[0].metric: nothing measures 'exactmatch'; did you mean 'exact_match'?"),
        .init(
            also("gates: [{min: 1}]"),
            "spec.yaml:6:9: gates[0]: the key 'metric' is missing; write metric: the name of a metric"),
        .init(
            also("gates: [{metric: exact_match}]"),
            "spec.yaml:6:9: gates[0]: a gate without a limit; write one of min, max, max_regression"),
        .init(
            also("gates: [{metric: exact_match, min: 2, max: 1}]"),
            "spec.yaml:6:36: gates[0].min: found a min above the max, so that nothing passes"),
        .init(
            also("gates: [{metric: exact_match, min: high}]"),
            "spec.yaml:6:36: gates[0].min: found 'high'; expected a number"),
        .init(
            also("gates: [{metric: latency_ms, max: 9, of: p100}]"),
            "spec.yaml:6:42: gates[0].of: found 'p100'; expected mean, total or one of p50 … p99"),
        .init(
            also("gates: [{metric: exact_match, max_regression: -1}]"),
            "spec.yaml:6:47: gates[0].max_regression: found '-1'; expected a number from 0"),
        .init(
            also("gates: [{metric: exact_match, min: 1, against: baseline}]"),
            "spec.yaml:6:48: gates[0].against: 'against' goes with 'max_regression'; remove it, or write max_regression"
        ),
        .init(
            also("gates: [{metric: exact_match, min: 1, variant: ecko}]"),
            "spec.yaml:6:48: gates[0].variant: there is no variant 'ecko'; did you mean 'echo'?"),
    ]
}
