import Testing

@testable import Statistics

/// Simulations with a known truth: levels are kept, stated power is reached, intervals cover. `scripts/honesty` runs them
/// at ten times the size.
@Suite struct HonestyTests {
    @Test(arguments: NullSimulations.all + PowerSimulations.all + CoverageSimulations.all)
    func `what is claimed holds`(simulation: Simulation) throws {
        let finding = try simulation.finding()
        if Simulation.isFull { print(finding.line) }
        #expect(finding.holds, "\(finding.line)")
    }

    @Test func `where samples stand in clusters the plain interval does not cover`() {
        var generator = SeededGenerator(seed: 6)
        let clusters = (0..<300).map { $0 / 10 }
        let covered = (0..<500).count { _ in
            let values = Draw.clustered(clusters, &generator)
            return Interval.mean(values)?.contains(0) == true
        }
        #expect(Double(covered) / 500 < 0.75, "\(covered)")
    }
}
