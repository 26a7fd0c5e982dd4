/// Why a rating has no finite maximum of the likelihood: then no number would be honest.
public struct NoFiniteMaximum: Sendable, Equatable, Error, CustomStringConvertible {
    /// The players apart from the rest: each group's strength against the others is without bound or unknown.
    public let groups: [[Int]]
    /// The sentence around the list of groups; the sentence itself where there are none.
    private let before: String
    private let after: String

    init(groups: [[Int]] = [], description before: String, after: String = "") {
        self.groups = groups
        self.before = before
        self.after = after
    }

    /// What is wrong, in words, players by number.
    public var description: String { words { String($0) } }

    /// What is wrong, in words.
    ///
    /// - Parameter name: the name of a player by number.
    public func words(naming name: (Int) -> String) -> String {
        let lists = groups.prefix(4).map { group in
            group.prefix(8).map(name).joined(separator: ", ") + (group.count > 8 ? ", …" : "")
        }
        return before + lists.joined(separator: " | ") + (groups.count > 4 ? " | …" : "") + after
    }
}

/// Whether the likelihood of a rating model has a finite maximum.
///
/// Without ties in the model that is so exactly where every way to part the players in two has a win across in both
/// directions: where the graph of "has beaten" is strongly connected. With a parameter for ties there must be a tie,
/// and no assignment of strengths may explain every win by a distance above, and every tie by one below a common
/// threshold.
///
/// Source: Lester Ford, *Solution of a ranking problem from binary comparisons*, 1957; the second condition by the
/// directions of recession of the log-likelihoods of Davidson and of Rao and Kupper.
struct RatingMaximum {
    let players: Int
    let records: [PairRecord]

    /// nil where there is a finite maximum. `tieParameter`: whether the model has one.
    func obstacle(tieParameter: Bool) -> NoFiniteMaximum? {
        guard players > 1 else {
            return NoFiniteMaximum(groups: [], description: "a rating needs at least two players")
        }
        var beats = [[Int]](repeating: [], count: players)
        for record in records {
            if record.firstWins > 0 || record.ties > 0 { beats[record.first].append(record.second) }
            if record.secondWins > 0 || record.ties > 0 { beats[record.second].append(record.first) }
        }
        if let apart = disconnected(beats) { return apart }
        if let unbounded = oneSided(beats) { return unbounded }
        guard tieParameter else { return nil }
        if records.allSatisfy({ $0.ties == 0 }) {
            return NoFiniteMaximum(
                groups: [], description: "no battle was a tie, so how likely ties are cannot be estimated")
        }
        if thresholdExplainsAll() {
            return NoFiniteMaximum(
                groups: [],
                description: "wins and ties can be told apart without error, so strengths grow without bound")
        }
        return nil
    }

    private func disconnected(_ beats: [[Int]]) -> NoFiniteMaximum? {
        var either = beats
        for (player, beaten) in beats.enumerated() {
            for other in beaten { either[other].append(player) }
        }
        var group = [Int](repeating: -1, count: players)
        var groups: [[Int]] = []
        for player in 0..<players where group[player] < 0 {
            let found = reached(from: player, either).sorted()
            for member in found { group[member] = groups.count }
            groups.append(found)
        }
        guard groups.count > 1 else { return nil }
        return NoFiniteMaximum(
            groups: groups, description: "the players fall into \(groups.count) groups that never met: ")
    }

    /// Strong connection, by reach from one player forwards and backwards.
    private func oneSided(_ beats: [[Int]]) -> NoFiniteMaximum? {
        let below = reached(from: 0, beats)
        if below.count < players {
            let rest = (0..<players).filter { !below.contains($0) }
            return NoFiniteMaximum(groups: [rest], description: "nobody else has ever beaten or tied with ")
        }
        var beatenBy = [[Int]](repeating: [], count: players)
        for (player, beaten) in beats.enumerated() {
            for other in beaten { beatenBy[other].append(player) }
        }
        let above = reached(from: 0, beatenBy)
        guard above.count < players else { return nil }
        let rest = (0..<players).filter { !above.contains($0) }
        return NoFiniteMaximum(groups: [rest], description: "", after: " never beat or tied with anybody else")
    }

    private func reached(from start: Int, _ edges: [[Int]]) -> Set<Int> {
        var seen: Set = [start]
        var open = [start]
        while let player = open.popLast() {
            for next in edges[player] where seen.insert(next).inserted { open.append(next) }
        }
        return seen
    }

    /// Whether strengths x exist with xᵢ − xⱼ ≥ 1 for every win of i over j and |xᵢ − xⱼ| ≤ 1 for every tie: a system
    /// of difference constraints, solvable exactly where relaxing it settles (Bellman and Ford).
    private func thresholdExplainsAll() -> Bool {
        var edges: [(from: Int, to: Int, weight: Int)] = []
        for record in records {
            if record.firstWins > 0 { edges.append((record.first, record.second, -1)) }
            if record.secondWins > 0 { edges.append((record.second, record.first, -1)) }
            if record.ties > 0 {
                edges.append((record.first, record.second, 1))
                edges.append((record.second, record.first, 1))
            }
        }
        var strength = [Int](repeating: 0, count: players)
        for _ in 0...players {
            var changed = false
            for edge in edges where strength[edge.from] + edge.weight < strength[edge.to] {
                strength[edge.to] = strength[edge.from] + edge.weight
                changed = true
            }
            if !changed { return true }
        }
        return false
    }
}
