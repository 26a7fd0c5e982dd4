import Statistics

/// How a ranking is computed.
struct RankRules {
    /// How ties are read; nil goes by the outcomes.
    var ties: TieModel?
    var rounds = 1000
    var seed: UInt64 = 12_345
    var alpha = 0.05
    /// Whether every pair gets a few wins in both directions, so that any battles have a rating.
    var hasPrior = false
    var withElo = false

    /// Wins of the prior in each direction of every pair.
    static let priorWins = 0.1

    var level: Double { 1 - alpha }

    /// Davidson's parameter for whole outcomes with ties; half a win where there are preferences, which are fractions
    /// of a win already, or no tie from which a parameter could be learned.
    func tieModel(for files: BattleFiles) -> TieModel {
        if let ties { return ties }
        let hasTies = files.battles.contains { $0.outcome == .tie }
        return files.graded == 0 && hasTies ? .davidson : .half
    }
}
