import Chat
import Experiments
import Testing

@Suite struct SpecHashTests {
    private func hash(_ text: String) throws -> String { try SpecFixtures.read(text).hash }

    @Test func `comments, spacing, the order of keys and the file's place do not change the hash`() throws {
        let plain = try hash(SpecFixtures.spec(also: "compare: {alpha: 0.1, pairs: all}"))
        let other = """
            # another look
            compare:
              pairs:   all
              alpha: 0.10
            metrics:
            - exact_match
            models: ["baseline/echo"]
            prompts:
              - "{{q}}"
            samples:
              - {"id": a, q: x, answer: b}
            name: 't'

            """
        #expect(try hash(other) == plain)
        #expect(try SpecFixtures.read(other, file: "elsewhere/x.yaml").hash == plain)
        #expect(plain.count == 64 && plain.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    }

    @Test(arguments: [
        "seed: 8", "repeats: 2", "concurrency: 17", "max_failures: 0.02", "cache: warm", "description: x",
        "compare: {alpha: 0.06}", "compare: {correction: none}", "compare: {family: metric}", "compare: {cluster: q}",
        "compare: {resamples: 20000}", "gates: [{metric: exact_match, min: 0.1}]", "transform: {extract: a}",
        "pipelines: [{id: a}]", "pipelines: [{id: default, cache: exact}]",
    ])
    func `any value changes the hash`(line: String) throws {
        #expect(try hash(SpecFixtures.spec(also: line)) != hash(SpecFixtures.spec()))
    }

    @Test func `the parts of samples, prompts, models and metrics change the hash`() throws {
        let specs = [
            SpecFixtures.spec(), SpecFixtures.spec(name: "name: u"),
            SpecFixtures.spec(dataset: "samples: [{id: a, q: y, answer: b}]"),
            SpecFixtures.spec(dataset: "dataset: a.csv"),
            SpecFixtures.spec(dataset: "dataset: {path: a.csv, limit: 5}"),
            SpecFixtures.spec(dataset: "dataset: {path: a.csv, limit: 5, sample: random}"),
            SpecFixtures.spec(dataset: "dataset: {path: a.csv, fields: {references: q}}"),
            SpecFixtures.spec(prompts: "prompts: ['{{q}}!']"),
            SpecFixtures.spec(prompts: "prompts: [{id: z, user: '{{q}}'}]"),
            SpecFixtures.spec(prompts: "prompts: [{system: s, user: '{{q}}'}]"),
            SpecFixtures.spec(models: "models: [{model: baseline/echo, temperature: 0}]"),
            SpecFixtures.spec(models: "models: [{model: baseline/echo, top_p: 1}]"),
            SpecFixtures.spec(models: "models: [{model: baseline/echo, max_tokens: 1}]"),
            SpecFixtures.spec(models: "models: [{model: baseline/echo, stop: a}]"),
            SpecFixtures.spec(models: "models: [{model: baseline/echo, seed: 1}]"),
            SpecFixtures.spec(models: "models: [{model: baseline/echo, stream: true}]"),
            SpecFixtures.spec(models: "models: [{model: baseline/echo, input: q}]"),
            SpecFixtures.spec(models: "models: [{id: echo, recorded: a.jsonl}]"),
            SpecFixtures.spec(metrics: "metrics: [{exact_match: {strict: true}}]"),
            SpecFixtures.spec(metrics: "metrics: [{exact_match: {id: exact_match}}]"),
        ]
        #expect(Set(try specs.map { try hash($0) }).count == specs.count)
    }

    @Test func `the stored spec is a spec again, with the same hash`() throws {
        let spec = try SpecFixtures.read(AcceptedSpecTests.example)
        var members = try #require(spec.json.objectValue)
        // The stored form names the file's keys beside it; what a user writes keeps them under `dataset`.
        #expect(members.first { $0.key == "dataset" }?.value["path"] == "../datasets/news.jsonl")
        members.removeAll { $0.value.isNull }
        let again = try SpecFixtures.read(JSONValue.object(members).text)
        #expect(again.hash == spec.hash)
    }
}

@Suite struct SpecOverridesTests {
    private func spec() throws -> EvalSpec {
        try SpecFixtures.read(
            SpecFixtures.spec(
                prompts: "prompts: [a, b]", models: "models: [{id: m, model: fast}, {id: n, model: fast}]",
                also: "gates: [{metric: exact_match, min: 0.1, variant: 'n:p2'}]\ncompare: {baseline: 'm:p1:default'}"))
    }

    @Test func `what the command line says stands in place of the spec's values`() throws {
        let spec = try spec().applying(
            SpecOverrides(
                limit: 3, sampleIDs: ["a"], variants: ["n:p2", "m:p2:default"], repeats: 2, concurrency: 4, seed: 9,
                disablesCache: true))
        #expect(spec.dataset.limit == 3 && spec.sampleIDs == ["a"] && spec.repeats == 2)
        #expect(spec.concurrency == 4 && spec.seed == 9 && spec.pipelines.allSatisfy { $0.isOff("cache") })
        #expect(spec.variants.map(\.label) == ["m:p2", "n:p2"], "in the order of the spec")
        #expect(spec.baselineLabel == "m:p2", "the first that is run, as the spec's own is not")
        #expect(spec.gates.count == 1)
        #expect(try self.spec().applying(SpecOverrides(variants: ["m:p1"])).gates.isEmpty)
        #expect(try spec.hash != self.spec().hash)
    }

    @Test func `no options leave the spec as it is`() throws {
        #expect(try spec().applying(SpecOverrides()) == spec())
    }

    @Test func `all options out of range are named at once`() throws {
        let overrides = SpecOverrides(limit: 0, variants: ["m:p3", "zzz"], repeats: -1, concurrency: 0, seed: -1)
        let error = try #require(throws: SpecError.self) { _ = try spec().applying(overrides) }
        #expect(
            error.description == """
                --repeats: found '-1'; expected a whole number from 1 to 10000
                --concurrency: found '0'; expected a whole number from 1 to 10000
                --limit: found '0'; expected a whole number from 1
                --seed: found '-1'; expected a whole number from 0
                --variants: there is no variant 'm:p3'; did you mean 'm:p1'?
                --variants: there is no variant 'zzz'; known: m:p1, m:p2, n:p1, n:p2
                """)
    }
}
