@testable import Statistics

/// Known effects: found as often as the power stated before the run says.
enum PowerSimulations {
    static let all: [Simulation] =
        [(0.2, 100), (0.4, 50), (0.3, 90)].map(pairedT) + [(0.1, 0.25, 200), (0.15, 0.3, 120)].map(mcNemar)
        + [(0.5, 0.65, 170)].map(twoProportions) + detectable

    private static func pairedT(effect: Double, n: Int) -> Simulation {
        let stated = Power.PairedT().power(effect: effect, n: Double(n)) ?? 0
        return Simulation("power of the paired t, d_z = \(effect), n = \(n)", .power(stated)) { generator in
            (PairedT.run(differences: Draw.normals(n, shift: effect, &generator)).pValue ?? 1) <= 0.05
        }
    }

    private static func mcNemar(difference: Double, discordance: Double, n: Int) -> Simulation {
        let stated = Power.McNemar().power(difference: difference, discordance: discordance, n: Double(n)) ?? 0
        let (won, lost) = ((discordance + difference) / 2, (discordance - difference) / 2)
        let title = "power of McNemar, Δ = \(difference), \(discordance) in dispute, n = \(n)"
        return Simulation(title, .power(stated, within: 0.02)) { generator in
            (McNemarMidP.run(Draw.disputes(n, won: won, lost: lost, &generator)).pValue ?? 1) <= 0.05
        }
    }

    private static func twoProportions(_ first: Double, _ second: Double, _ n: Int) -> Simulation {
        let stated = Power.TwoProportions().power(first, second, n: Double(n)) ?? 0
        let title = "power of two proportions, \(first) and \(second), n = \(n) each"
        return Simulation(title, .power(stated, within: 0.02)) { generator in
            let (a, b) = (Draw.successes(n, first, &generator), Draw.successes(n, second, &generator))
            return (TwoProportionZ.run(successes: (a, b), of: (n, n)).pValue ?? 1) <= 0.05
        }
    }

    /// The minimum detectable effect, in the score's unit, is found in 80 %.
    private static let detectable: [Simulation] = [40, 400].map { n in
        let difference = Power.detectableDifference(n: n, deviation: 0.3) ?? 0
        return Simulation("power at the minimum detectable difference, n = \(n)", .power(0.8)) { generator in
            let differences = (0..<n).map { _ in difference + 0.3 * generator.normal() }
            return (PairedT.run(differences: differences).pValue ?? 1) <= 0.05
        }
    }
}
