import Glibc

/// A deterministic random number generator: the same seed gives the same numbers on every machine and in every version.
///
/// Every random choice of the product (the order of trials, resampling, a sample of a dataset) draws from one of these,
/// and its seed is in the report. It is not fit for secrets.
///
/// ```swift
/// var generator = SeededGenerator(seed: 7).stream(named: "order")
/// let order = generator.shuffled(Array(0..<10))
/// ```
///
/// Algorithm: xoshiro256** (David Blackman and Sebastiano Vigna, *Scrambled linear pseudorandom number generators*,
/// 2021), its state filled by SplitMix64 (Guy Steele, Doug Lea and Christine Flood, *Fast splittable pseudorandom
/// number generators*, 2014). Period 2^256 − 1.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Equatable {
    /// What the state was made from; streams derive from it, not from what has been drawn since.
    public let seed: UInt64
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// A generator at the beginning of the sequence that `seed` names; all 2^64 seeds are good.
    public init(seed: UInt64) {
        self.seed = seed
        var filler = SplitMix64(state: seed)
        s0 = filler.next()
        s1 = filler.next()
        s2 = filler.next()
        s3 = filler.next()
    }

    /// The next 64 random bits.
    @inline(__always)
    public mutating func next() -> UInt64 {
        let scrambled = rotated(s1 &* 5, by: 7) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = rotated(s3, by: 45)
        return scrambled
    }

    @inline(__always)
    private func rotated(_ value: UInt64, by bits: UInt64) -> UInt64 {
        (value << bits) | (value >> (64 &- bits))
    }

    /// An independent generator for one purpose, so that drawing more for one never moves the numbers of another.
    ///
    /// - Parameter name: what the stream is for; compared by its UTF-8 bytes.
    /// - Returns: the same stream for the same seed and name, however much this generator has drawn.
    public func stream(named name: String) -> SeededGenerator {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, 64 bits
        for byte in name.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return derived(from: hash)
    }

    /// An independent generator for one numbered block of work, so that a parallel computation is the same with any
    /// number of threads.
    public func stream(_ index: Int) -> SeededGenerator {
        derived(from: UInt64(bitPattern: Int64(index)) &* 0xd1b5_4a32_d192_ed03 &+ 0x632b_e59b_d9b4_e019)
    }

    private func derived(from hash: UInt64) -> SeededGenerator {
        var first = SplitMix64(state: seed)
        var second = SplitMix64(state: hash ^ first.next())
        return SeededGenerator(seed: second.next())
    }

    /// A whole number in 0 ..< bound, each with exactly the same probability.
    ///
    /// Multiply-shift with rejection: Daniel Lemire, *Fast random integer generation in an interval*, 2019.
    /// - Parameter bound: at least 1; anything less gives 0.
    @inline(__always)
    public mutating func below(_ bound: Int) -> Int {
        guard bound > 1 else { return 0 }
        let range = UInt64(bound)
        var product = next().multipliedFullWidth(by: range)
        if product.low < range {
            let threshold = (0 &- range) % range
            while product.low < threshold {
                product = next().multipliedFullWidth(by: range)
            }
        }
        return Int(product.high)
    }

    /// A number in 0 ..< 1, a multiple of 2^−53.
    @inline(__always)
    public mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A standard normal number, by the inverse of the distribution function: one draw a number, so streams stay
    /// aligned.
    public mutating func normal() -> Double {
        Distributions.Normal.quantile((Double(next() >> 12) + 0.5) * 0x1p-52)
    }

    /// The number of successes in `trials` independent trials, exactly binomial.
    ///
    /// Transformed rejection: Wolfgang Hörmann, *The generation of binomial random variates*, 1993 (algorithm BTRS);
    /// inversion where fewer than ten successes are expected on either side.
    /// - Parameters:
    ///   - trials: at least 0.
    ///   - probability: 0...1.
    public mutating func binomial(trials: Int, probability: Double) -> Int {
        guard trials > 0, probability > 0 else { return 0 }
        guard probability < 1 else { return trials }
        if probability > 0.5 { return trials - binomial(trials: trials, probability: 1 - probability) }
        let n = Double(trials)
        if n * probability < 10 { return fewSuccesses(trials, probability) }
        let spread = (n * probability * (1 - probability)).squareRoot()
        let b = 1.15 + 2.53 * spread
        let a = -0.0873 + 0.0248 * b + 0.01 * probability
        let mode = ((n + 1) * probability).rounded(.down)
        while true {
            let v = unit()
            let u = unit() - 0.5
            let edge = 0.5 - abs(u)
            let k = ((2 * a / edge + b) * u + n * probability + 0.5).rounded(.down)
            if edge >= 0.07, v <= 0.92 - 4.2 / b { return Int(k) }
            guard k >= 0, k <= n else { continue }
            let scaled = log(v * (2.83 + 5.1 / b) * spread / (a / (edge * edge) + b))
            let odds = (k - mode) * log(probability / (1 - probability))
            let terms =
                SpecialFunctions.logFactorial(mode) + SpecialFunctions.logFactorial(n - mode)
                - SpecialFunctions.logFactorial(k) - SpecialFunctions.logFactorial(n - k)
            if scaled <= terms + odds { return Int(k) }
        }
    }

    /// A binomial number by walking up its distribution: for few expected successes.
    private mutating func fewSuccesses(_ trials: Int, _ probability: Double) -> Int {
        let odds = probability / (1 - probability)
        let none = exp(Double(trials) * log1p(-probability))
        while true {
            var left = unit()
            var mass = none
            for count in 0...trials {
                if left < mass { return count }
                left -= mass
                mass *= Double(trials - count) / Double(count + 1) * odds
            }
        }
    }

    /// The elements in random order, each order equally likely (Fisher–Yates).
    public mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
        var result = elements
        shuffle(&result)
        return result
    }

    /// Puts the elements in random order, each order equally likely (Fisher–Yates).
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, below(last + 1))
        }
    }

    /// `count` different whole numbers of 0 ..< bound, in rising order: a random sample of positions.
    ///
    /// - Returns: all of 0 ..< bound when `count` reaches it. Linear in `bound`.
    public mutating func sample(_ count: Int, below bound: Int) -> [Int] {
        guard count > 0, bound > 0 else { return [] }
        var chosen: [Int] = []
        chosen.reserveCapacity(min(count, bound))
        for position in 0..<bound where below(bound - position) < count - chosen.count {
            chosen.append(position)
        }
        return chosen
    }
}

/// SplitMix64: turns any seed, also a poor one such as 0 or 1, into well-mixed words.
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
