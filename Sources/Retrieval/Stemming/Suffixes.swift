/// A word as its letters, in lower case, while endings are taken off it.
typealias Letters = [UInt32]

extension String {
    var letters: Letters { unicodeScalars.map(\.value) }

    init(letters: Letters) {
        var scalars = String.UnicodeScalarView()
        for letter in letters { scalars.append(Unicode.Scalar(letter) ?? "\u{FFFD}") }
        self.init(scalars)
    }
}

extension Letters {
    /// Whether the word ends so, the ending wholly at or behind `limit`.
    func ends(with suffix: Letters, from limit: Int = 0) -> Bool {
        suffix.count <= count - limit && self[(count - suffix.count)...].elementsEqual(suffix)
    }

    mutating func replaceLast(_ length: Int, with letters: Letters = []) {
        removeLast(length)
        append(contentsOf: letters)
    }

    /// The end of the first letter from `start` on that is, or is not, one of `vowels`; the word's end where there is
    /// none.
    func past(_ isVowel: Bool, of vowels: Set<UInt32>, from start: Int) -> Int {
        var index = start
        while index < count {
            if vowels.contains(self[index]) == isVowel { return index + 1 }
            index += 1
        }
        return count
    }

    /// Where the region begins that follows the first consonant after a vowel, looked for from `start` on: R1 from the
    /// word's beginning, R2 from R1's.
    func region(from start: Int, vowels: Set<UInt32>) -> Int {
        past(false, of: vowels, from: past(true, of: vowels, from: start))
    }
}

/// Endings, each with what is to be done about it; the longest that a word has decides.
struct Suffixes<Action: Sendable>: Sendable {
    private let actions: [Letters: Action]
    private let longest: Int

    /// - Parameter groups: endings separated by spaces, and the action of all in the group.
    init(_ groups: [(endings: String, action: Action)]) {
        var actions: [Letters: Action] = [:]
        for group in groups {
            for ending in group.endings.split(separator: " ") { actions[String(ending).letters] = group.action }
        }
        self.actions = actions
        longest = actions.keys.map(\.count).max() ?? 0
    }

    /// The longest ending of the word that lies wholly at or behind `limit`.
    func match(_ word: Letters, from limit: Int = 0) -> (length: Int, action: Action)? {
        var length = Swift.min(longest, word.count - limit)
        while length > 0 {
            if let action = actions[Letters(word[(word.count - length)...])] { return (length, action) }
            length -= 1
        }
        return nil
    }
}
