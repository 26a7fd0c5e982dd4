import Glibc

/// A Bradley–Terry rating with covariates of style (length, lists, headings …): strengths at equal style.
///
/// The log odds of a battle are θ₁ − θ₂ + Σ βₖ xₖ, where x is the difference of the two outputs' standardised features.
/// Ties count half a win for each. A fixed ridge on β keeps the rating finite wherever the plain one is.
public struct StyleControl: Sendable, Equatable {
    /// ln strength of each player at equal style, centred.
    public let logStrengths: [Double]
    /// The weight of each feature, in standard deviations of its difference, with its interval.
    public let weights: [Interval]
    /// The penalty on each weight: ½·ridge·weight².
    public let ridge: Double

    /// Ratings on the Elo scale, mean 1000.
    public var ratings: [Double] { logStrengths.map { 1000 + BradleyTerry.eloScale * $0 } }

    /// Fits by Newton's method.
    ///
    /// - Parameters:
    ///   - battles: those of a player with itself are left out.
    ///   - players: numbered 0 ..< players.
    ///   - features: for each battle the first output's features minus the second's, in one order, finite; none that is
    ///     always 0.
    ///   - ridge: more than 0.
    /// - Throws: ``NoFiniteMaximum`` where the rating has none, or features are missing.
    public static func fit(
        _ battles: [Battle], players: Int, features: [[Double]], ridge: Double = 1, level: Double = 0.95
    ) throws(NoFiniteMaximum) -> StyleControl {
        guard battles.count == features.count, let width = features.first?.count, ridge > 0,
            features.allSatisfy({ $0.count == width && $0.allSatisfy(\.isFinite) }),
            battles.allSatisfy({ (0..<players).contains($0.first) && (0..<players).contains($0.second) })
        else {
            throw NoFiniteMaximum(groups: [], description: "each battle needs players in range and the same features")
        }
        let kept = battles.indices.filter { battles[$0].first != battles[$0].second }
        let records = kept.map { index -> PairRecord in
            let battle = battles[index]
            return PairRecord(
                first: battle.first, second: battle.second, firstWins: battle.score, secondWins: 1 - battle.score)
        }
        if let obstacle = RatingMaximum(players: players, records: records).obstacle(tieParameter: false) {
            throw obstacle
        }
        let scales = (0..<width).map { column -> Double in
            let squares = kept.reduce(0) { $0 + features[$1][column] * features[$1][column] }
            return squares > 0 ? (squares / Double(kept.count)).squareRoot() : 1
        }
        let scaled = kept.map { index in zip(features[index], scales).map { $0 / $1 } }
        var newton = StyleNewton(players: players, records: records, features: scaled, width: width, ridge: ridge)
        guard newton.climb(), let errors = newton.weightErrors() else {
            throw NoFiniteMaximum(
                groups: [], description: "the likelihood is too flat to be maximised in double precision")
        }
        let weights = (0..<width).map { column in
            Interval.t(
                estimate: newton.parameters[players + column], standardError: errors[column],
                degreesOfFreedom: .infinity,
                level: level, method: "style-controlled Bradley-Terry")
                ?? Interval(
                    estimate: 0, low: 0, high: 0, level: level, method: "feature that never differs", approximate: true)
        }
        return StyleControl(
            logStrengths: Array(newton.parameters[..<players]), weights: weights, ridge: ridge)
    }
}

/// Newton's method on strengths and feature weights.
private struct StyleNewton {
    let players: Int
    let records: [PairRecord]
    let features: [[Double]]
    let width: Int
    let ridge: Double
    var parameters: [Double]

    init(players: Int, records: [PairRecord], features: [[Double]], width: Int, ridge: Double) {
        self.players = players
        self.records = records
        self.features = features
        self.width = width
        self.ridge = ridge
        parameters = [Double](repeating: 0, count: players + width)
    }

    private func logit(_ row: Int, _ parameters: [Double]) -> Double {
        var sum = parameters[records[row].first] - parameters[records[row].second]
        for column in 0..<width { sum += parameters[players + column] * features[row][column] }
        return sum
    }

    private func value(_ parameters: [Double]) -> Double {
        let fit = records.indices.reduce(0) { sum, row in
            sum + PairLikelihood(records[row], difference: logit(row, parameters), tie: 0, model: .half).value
        }
        return fit - parameters[players...].reduce(0) { $0 + ridge * $1 * $1 / 2 }
    }

    private func derivatives() -> (slope: [Double], curvature: SymmetricMatrix) {
        var slope = [Double](repeating: 0, count: parameters.count)
        var curvature = SymmetricMatrix(size: parameters.count)
        for column in players..<parameters.count {
            slope[column] = -ridge * parameters[column]
            curvature[column, column] = ridge
        }
        for row in records.indices {
            let (i, j) = (records[row].first, records[row].second)
            let pair = PairLikelihood(records[row], difference: logit(row, parameters), tie: 0, model: .half)
            slope[i] += pair.slopeD
            slope[j] -= pair.slopeD
            curvature.add(pair.curveDD, i, i)
            curvature.add(pair.curveDD, j, j)
            curvature.add(-pair.curveDD, i, j)
            for a in 0..<width {
                let x = features[row][a]
                slope[players + a] += pair.slopeD * x
                curvature.add(pair.curveDD * x, i, players + a)
                curvature.add(-pair.curveDD * x, j, players + a)
                for b in 0...a { curvature.add(pair.curveDD * x * features[row][b], players + a, players + b) }
            }
        }
        // the common shift of strengths changes nothing: hold it
        let weight = max(1e-9, (0..<players).reduce(0) { $0 + curvature[$1, $1] } / Double(players)) / Double(players)
        for i in 0..<players {
            for j in 0...i { curvature.add(weight, i, j) }
        }
        return (slope, curvature)
    }

    mutating func climb() -> Bool {
        var current = value(parameters)
        for _ in 0..<100 {
            let (slope, curvature) = derivatives()
            guard let step = curvature.solve(slope) else { return false }
            var share = 1.0
            while share > 1e-9 {
                let next = zip(parameters, step).map { $0 + share * $1 }
                let reached = value(next)
                if reached >= current - 1e-13 * abs(current) {
                    let moved = zip(parameters, next).map { abs($0 - $1) }.max() ?? 0
                    parameters = next
                    current = reached
                    if moved < 1e-12 { return centre() }
                    break
                }
                share /= 2
            }
        }
        return centre()
    }

    private mutating func centre() -> Bool {
        let mean = parameters[..<players].reduce(0, +) / Double(players)
        for player in 0..<players { parameters[player] -= mean }
        return parameters.allSatisfy(\.isFinite)
    }

    func weightErrors() -> [Double]? {
        derivatives().curvature.inverse().map { inverse in
            (players..<(players + width)).map { max(0, inverse[$0, $0]).squareRoot() }
        }
    }
}
