#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A stream of pseudo-random numbers that a seed and a few words fix: the same words, the same numbers, in any order
/// of requests.
///
/// SplitMix64 (Guy Steele, Doug Lea, Christine Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014),
/// started from the hash of the words.
struct Draws: RandomNumberGenerator {
    private var state: UInt64

    /// The bare generator from this state.
    init(state: UInt64) { self.state = state }

    /// - Parameters:
    ///   - key: the hash of what the draws belong to, a model and a prompt.
    ///   - purpose: what they are for; each purpose has draws of its own.
    ///   - number: the attempt.
    init(seed: UInt64, key: UInt64, purpose: String, number: Int) {
        state = Draws.hash([purpose], from: key &+ seed &* 0xD6E8_FEB8_6659_FD93)
        state ^= UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15
        _ = next()
    }

    /// The FNV-1a hash of words and the borders between them (Glenn Fowler, Landon Curt Noll, Kiem-Phong Vo, 1991).
    static func hash(_ words: [String], from basis: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
        var hash = basis
        for var word in words {
            word.withUTF8 { bytes in
                for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            }
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        return hash
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Uniform over [0, 1), on the 2⁵³ doubles that are multiples of 2⁻⁵³.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Standard normal (George Box, Mervin Muller: A Note on the Generation of Random Normal Deviates, 1958).
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }
}
