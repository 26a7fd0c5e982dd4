import Glibc

/// The Bradley–Terry rating: strengths under which the battles are as likely as can be.
///
/// ```swift
/// let fit = try BradleyTerry.fit(players: 2, records: [PairRecord(first: 0, second: 1, firstWins: 13, secondWins:
/// 17)], ties: .half) fit.ratings   // [976.7, 1023.3]
/// ```
/// Source: Ralph Bradley and Milton Terry, *Rank analysis of incomplete block designs: the method of paired
/// comparisons*, 1952.
public enum BradleyTerry {
    /// Points of the Elo scale to one unit of log strength: 400 to a tenfold odds.
    public static let eloScale = 400 / log(10.0)

    /// A fitted rating.
    public struct Fit: Sendable, Equatable {
        /// ln strength of each player, centred: they add up to 0.
        public let logStrengths: [Double]
        /// The standard error of each log strength from the observed information, given the centring.
        public let standardErrors: [Double]
        /// Davidson's ν or Rao and Kupper's θ; nil for models without.
        public let tieParameter: Double?
        /// The log-likelihood at its maximum, without the prior.
        public let logLikelihood: Double
        /// How ties were read.
        public let ties: TieModel
        /// Pseudo-wins of the prior in each direction of every pair; 0 without.
        public let prior: Double

        /// Ratings on the Elo scale: mean 1000, 400 points to a tenfold odds.
        public var ratings: [Double] { logStrengths.map { 1000 + eloScale * $0 } }
        /// Standard errors of the ratings.
        public var ratingErrors: [Double] { standardErrors.map { eloScale * $0 } }
        /// Players from best to worst; equal ones in the order of their numbers.
        public var ranking: [Int] {
            logStrengths.indices.sorted {
                logStrengths[$0] > logStrengths[$1] || (logStrengths[$0] == logStrengths[$1] && $0 < $1)
            }
        }
    }

    /// Fits a rating by Newton's method.
    ///
    /// - Parameters:
    ///   - players: numbered 0 ..< players.
    ///   - records: of pairs; several of one pair are added. Those of players out of range are not allowed.
    ///   - ties: how ties are read.
    ///   - prior: pseudo-wins (and, with a tie parameter, pseudo-ties) that every player gets against every other; 0
    ///     for plain maximum likelihood. A small one, such as 0.1, gives every data set finite ratings.
    /// - Throws: ``NoFiniteMaximum`` where the likelihood has none: say so and print no rating.
    /// Deterministic; O(players³ + pairs) an iteration.
    public static func fit(
        players: Int, records: [PairRecord], ties: TieModel = .davidson, prior: Double = 0
    ) throws(NoFiniteMaximum) -> Fit {
        guard
            records.allSatisfy({
                $0.first >= 0 && $0.second >= 0 && $0.first < players && $0.second < players && $0.first != $0.second
                    && $0.firstWins >= 0 && $0.secondWins >= 0 && $0.ties >= 0 && $0.battles.isFinite
            })
        else { throw NoFiniteMaximum(groups: [], description: "a record has players or counts out of range") }
        let data = ties.read(records).filter { $0.battles > 0 }
        let newton = try climbed(players, data + pseudoRecords(players, prior, ties), ties, from: nil)
        let model = newton.model
        let tie = newton.parameters[newton.parameters.count - 1]
        return Fit(
            logStrengths: Array(newton.parameters[..<players]), standardErrors: newton.standardErrors(),
            tieParameter: ties.hasParameter ? (model.hasParameter ? exp(tie) : 1) : nil,
            logLikelihood: newton.value(of: data), ties: ties, prior: prior)
    }

    /// Newton's method at its maximum, begun from another fit where there is one.
    static func climbed(
        _ players: Int, _ records: [PairRecord], _ ties: TieModel, from start: Fit?
    ) throws(NoFiniteMaximum) -> RatingNewton {
        // Without a tie Rao and Kupper's threshold is 0, and so is Davidson's ν in a draw from battles that have ties:
        // the plain model.
        let isPlain = ties == .raoKupper || (ties == .davidson && start != nil)
        let model: TieModel = isPlain && records.allSatisfy { $0.ties == 0 } ? .ignore : ties
        if let obstacle = RatingMaximum(players: players, records: records).obstacle(tieParameter: model.hasParameter) {
            throw obstacle
        }
        var newton = RatingNewton(players: players, records: records, model: model)
        if let start {
            for player in 0..<players { newton.parameters[player] = start.logStrengths[player] }
            if model.hasParameter, let tie = start.tieParameter, tie > (model == .raoKupper ? 1 : 0) {
                newton.parameters[players] = log(tie)
            }
        }
        guard newton.climb() else {
            throw NoFiniteMaximum(
                groups: [], description: "the likelihood is too flat to be maximised in double precision")
        }
        return newton
    }

