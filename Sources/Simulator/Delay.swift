#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A length of time that may vary from draw to draw. All parameters are milliseconds, but for `sigma`, which has no
/// unit.
public enum Delay: Sendable, Hashable {
    case constant(Double)
    case uniform(min: Double, max: Double)
    case exponential(mean: Double)
    /// Normal, with draws below zero taken as zero.
    case normal(mean: Double, sd: Double)
    /// The logarithm is normal around log(`median`) with standard deviation `sigma`.
    case lognormal(median: Double, sigma: Double)

    /// The longest delay a script may ask for and a draw may give: an hour, in milliseconds.
    public static let longest: Double = 3_600_000

    /// One draw in milliseconds, from 0 to `longest`.
    func milliseconds(_ draws: inout Draws) -> Double {
        let value =
            switch self {
            case .constant(let value): value
            case .uniform(let min, let max): min + (max - min) * draws.uniform()
            case .exponential(let mean): -mean * log(1 - draws.uniform())
            case .normal(let mean, let sd): mean + sd * draws.normal()
            case .lognormal(let median, let sigma): median * exp(sigma * draws.normal())
            }
        return value > 0 ? min(value, Delay.longest) : 0
    }

    /// The parameters of each distribution by the name it has in a script, sorted.
    static let distributions: [(name: String, keys: [String], make: @Sendable ([Double]) -> Delay)] = [
        ("constant", ["value"], { .constant($0[0]) }),
        ("exponential", ["mean"], { .exponential(mean: $0[0]) }),
        ("lognormal", ["median", "sigma"], { .lognormal(median: $0[0], sigma: $0[1]) }),
        ("normal", ["mean", "sd"], { .normal(mean: $0[0], sd: $0[1]) }),
        ("uniform", ["min", "max"], { .uniform(min: $0[0], max: $0[1]) }),
    ]
}
