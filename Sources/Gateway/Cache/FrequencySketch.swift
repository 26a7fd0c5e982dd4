/// How often keys were asked for of late, in a few bits a key: a count-min sketch of four rows with counters of four
/// bits, all halved from time to time, so that what was in demand long ago is forgotten.
///
/// An estimate is never below the count since the last halving (up to 15) and seldom above it.
///
/// Source: Graham Cormode and S. Muthukrishnan, *An improved data stream summary: the count-min sketch and its
/// applications*, 2005; Gil Einziger, Roy Friedman and Ben Manes, *TinyLFU: a highly efficient cache admission policy*,
/// 2017.
struct FrequencySketch {
    /// Sixteen counters a word.
    private var words: [UInt64] = []
    private let wordCount: Int
    private var additions = 0
    /// Additions after which all counters are halved.
    private let sampleSize: Int

    private static let mostWords = 1 << 20

    /// - Parameter entries: about as many keys as the cache holds; memory is 8 to 16 bytes for each, at most 8 MiB,
    ///   taken at the first addition.
    init(entries: Int) {
        let wanted = max(8, min(FrequencySketch.mostWords, entries))
        wordCount = 1 << (Int.bitWidth - (wanted - 1).leadingZeroBitCount)
        sampleSize = 10 * wordCount
    }

    /// Counts one more request for a key.
    mutating func add(_ hash: Int) {
        if words.isEmpty { words = [UInt64](repeating: 0, count: wordCount) }
        var isCounted = false
        for row in 0..<4 {
            let (word, shift) = place(hash, row)
            guard (words[word] >> shift) & 15 < 15 else { continue }
            words[word] += 1 << shift
            isCounted = true
        }
        guard isCounted else { return }
        additions += 1
        if additions >= sampleSize { halve() }
    }

    /// About how often a key was asked for, 0…15.
    func estimate(_ hash: Int) -> Int {
        guard !words.isEmpty else { return 0 }
        var least: UInt64 = 15
        for row in 0..<4 {
            let (word, shift) = place(hash, row)
            least = min(least, (words[word] >> shift) & 15)
        }
        return Int(least)
    }

    private func place(_ hash: Int, _ row: Int) -> (word: Int, shift: UInt64) {
        // SplitMix64's finaliser, begun at another place for each row.
        var mixed = UInt64(bitPattern: Int64(hash)) &+ UInt64(row + 1) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return (Int(truncatingIfNeeded: mixed >> 8) & (wordCount - 1), (mixed & 15) * 4)
    }

    private mutating func halve() {
        for index in words.indices { words[index] = (words[index] >> 1) & 0x7777_7777_7777_7777 }
        additions /= 2
    }
}
