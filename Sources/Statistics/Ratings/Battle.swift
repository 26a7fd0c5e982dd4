/// Two contestants' outputs for one question, and the verdict.
public struct Battle: Sendable, Equatable {
    /// The verdict as the share of the win that the first contestant gets, or a tie.
    public enum Outcome: Sendable, Equatable {
        /// The first is better.
        case first
        /// The second is better.
        case second
        /// Neither is.
        case tie
        /// A graded preference: 0...1 of a win for the first, the rest for the second.
        case share(Double)
    }

    /// The question, any number; battles over one question are resampled together.
    public let question: Int
    /// Position of the first contestant among the players.
    public let first: Int
    /// Position of the second contestant.
    public let second: Int
    /// The verdict.
    public let outcome: Outcome

    /// A verdict on the outputs of two contestants for one question.
    public init(question: Int, first: Int, second: Int, outcome: Outcome) {
        self.question = question
        self.first = first
        self.second = second
        self.outcome = outcome
    }

    /// Wins of the first and of the second, and ties: together 1.
    var counts: SIMD4<Double> {
        switch outcome {
        case .first: SIMD4(1, 0, 0, 0)
        case .second: SIMD4(0, 1, 0, 0)
        case .tie: SIMD4(0, 0, 1, 0)
        case .share(let share): SIMD4(share, 1 - share, 0, 0)
        }
    }

    /// What the first contestant scored: 1, 0, ½ for a tie, or its share.
    public var score: Double {
        switch outcome {
        case .first: 1
        case .second: 0
        case .tie: 0.5
        case .share(let share): share
        }
    }
}

/// All battles of two players, added up.
public struct PairRecord: Sendable, Equatable {
    /// One player.
    public var first: Int
    /// The other.
    public var second: Int
    /// Battles the first won; may be a fraction.
    public var firstWins: Double
    /// Battles the second won.
    public var secondWins: Double
    /// Battles neither won.
    public var ties: Double

    /// The record of a pair; counts of at least 0.
    public init(first: Int, second: Int, firstWins: Double, secondWins: Double, ties: Double = 0) {
        self.first = first
        self.second = second
        self.firstWins = firstWins
        self.secondWins = secondWins
        self.ties = ties
    }

    var battles: Double { firstWins + secondWins + ties }
}

/// Battles by question, ready to be fitted and resampled.
public struct BattleTable: Sendable {
    /// How many players; they are numbered 0 ..< players.
    public let players: Int
    /// How many questions.
    public let questions: Int
    /// How many battles count.
    public let count: Int
    /// Battles left out because a player met itself.
    public let selfBattles: Int
    /// The two players of each pair that met.
    private let pairs: [(Int, Int)]
    /// For each battle, in the order of questions: its pair and its counts seen from the pair's first player.
    private let slots: [Int32]
    private let counts: [SIMD4<Double>]
    /// Where each question's battles begin; one more entry than questions.
    private let starts: [Int]

    /// Sorts battles by question.
    ///
    /// - Parameters:
    ///   - battles: in any order; those of a player with itself are left out and counted.
    ///   - players: how many there are.
    /// - Throws: ``StatisticsError`` for a player out of range or a share outside 0...1.
    public init(_ battles: [Battle], players: Int) throws(StatisticsError) {
        try Self.check(battles, players)
        let kept = battles.filter { $0.first != $0.second }
        let order = ClusterIndex(kept.map(\.question))
        var sizes = [Int](repeating: 0, count: order.count)
        for question in order.positions { sizes[question] += 1 }
        var starts = [0]
        for size in sizes { starts.append((starts.last ?? 0) + size) }
        var numbers: [Int: Int] = [:]
        var pairs: [(Int, Int)] = []
        var slots = [Int32](repeating: 0, count: kept.count)
        var counts = [SIMD4<Double>](repeating: .zero, count: kept.count)
        var next = starts
        for (battle, question) in zip(kept, order.positions) {
            let (low, high) = (min(battle.first, battle.second), max(battle.first, battle.second))
            let key = low * players + high
            let pair = numbers[key] ?? pairs.count
            if pair == pairs.count {
                numbers[key] = pair
                pairs.append((low, high))
            }
            let seen = battle.counts
            slots[next[question]] = Int32(truncatingIfNeeded: pair)
            counts[next[question]] = battle.first == low ? seen : SIMD4(seen[1], seen[0], seen[2], 0)
            next[question] += 1
        }
        self.players = players
        questions = order.count
        count = kept.count
        selfBattles = battles.count - kept.count
        self.pairs = pairs
        self.slots = slots
        self.counts = counts
        self.starts = starts
    }

    private static func check(_ battles: [Battle], _ players: Int) throws(StatisticsError) {
        for (row, battle) in battles.enumerated() {
            guard battle.first >= 0, battle.second >= 0, battle.first < players, battle.second < players else {
                throw .badRow(
                    row: row, reason: "players \(battle.first) and \(battle.second) are not both below \(players)")
            }
            if case .share(let share) = battle.outcome, !(0...1).contains(share) {
                throw .badRow(row: row, reason: "a preference of \(share) is not within 0 and 1")
            }
        }
    }

    /// The record of every pair that met.
    public var records: [PairRecord] {
        var sums = [SIMD4<Double>](repeating: .zero, count: pairs.count)
        for (slot, value) in zip(slots, counts) { sums[Int(slot)] += value }
        return records(sums)
    }

    /// The records of as many questions drawn with replacement.
    func resampledRecords(_ generator: inout SeededGenerator) -> [PairRecord] {
        var sums = [SIMD4<Double>](repeating: .zero, count: pairs.count)
        sums.withUnsafeMutableBufferPointer { sums in
            slots.withUnsafeBufferPointer { slots in
                counts.withUnsafeBufferPointer { counts in
                    for _ in 0..<questions {
                        let question = generator.below(questions)
                        for battle in starts[question]..<starts[question + 1] {
                            sums[Int(slots[battle])] += counts[battle]
                        }
                    }
                }
            }
        }
        return records(sums)
    }

    private func records(_ sums: [SIMD4<Double>]) -> [PairRecord] {
        zip(pairs, sums).map { pair, sum in
            PairRecord(first: pair.0, second: pair.1, firstWins: sum[0], secondWins: sum[1], ties: sum[2])
        }
    }
}
