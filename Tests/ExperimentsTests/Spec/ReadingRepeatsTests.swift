import Experiments
import Scoring
import Testing

struct ReadingRepeatsTests {
    static func spec(_ repeats: String, _ metrics: String = "metrics: [exact_match]") -> String {
        SpecFixtures.spec(metrics: metrics, also: repeats)
    }

    @Test func `repeats are a number, or a count and a reducer of right answers`() throws {
        let plain = try SpecFixtures.read(Self.spec("repeats: 3"))
        #expect(plain.repeats == 3 && plain.reducers.isEmpty)
        let reduced = try SpecFixtures.read(
            Self.spec(
                "repeats: {count: 5, reduce: pass@3}",
                "metrics: [bleu, exact_match, token_f1, {exact_match: {id: most, reduce: majority}}, "
                    + "{contains: {value: x, reduce: mean}}]"))
        #expect(reduced.repeats == 5)
        #expect(reduced.reducers.mapValues(\.name) == ["exact_match": "pass@3", "most": "majority"])
        #expect(reduced.metrics.map(\.reducer) == [nil, "pass@3", nil, "majority", "mean"])
    }

    @Test func `a stored spec keeps its reducers, and they are part of its hash`() throws {
        let spec = try SpecFixtures.read(Self.spec("repeats: {count: 5, reduce: at_least_2}"))
        let again = try SpecReader(vocabulary: SpecFixtures.vocabulary).stored(spec.json, of: "run-1")
        #expect(again.hash == spec.hash && again.reducers.mapValues(\.name) == ["exact_match": "at_least_2"])
        let written = try SpecFixtures.read(
            Self.spec("repeats: 5", "metrics: [{exact_match: {reduce: at_least_2}}]"))
        #expect(written.hash == spec.hash, "two ways to write the same")
        #expect(written.hash != (try SpecFixtures.read(Self.spec("repeats: 5"))).hash)
    }

    static let broken: [(String, String)] = [
        (
            spec("repeats: {count: 5, reduce: pas@3}"),
            "spec.yaml:6:29: repeats.reduce: there is no reducer 'pas@3'; there are mean, majority, at_least_K, "
                + "pass@K; did you mean 'pass@1'?"
        ),
        (
            spec("repeats: {count: 2, reduce: pass@3}"),
            "spec.yaml:5:11: metrics[0]: pass@3 of 'exact_match' needs at least 3 repeats; found 2"
        ),
        (
            spec("repeats: {reduce: majority}"),
            "spec.yaml:6:10: repeats: the key 'count' is missing; write count: a whole number"
        ),
        (
            spec("repeats: {count: 3, reduced: majority}"),
            "spec.yaml:6:21: repeats: unknown key 'reduced'; did you mean 'reduce'?"
        ),
        (
            spec("repeats: {count: 3, reduce: majority}", "metrics: [bleu, token_f1]"),
            "spec.yaml:6:10: repeats: 'majority' counts right answers, and no metric is right or wrong; remove reduce, "
                + "or add a metric such as exact_match"
        ),
        (
            spec("repeats: 3", "metrics: [{bleu: {reduce: majority}}]"),
            "spec.yaml:5:27: metrics[0].bleu.reduce: 'majority' counts right answers, and 'bleu' is not right or "
                + "wrong; write mean"
        ),
        (
            spec("repeats: 3", "metrics: [{exact_match: {reduce: at_least_4}}]"),
            "spec.yaml:5:25: metrics[0].exact_match: at_least_4 of 'exact_match' needs at least 4 repeats; found 3"
        ),
    ]

    @Test(arguments: broken) func `what cannot be reduced is refused with its place`(text: String, message: String) {
        #expect(SpecFixtures.faults(text) == [message])
    }

    @Test func `fewer repeats on the command line than a reducer needs are refused`() throws {
        let spec = try SpecFixtures.read(Self.spec("repeats: {count: 5, reduce: pass@3}"))
        let error = #expect(throws: SpecError.self) { try spec.applying(SpecOverrides(repeats: 2)) }
        #expect(
            error?.faults.map(\.description)
                == ["--repeats: pass@3 of 'exact_match' needs at least 3 repeats; found 2"])
        #expect(try spec.applying(SpecOverrides(repeats: 3)).repeats == 3)
    }
}
