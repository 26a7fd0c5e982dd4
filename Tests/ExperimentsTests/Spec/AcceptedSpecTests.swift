import Chat
import Experiments
import Testing

@Suite struct AcceptedSpecTests {
    @Test func `defaults are those of the contract`() throws {
        let spec = try SpecFixtures.read(SpecFixtures.spec())
        #expect(spec.repeats == 1 && spec.maxFailures == 0.01 && spec.concurrency == 16 && spec.seed == 7)
        #expect(spec.cache == .cold && spec.transform == nil && spec.gates.isEmpty && spec.description == nil)
        #expect(spec.compare == CompareSpec(), "compare's own defaults")
        #expect(spec.compare.alpha == 0.05 && spec.compare.resamples == 10_000 && spec.compare.correction == .holm)
        #expect(spec.compare.pairs == .baseline && spec.compare.family == .all && spec.compare.baseline == nil)
        #expect(spec.pipelines == [EvalPipeline(id: "default")])
        #expect(spec.dataset.limit == nil && spec.dataset.sampling == .head)
    }

    @Test func `the contract's own example is read, but for the parts of later issues`() throws {
        let spec = try SpecFixtures.read(Self.example, file: "evals/news.yaml")
        #expect(spec.name == "news-summaries")
        #expect(spec.dataset.source == .file("../datasets/news.jsonl"))
        #expect(spec.path("../datasets/news.jsonl") == "evals/../datasets/news.jsonl")
        #expect(spec.path("/data/x.csv") == "/data/x.csv")
        #expect(spec.dataset.idField == "id" && spec.dataset.referenceFields == ["summary"])
        #expect(spec.dataset.limit == 200 && spec.dataset.sampling == .random)
        #expect(spec.prompts.map(\.id) == ["plain"])
        #expect(spec.prompts[0].template.parts.map(\.role) == [.system, .user])
        #expect(spec.prompts[0].template.parts[1].text == "Summarise in one sentence:\n{{document}}")
        #expect(spec.models.map(\.model) == ["baseline/lead-1", "openai/gpt-4o-mini", "recorded/gpt4"])
        #expect(spec.models[0].input == "document" && spec.models[2].recorded == "outputs/gpt4.jsonl")
        #expect(spec.models[1].parameters == .init(temperature: 0, maxTokens: 128))
        #expect(spec.metrics.flatMap(\.measures).contains("rougeL") && spec.metrics.map(\.id).contains("polite"))
        #expect(spec.transform?.extract == #"(?s)Answer:\s*(.*)"#)
        #expect(spec.compare.baseline == "mini:plain:bare" && spec.baselineLabel == "mini:bare")
        #expect(
            spec.variants.map(\.label) == [
                "lead:bare", "lead:full", "mini:bare", "mini:full", "gpt4:bare", "gpt4:full",
            ])
        #expect(spec.pipelines[1].setting(of: "cache") == "exact" && spec.pipelines[0].setting(of: "cache") == nil)
        #expect(spec.gates[0].min == 0.3 && spec.gates[1].maxRegression == 1 && spec.gates[2].of == .total)
        #expect(spec.cache == .cold && spec.compare.cluster == "document_id")
    }

    static let example = #"""
        name: news-summaries            # required, [a-z0-9-]
        description: One-sentence summaries of short news.
        dataset:
          path: ../datasets/news.jsonl
          fields: {id: id, references: summary}
          limit: 200
          sample: random
        prompts:
          - id: plain
            system: You are a careful editor.
            user: "Summarise in one sentence:\n{{document}}"
        models:
          - {id: lead, model: baseline/lead-1, input: document}
          - {id: mini, model: openai/gpt-4o-mini, temperature: 0, max_tokens: 128}
          - {id: gpt4, recorded: outputs/gpt4.jsonl}
        pipelines:
          - {id: bare}
          - {id: full, cache: exact}
        repeats: 1
        transform: {extract: '(?s)Answer:\s*(.*)'}
        metrics:
          - bleu
          - {rouge: {types: [rouge1, rougeL], stemmer: true}}
          - exact_match
          - {numeric: {extract: 'A:\s*(-?[\d.,]+)', take: last, tolerance: 0}}
          - {regex: {id: polite, pattern: '(?i)please'}}
          - {choice: {letters: ABCD}}
        compare:
          baseline: mini:plain:bare
          pairs: baseline
          family: all
          alpha: 0.05
          correction: holm
          resamples: 10000
          cluster: document_id
        gates:
          - {metric: rougeL, min: 0.30}
          - {metric: bleu, max_regression: 1.0, against: baseline}
          - {metric: cost_usd, max: 0.50, of: total}
          - {metric: ttft_ms, max: 900, of: p95, variant: "mini:full"}
        max_failures: 0.01
        cache: cold
        concurrency: 16
        seed: 7
        """#

    @Test func `text keeps its spelling, quoted or not`() throws {
        let text = SpecFixtures.spec(
            dataset: "samples: [{id: 007, q: no, n: 1.10, yes: True, answer: b}]",
            prompts: "prompts: [{id: a, user: no}, {id: b, user: 1.10}, {id: c, user: 2024-01-01}, {id: d, user: 0x10}]"
        )
        let spec = try SpecFixtures.read(text)
        #expect(spec.prompts.map { $0.template.parts[0].text } == ["no", "1.10", "2024-01-01", "0x10"])
        let sample = try #require(try DatasetReader(spec: spec, vocabulary: SpecFixtures.vocabulary).read().first)
        #expect(sample.id == "007")
        #expect(sample.texts == ["id": "007", "q": "no", "n": "1.10", "yes": "True", "answer": "b"])
    }

    @Test func `JSON is read as well as YAML, with its escapes`() throws {
        let json = #"""
            {"name": "t", "samples": [{"id": "a", "q": "\ud83d\ude00 \"x\" \u00e9 \ud800 \\ud83d", "answer": 4}],
            	"prompts": ["{{q}}"], "models": ["fast"], "metrics": ["exact_match"], "seed": 12, "repeats": 1e1}
            """#
        let spec = try SpecFixtures.read(json, file: "spec.json")
        #expect(spec.seed == 12 && spec.repeats == 10)
        let sample = try #require(try DatasetReader(spec: spec, vocabulary: SpecFixtures.vocabulary).read().first)
        #expect(sample.texts["q"] == "😀 \"x\" é \u{FFFD} \\ud83d" && sample.references == ["4"])
    }

    @Test func `anchors and merge keys work, and a mapping's own keys win`() throws {
        let spec = try SpecFixtures.read(
            SpecFixtures.spec(
                models: """
                    models:
                      - &base {id: a, model: fast, temperature: 0.5, max_tokens: 9}
                      - {<<: *base, id: b, temperature: 1}
                    """))
        #expect(spec.models.map(\.id) == ["a", "b"])
        #expect(spec.models[1].parameters == .init(temperature: 1, maxTokens: 9))
    }

    @Test func `ids are made from names, without what a label may not hold, and never twice`() throws {
        let spec = try SpecFixtures.read(
            SpecFixtures.spec(
                prompts:
                    "prompts: ['{{q}}', [{role: system, content: s}, {role: user, content: u}], {id: p1, user: x}]",
                models:
                    "models: [ollama/llama3.2:1b, openai/gpt-4o, {model: x/y/gpt-4o}, {recorded: out/big.jsonl.gz}]"
            ))
        #expect(spec.models.map(\.id) == ["llama3.2-1b", "gpt-4o", "gpt-4o-2", "big"])
        #expect(spec.models[3].model == "recorded/big")
        #expect(spec.prompts.map(\.id) == ["p1-2", "p2", "p1"], "what the spec gives comes first")
    }

    @Test func `prompts may be absent where no model reads one`() throws {
        let spec = try SpecFixtures.read(
            SpecFixtures.spec(
                prompts: "", models: "models: [{model: baseline/echo, input: q}, {id: r, recorded: a.jsonl}]"))
        #expect(spec.variants.map(\.label) == ["echo", "r"])
        #expect(try spec.prompts[0].template.render([]).isEmpty)
    }

    @Test func `a model's name with an unknown word before its slash is the default provider's to know`() throws {
        let spec = try SpecFixtures.read(SpecFixtures.spec(models: "models: [meta-llama/Llama-3, fast, gpt-4o]"))
        #expect(spec.models.map(\.model) == ["meta-llama/Llama-3", "fast", "gpt-4o"])
    }

    @Test func `one of everything is labelled by its model alone`() throws {
        #expect(try SpecFixtures.read(SpecFixtures.spec()).variants.map(\.label) == ["echo"])
        let two = try SpecFixtures.read(SpecFixtures.spec(prompts: "prompts: [a, b]"))
        #expect(two.variants.map(\.label) == ["p1", "p2"])
    }

    @Test func `an ablation stands for its pipeline and one variant a stage switched off`() throws {
        let text = SpecFixtures.spec(
            also:
                "pipelines: [{id: full, cache: exact, retry: {max_attempts: 2}}, {ablate: [cache, retry], from: full}]")
        let spec = try SpecFixtures.read(text)
        #expect(spec.pipelines.map(\.id) == ["full", "full-no-cache", "full-no-retry"])
        #expect(spec.pipelines[1].isOff("cache") && !spec.pipelines[1].isOff("retry"))
        #expect(spec.pipelines[1].setting(of: "retry") == ["max_attempts": 2])
        let alone = try SpecFixtures.read(SpecFixtures.spec(also: "pipelines: {ablate: [retry], from: lean}"))
        #expect(alone.pipelines.map(\.id) == ["lean", "lean-no-retry"])
    }

    @Test(arguments: ["off", "false", "no", "'off'"])
    func `a stage is switched off by the word`(word: String) throws {
        let spec = try SpecFixtures.read(SpecFixtures.spec(also: "pipelines: [{id: a, cache: \(word), sanitize: on}]"))
        #expect(spec.pipelines[0].isOff("cache") && spec.pipelines[0].setting(of: "sanitize") == "on")
    }

    @Test func `absent and null are the same for what is optional`() throws {
        let spec = try SpecFixtures.read(SpecFixtures.spec(also: "seed: null\ndescription: ~\ngates:\ncompare: null"))
        #expect(spec.seed == 7 && spec.description == nil && spec.gates.isEmpty)
    }

    @Test func `metric parameters take the spelling that their kind asks for`() throws {
        let spec = try SpecFixtures.read(
            SpecFixtures.spec(
                metrics: "metrics: [{contains: {value: no}}, {regex: {pattern: 1.10}}, {exact_match: {strict: yes}}]"))
        #expect(spec.metrics[0].parameters == ["value": ["no"]], "contains takes a list too")
        #expect(spec.metrics[1].parameters == ["pattern": "1.10"])
        #expect(spec.metrics[2].parameters == ["strict": true])
    }
}