    static func pseudoRecords(_ players: Int, _ prior: Double, _ ties: TieModel) -> [PairRecord] {
        guard prior > 0, prior.isFinite else { return [] }
        return (0..<players).flatMap { first in
            ((first + 1)..<max(first + 1, players)).map { second in
                PairRecord(
                    first: first, second: second, firstWins: prior, secondWins: prior,
                    ties: ties.hasParameter ? prior : 0)
            }
        }
    }
}

/// Newton's method on strengths and the tie parameter, with the step halved where the likelihood would fall.
struct RatingNewton {
    let players: Int
    let records: [PairRecord]
    let model: TieModel
    /// Strengths, then the tie parameter where the model has one.
    var parameters: [Double]
    private var tie: Double { model.hasParameter ? parameters[players] : 0 }

    init(players: Int, records: [PairRecord], model: TieModel) {
        self.players = players
        self.records = records
        self.model = model
        parameters = [Double](repeating: 0, count: players + (model.hasParameter ? 1 : 0))
        if model == .raoKupper { parameters[players] = 0.5 }
    }

    /// The log-likelihood of some records at the parameters found.
    func value(of records: [PairRecord]) -> Double { value(records, parameters) }

    private func value(_ records: [PairRecord], _ parameters: [Double]) -> Double {
        let tie = model.hasParameter ? parameters[players] : 0
        return records.reduce(0) { sum, record in
            sum
                + PairLikelihood(
                    record, difference: parameters[record.first] - parameters[record.second], tie: tie, model: model
                ).value
        }
    }

    /// The slope and minus the curvature; the common shift of strengths, which changes nothing, is held by 1/k in every
    /// cell.
    private func derivatives() -> (slope: [Double], curvature: SymmetricMatrix) {
        var slope = [Double](repeating: 0, count: parameters.count)
        var curvature = SymmetricMatrix(size: parameters.count)
        for record in records {
            let (i, j) = (record.first, record.second)
            let pair = PairLikelihood(record, difference: parameters[i] - parameters[j], tie: tie, model: model)
            slope[i] += pair.slopeD
            slope[j] -= pair.slopeD
            curvature.add(pair.curveDD, i, i)
            curvature.add(pair.curveDD, j, j)
            curvature.add(-pair.curveDD, i, j)
            guard model.hasParameter else { continue }
            slope[players] += pair.slopeTie
            curvature.add(pair.curveTieTie, players, players)
            curvature.add(pair.curveDTie, i, players)
            curvature.add(-pair.curveDTie, j, players)
        }
        return (slope, curvature)
    }

    private func held(_ curvature: SymmetricMatrix, by weight: Double) -> SymmetricMatrix {
        var result = curvature
        for i in 0..<players {
            for j in 0...i { result.add(weight / Double(players), i, j) }
        }
        return result
    }

    /// The mean curvature of a strength: holds the common shift on the scale of the data.
    private func scale(_ curvature: SymmetricMatrix) -> Double {
        max(1e-9, (0..<players).reduce(0) { $0 + curvature[$1, $1] } / Double(players))
    }

    /// Climbs to the maximum; false where no step can be found.
    mutating func climb() -> Bool {
        var current = value(records, parameters)
        let battles = records.reduce(0) { $0 + $1.battles }
        for _ in 0..<200 {
            let (slope, curvature) = derivatives()
            let steepest = slope.reduce(0) { max($0, abs($1)) }
            if steepest <= 1e-12 * max(1, battles) { return centre() }
            guard let step = held(curvature, by: scale(curvature)).solve(slope) else { return false }
            var share = 1.0
            while true {
                let next = zip(parameters, step).map { $0 + share * $1 }
                let reached = model == .raoKupper && next[players] <= 0 ? -Double.infinity : value(records, next)
                if reached >= current - 1e-12 * abs(current) {
                    let moved = zip(parameters, next).contains { abs($0 - $1) > 1e-15 * max(1, abs($0)) }
                    parameters = next
                    current = reached
                    if !moved { return centre() }
                    break
                }
                share /= 2
                if share < 1e-10 { return centre() }
            }
        }
        return centre()
    }

    private mutating func centre() -> Bool {
        let mean = parameters[..<players].reduce(0, +) / Double(players)
        for player in 0..<players { parameters[player] -= mean }
        return parameters.allSatisfy(\.isFinite)
    }

    /// Of the centred strengths: the inverse of the curvature outside of the common shift.
    func standardErrors() -> [Double] {
        let curvature = derivatives().curvature
        let weight = scale(curvature)
        guard let inverse = held(curvature, by: weight).inverse() else {
            return [Double](repeating: .infinity, count: players)
        }
        let shift = 1 / (weight * Double(players))
        return (0..<players).map { max(0, inverse[$0, $0] - shift).squareRoot() }
    }
}
