import Chat
import Experiments
import Testing

struct AblationSpecTests {
    private static let full = "{id: full, cache: exact, sanitize: on, retry: {max_attempts: 2}}"

    @Test func `a factorial stands for every set of stages switched off`() throws {
        let spec = try SpecFixtures.read(
            SpecFixtures.spec(also: "pipelines: [\(Self.full), {factorial: [cache, retry], from: full}]"))
        #expect(spec.pipelines.map(\.id) == ["full", "full-no-cache", "full-no-retry", "full-no-cache-no-retry"])
        #expect(spec.pipelines[3].isOff("cache") && spec.pipelines[3].isOff("retry"))
        #expect(spec.pipelines[3].setting(of: "sanitize") == "on")
        #expect(spec.ablations == [try #require(spec.ablations.first)])
        #expect(spec.ablations[0].design == .factorial && spec.ablations[0].stages == ["cache", "retry"])
    }

    @Test func `cold and warm are two variants of each pipeline with a cache`() throws {
        let text = SpecFixtures.spec(
            also: "cache: both\npipelines: [\(Self.full), {ablate: [cache, retry], from: full}]")
        let spec = try SpecFixtures.read(text)
        let labels = ["full", "full-warm", "full-no-cache", "full-no-retry", "full-no-retry-warm"]
        #expect(spec.variants.map(\.label) == labels)
        #expect(spec.variants.map(\.pipeline.isWarmTwin) == [false, true, false, false, true])
        let chosen = try spec.applying(SpecOverrides(variants: ["full-warm"]))
        #expect(chosen.variants.map(\.label) == ["full-warm"])
        let uncached = try spec.applying(SpecOverrides(disablesCache: true))
        #expect(uncached.variants.map(\.label) == ["full", "full-no-cache", "full-no-retry"])
        #expect(uncached.ablations.map(\.stages) == [["retry"]])
    }

    @Test(arguments: ["cold", "both"], [SpecOverrides(), SpecOverrides(disablesCache: true)])
    func `a stored spec knows what it took apart`(cache: String, overrides: SpecOverrides) throws {
        let text = SpecFixtures.spec(
            also: "cache: \(cache)\npipelines: [\(Self.full), {factorial: [cache, retry], from: full}]")
        let spec = try SpecFixtures.read(text).applying(overrides)
        let again = try SpecReader(vocabulary: SpecFixtures.vocabulary).stored(spec.json, of: "run-1")
        #expect(again.hash == spec.hash && again.ablations == spec.ablations)
        #expect(again.variants.map(\.label) == spec.variants.map(\.label))
    }

    static let faults: [(String, String)] = [
        (
            "{ablate: [cache], factorial: [retry], from: full}",
            "'factorial' beside 'ablate'; write each as a pipeline of its own in a list"
        ),
        ("{factorial: [cache, cache], from: full}", "stage 'cache' stands twice; remove one"),
        ("{from: full}", "the key 'ablate' is missing; write ablate: [stage, …]"),
        ("{factorial: [cahce], from: full}", "there is no stage 'cahce'; did you mean 'cache'?"),
    ]

    @Test(arguments: faults) func `what cannot be taken apart is refused`(item: String, words: String) {
        let found = SpecFixtures.faults(SpecFixtures.spec(also: "pipelines: [\(Self.full), \(item)]"))
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }
}
