import Experiments
import Testing

/// Faults that are found by comparing parts of a spec stand at the part, not at the document.
@Suite struct SpecPlaceTests {
    @Test(arguments: ["output", "latency_ms"])
    func `a metric that takes a column's name is refused where it stands`(name: String) {
        let faults = SpecFixtures.faults(SpecFixtures.spec(metrics: "metrics: [{exact_match: {id: \(name)}}]"))
        #expect(
            faults == [
                "spec.yaml:5:25: metrics[0].exact_match: a metric is named '\(name)', as a column of samples.csv is; "
                    + "give it another id"
            ])
    }
}
