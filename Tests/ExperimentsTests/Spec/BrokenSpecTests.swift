import Experiments
import Testing

@Suite struct BrokenSpecTests {
    @Test(arguments: BrokenSpec.documents + BrokenSpec.settings + BrokenSpec.data)
    func `a broken spec is refused with its place, what was found and what to write`(spec: BrokenSpec) {
        #expect(SpecFixtures.faults(spec.text).joined(separator: "\n") == spec.message)
    }

    @Test(arguments: BrokenSpec.answerers + BrokenSpec.judgement)
    func `a broken model, pipeline, metric or gate is refused the same way`(spec: BrokenSpec) {
        #expect(SpecFixtures.faults(spec.text).joined(separator: "\n") == spec.message)
    }

    @Test func `all faults are found at once, in the order of their lines`() {
        let text = """
            name: Two Words
            dataset: {path: data.csv, limit: 0}
            prompts: [{id: a}]
            models:
              - {model: fast, temprature: 1}
            metrics: [blue]
            seed: x

            """
        #expect(
            SpecFixtures.faults(text) == [
                "spec.yaml:1:7: name: found 'Two Words'; expected a name of a-z, 0-9 and '-', at most 100 letters",
                "spec.yaml:2:34: dataset.limit: found '0'; expected a whole number from 1",
                "spec.yaml:3:11: prompts[0]: the key 'user' is missing; write user: a text with {{variables}}",
                "spec.yaml:5:19: models[0]: unknown key 'temprature'; did you mean 'temperature'?",
                "spec.yaml:6:11: metrics[0]: there is no metric 'blue'; did you mean 'bleu'?",
                "spec.yaml:7:7: seed: found 'x'; expected a whole number from 0",
            ])
    }

    @Test func `gates are looked at where there are no models, too`() {
        let text = """
            name: a
            dataset: {path: data.csv}
            prompts: ["{{text}}"]
            metrics: [bleu]
            gates: [{metric: blue, min: 1}, {metric: bleu, of: total, max: 3}]

            """
        let faults = SpecFixtures.faults(text)
        #expect(faults.first == "spec.yaml:1:1: the key 'models' is missing; write models: [provider/model, …]")
        #expect(faults.contains("spec.yaml:5:18: gates[0].metric: nothing measures 'blue'; did you mean 'bleu'?"))
        #expect(faults.count == 3 && faults.last?.hasPrefix("spec.yaml:5:") == true, "\(faults)")
    }

    @Test func `a judge is told apart from a typing error`() throws {
        let faults = SpecFixtures.faults(SpecFixtures.spec(metrics: "metrics: [{judge: {model: fast}}]"))
        let line = try #require(faults.first)
        #expect(
            line.hasPrefix("spec.yaml:5:12: metrics[0]: metric 'judge' is not available in this build; remove it; "))
    }

    @Test func `no more faults than anybody reads`() {
        let keys = (0..<500).map { "k\($0): 1" }.joined(separator: "\n")
        #expect(SpecFixtures.faults(SpecFixtures.spec(also: keys)).count == FaultLog.maximumFaults)
    }

    @Test func `more variants than a report can hold are refused`() {
        let many = (0..<40).map { "m\($0)" }.joined(separator: ", ")
        let text = SpecFixtures.spec(prompts: "prompts: [\(many)]", models: "models: [\(many)]")
        #expect(SpecFixtures.faults(text) == ["spec.yaml:1:1: found 1600 variants; expected at most 1000"])
    }
}
