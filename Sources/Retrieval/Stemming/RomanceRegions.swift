/// The regions of a word in which the stemmers of Spanish and Portuguese take endings off.
struct RomanceRegions {
    var rv: Int
    var r1: Int
    var r2: Int

    init(_ word: Letters, vowels: Set<UInt32>) {
        r1 = word.region(from: 0, vowels: vowels)
        r2 = word.region(from: r1, vowels: vowels)
        guard word.count > 1 else {
            rv = word.count
            return
        }
        if !vowels.contains(word[1]) {
            rv = word.past(true, of: vowels, from: 2)
        } else if vowels.contains(word[0]) {
            rv = word.past(false, of: vowels, from: 2)
        } else {
            rv = min(3, word.count)
        }
    }
}

extension Letters {
    /// Removes the ending if the word has it, wholly at or behind `limit`.
    /// - Returns: whether it had it.
    @discardableResult
    mutating func remove(_ suffix: String, from limit: Int) -> Bool {
        let suffix = suffix.letters
        guard ends(with: suffix, from: limit) else { return false }
        removeLast(suffix.count)
        return true
    }
}
