import Glibc

/// The Elo rating, updated battle by battle. It depends on the order of the battles: for a live feed, not for a report.
///
/// Source: Arpad Elo, *The rating of chessplayers, past and present*, 1978.
public struct OnlineElo: Sendable, Equatable {
    /// Each player's present rating.
    public private(set) var ratings: [Double]
    /// The most points that a battle moves.
    public let step: Double
    /// Points of difference that make a tenfold odds.
    public let scale: Double

    /// - Parameters:
    ///   - players: numbered 0 ..< players.
    ///   - start: everybody's first rating.
    ///   - step: the most points that a battle moves (K).
    ///   - scale: points of difference that make a tenfold odds.
    public init(players: Int, start: Double = 1000, step: Double = 4, scale: Double = 400) {
        ratings = [Double](repeating: start, count: max(0, players))
        self.step = step
        self.scale = scale
    }

    /// The share of the win that the first player is expected to get; nil for a player out of range.
    public func expectedScore(of first: Int, against second: Int) -> Double? {
        guard ratings.indices.contains(first), ratings.indices.contains(second) else { return nil }
        return 1 / (1 + pow(10, (ratings[second] - ratings[first]) / scale))
    }

    /// Moves both players' ratings; a battle of players out of range or of one with itself changes nothing.
    ///
    /// - Parameter score: what the first player got, 0...1.
    public mutating func record(_ first: Int, _ second: Int, score: Double) {
        guard first != second, let expected = expectedScore(of: first, against: second) else { return }
        let change = step * (score - expected)
        ratings[first] += change
        ratings[second] -= change
    }
}
