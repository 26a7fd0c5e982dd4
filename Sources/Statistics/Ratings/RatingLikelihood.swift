import Glibc

/// How ties enter a rating.
public enum TieModel: String, Sendable, CaseIterable, Codable {
    /// Ties are left out.
    case ignore
    /// A tie is half a win for each: for graded preferences.
    case half
    /// Ties have their own parameter ν: the default for whole outcomes. Source: Roger Davidson, *On extending the
    /// Bradley–Terry model to accommodate ties in paired comparison experiments*, 1970.
    case davidson
    /// Ties are what lies within a threshold θ. Source: P. V. Rao and Lawrence Kupper, *Ties in paired-comparison
    /// experiments: a generalization of the Bradley–Terry model*, 1967.
    case raoKupper = "rao-kupper"

    var hasParameter: Bool {
        switch self {
        case .ignore, .half: false
        case .davidson, .raoKupper: true
        }
    }

    /// The records as this model reads them.
    func read(_ records: [PairRecord]) -> [PairRecord] {
        switch self {
        case .ignore:
            return records.map {
                PairRecord(first: $0.first, second: $0.second, firstWins: $0.firstWins, secondWins: $0.secondWins)
            }
        case .half:
            return records.map {
                PairRecord(
                    first: $0.first, second: $0.second, firstWins: $0.firstWins + $0.ties / 2,
                    secondWins: $0.secondWins + $0.ties / 2)
            }
        case .davidson, .raoKupper: return records
        }
    }
}

/// The log-likelihood of one pair's record as a function of the difference of strengths d and the tie parameter τ
/// (ln ν or ln θ), with its slopes and curvatures. Concave in both.
struct PairLikelihood {
    var value = 0.0
    var slopeD = 0.0
    var slopeTie = 0.0
    /// Minus the second derivatives.
    var curveDD = 0.0
    var curveDTie = 0.0
    var curveTieTie = 0.0

    @inline(__always)
    init(_ record: PairRecord, difference d: Double, tie: Double, model: TieModel) {
        switch model {
        case .ignore, .half: bradleyTerry(record, d)
        case .davidson: davidson(record, d, tie)
        case .raoKupper: raoKupper(record, d, tie)
        }
    }

    @inline(__always)
    private mutating func bradleyTerry(_ record: PairRecord, _ d: Double) {
        let n = record.firstWins + record.secondWins
        let small = exp(-abs(d))
        let p = d >= 0 ? 1 / (1 + small) : small / (1 + small)
        value = -record.firstWins * max(0, -d) - record.secondWins * max(0, d) - n * log1p(small)
        slopeD = record.firstWins - n * p
        curveDD = n * small / ((1 + small) * (1 + small))
    }

    /// Outcomes weigh e^(d/2), e^(−d/2) and ν.
    private mutating func davidson(_ record: PairRecord, _ d: Double, _ tie: Double) {
        let n = record.battles
        let top = max(abs(d) / 2, tie)
        let (a, b, c) = (exp(d / 2 - top), exp(-d / 2 - top), exp(tie - top))
        let sum = a + b + c
        let (p, q, r) = (a / sum, b / sum, c / sum)
        value = record.firstWins * d / 2 - record.secondWins * d / 2 + record.ties * tie - n * (top + log(sum))
        slopeD = (record.firstWins - record.secondWins) / 2 - n * (p - q) / 2
        slopeTie = record.ties - n * r
        curveDD = n * ((p + q) - (p - q) * (p - q)) / 4
        curveDTie = -n * r * (p - q) / 2
        curveTieTie = n * r * (1 - r)
    }

    /// First wins with σ(d − τ), second with σ(−d − τ); a tie has (e^(2τ) − 1) times their product.
    private mutating func raoKupper(_ record: PairRecord, _ d: Double, _ tie: Double) {
        let ahead = record.firstWins + record.ties
        let behind = record.secondWins + record.ties
        let (p, q) = (Self.logistic(d - tie), Self.logistic(-d - tie))
        let gap = -expm1(-2 * tie)
        value = ahead * Self.logLogistic(d - tie) + behind * Self.logLogistic(-d - tie)
        if record.ties > 0 { value += record.ties * (2 * tie + log(gap)) }
        slopeD = ahead * (1 - p) - behind * (1 - q)
        slopeTie = -ahead * (1 - p) - behind * (1 - q) + (record.ties > 0 ? record.ties * 2 / gap : 0)
        let (u, v) = (ahead * p * (1 - p), behind * q * (1 - q))
        curveDD = u + v
        curveDTie = v - u
        curveTieTie = u + v + (record.ties > 0 ? record.ties * 4 * exp(-2 * tie) / (gap * gap) : 0)
    }

    private static func logistic(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }
    private static func logLogistic(_ x: Double) -> Double { min(0, x) - log1p(exp(-abs(x))) }
}
