/// The English stemmer of M. F. Porter ("An algorithm for suffix stripping", 1980) with the departures that NLTK
/// makes by default and rouge-score therefore uses: a few irregular words, "-ied", "-ies" and "-ying" of short words,
/// "-alli", "-fulli", "-logi".
///
/// Works in place on lower-case letters, as bytes where they are ASCII, else as Unicode scalars; letters beyond ASCII
/// count as consonants. A stem is never longer than its word.
enum PorterStemmer {
    private struct Rule {
        var suffix: StaticString
        var replacement: StaticString

        init(_ suffix: StaticString, _ replacement: StaticString) {
            self.suffix = suffix
            self.replacement = replacement
        }
    }

    private static let irregular: [(word: StaticString, stem: StaticString)] = [
        ("skies", "sky"), ("sky", "sky"), ("dying", "die"), ("lying", "lie"), ("tying", "tie"), ("news", "news"),
        ("innings", "inning"), ("inning", "inning"), ("outings", "outing"), ("outing", "outing"),
        ("cannings", "canning"), ("canning", "canning"), ("howe", "howe"), ("proceed", "proceed"), ("exceed", "exceed"),
        ("succeed", "succeed"),
    ]

    /// Step 2, for stems of positive measure; the first suffix that fits decides, whether its condition holds or not.
    private static let secondStep: [Rule] = [
        Rule("ational", "ate"), Rule("tional", "tion"), Rule("enci", "ence"), Rule("anci", "ance"), Rule("izer", "ize"),
        Rule("bli", "ble"), Rule("alli", "al"), Rule("entli", "ent"), Rule("eli", "e"), Rule("ousli", "ous"),
        Rule("ization", "ize"), Rule("ation", "ate"), Rule("ator", "ate"), Rule("alism", "al"), Rule("iveness", "ive"),
        Rule("fulness", "ful"), Rule("ousness", "ous"), Rule("aliti", "al"), Rule("iviti", "ive"),
        Rule("biliti", "ble"),
        Rule("fulli", "ful"),
    ]

    /// Step 3, for stems of positive measure.
    private static let thirdStep: [Rule] = [
        Rule("icate", "ic"), Rule("ative", ""), Rule("alize", "al"), Rule("iciti", "ic"), Rule("ical", "ic"),
        Rule("ful", ""), Rule("ness", ""),
    ]

    /// Step 4, for stems of measure above one.
    private static let fourthStep: [Rule] = [
        Rule("al", ""), Rule("ance", ""), Rule("ence", ""), Rule("er", ""), Rule("ic", ""), Rule("able", ""),
        Rule("ible", ""), Rule("ant", ""), Rule("ement", ""), Rule("ment", ""), Rule("ent", ""), Rule("ion", ""),
        Rule("ou", ""), Rule("ism", ""), Rule("ate", ""), Rule("iti", ""), Rule("ous", ""), Rule("ive", ""),
        Rule("ize", ""),
    ]

    /// Stems a word in place.
    /// - Returns: the length of the stem; letters behind it are left over.
    static func stem<Letter: FixedWidthInteger & UnsignedInteger>(
        _ letters: UnsafeMutablePointer<Letter>, _ length: Int
    ) -> Int {
        guard length > 2 else { return length }
        var word = Word(letters: letters, length: length)
        for (form, stem) in irregular where length == form.utf8CodeUnitCount && word.ends(with: form) {
            word.replace(form, with: stem)
            return word.length
        }
        plural(&word)
        pastAndProgressive(&word)
        finalY(&word)
        second(&word)
        for rule in thirdStep where word.ends(with: rule.suffix) {
            if word.measure(word.length - rule.suffix.utf8CodeUnitCount) > 0 {
                word.replace(rule.suffix, with: rule.replacement)
            }
            break
        }
        fourth(&word)
        finalE(&word)
        if word.ends(with: "ll"), word.measure(word.length - 1) > 1 { word.length -= 1 }
        return word.length
    }

    /// Step 1a.
    private static func plural(_ word: inout Word<some FixedWidthInteger & UnsignedInteger>) {
        if word.ends(with: "ies") {
            word.length -= word.length == 4 ? 1 : 2
        } else if word.ends(with: "sses") {
            word.length -= 2
        } else if word.ends(with: "s"), !word.ends(with: "ss") {
            word.length -= 1
        }
    }

    /// Step 1b.
    private static func pastAndProgressive(_ word: inout Word<some FixedWidthInteger & UnsignedInteger>) {
        if word.ends(with: "ied") {
            word.length -= word.length == 4 ? 1 : 2
            return
        }
        if word.ends(with: "eed") {
            if word.measure(word.length - 3) > 0 { word.length -= 1 }
            return
        }
        if word.ends(with: "ed"), word.hasVowel(word.length - 2) {
            word.length -= 2
        } else if word.ends(with: "ing"), word.hasVowel(word.length - 3) {
            word.length -= 3
        } else {
            return
        }
        if word.ends(with: "at") || word.ends(with: "bl") || word.ends(with: "iz") {
            word.append(0x65)
        } else if word.endsInDoubleConsonant {
            let last = word.letters[word.length - 1]
            if !Word.isOne(last, of: "lsz") { word.length -= 1 }
        } else if word.measure(word.length) == 1, word.endsInShortSyllable(word.length) {
            word.append(0x65)
        }
    }

    /// Step 1c: a "y" after a consonant, though not as the second letter, becomes "i".
    private static func finalY(_ word: inout Word<some FixedWidthInteger & UnsignedInteger>) {
        guard word.ends(with: "y"), word.length > 2, word.isConsonant(word.length - 2) else { return }
        word.letters[word.length - 1] = 0x69
    }

    private static func second(_ word: inout Word<some FixedWidthInteger & UnsignedInteger>) {
        // "-alli" becomes "-al", to which the step is then applied again.
        while word.ends(with: "alli"), word.measure(word.length - 4) > 0 { word.length -= 2 }
        for rule in secondStep where word.ends(with: rule.suffix) {
            if word.measure(word.length - rule.suffix.utf8CodeUnitCount) > 0 {
                word.replace(rule.suffix, with: rule.replacement)
            }
            return
        }
        // The measure is that of the word without three letters: "-logi" leaves its l there.
        if word.ends(with: "logi"), word.measure(word.length - 3) > 0 { word.length -= 1 }
    }

    private static func fourth(_ word: inout Word<some FixedWidthInteger & UnsignedInteger>) {
        for rule in fourthStep where word.ends(with: rule.suffix) {
            let rest = word.length - rule.suffix.utf8CodeUnitCount
            guard word.measure(rest) > 1 else { return }
            if word.ends(with: "ion") {
                guard Word.isOne(word.letters[rest - 1], of: "st") else { return }
            }
            word.length = rest
            return
        }
    }

    /// Step 5a.
    private static func finalE(_ word: inout Word<some FixedWidthInteger & UnsignedInteger>) {
        guard word.ends(with: "e") else { return }
        let measure = word.measure(word.length - 1)
        if measure > 1 || (measure == 1 && !word.endsInShortSyllable(word.length - 1)) { word.length -= 1 }
    }
}

/// A word being stemmed.
private struct Word<Letter: FixedWidthInteger & UnsignedInteger> {
    let letters: UnsafeMutablePointer<Letter>
    var length: Int

    @inline(__always)
    func ends(with suffix: StaticString) -> Bool {
        let count = suffix.utf8CodeUnitCount
        guard count <= length else { return false }
        let start = suffix.utf8Start
        for index in 0..<count where letters[length - count + index] != Letter(truncatingIfNeeded: start[index]) {
            return false
        }
        return true
    }

    mutating func replace(_ suffix: StaticString, with replacement: StaticString) {
        length -= suffix.utf8CodeUnitCount
        for index in 0..<replacement.utf8CodeUnitCount {
            append(Letter(truncatingIfNeeded: replacement.utf8Start[index]))
        }
    }

    mutating func append(_ letter: Letter) {
        letters[length] = letter
        length += 1
    }

    /// Whether a letter is one of some ASCII letters.
    static func isOne(_ letter: Letter, of letters: StaticString) -> Bool {
        (0..<letters.utf8CodeUnitCount).contains { Letter(truncatingIfNeeded: letters.utf8Start[$0]) == letter }
    }

    /// Whether the letter is a consonant: no vowel, and no "y" after a consonant.
    func isConsonant(_ index: Int) -> Bool {
        var isConsonant = false
        var start = index
        // A run of "y" is read from its first.
        while start > 0, letters[start] == 0x79 { start -= 1 }
        for position in start...index {
            isConsonant = Self.isConsonant(letters[position], afterConsonant: position > 0 && isConsonant)
        }
        return isConsonant
    }

    @inline(__always)
    private static func isConsonant(_ letter: Letter, afterConsonant: Bool) -> Bool {
        guard let byte = UInt8(exactly: letter) else { return true }
        return switch byte {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"): false
        case UInt8(ascii: "y"): !afterConsonant
        default: true
        }
    }

    /// How many times a vowel is followed by a consonant among the first `count` letters.
    func measure(_ count: Int) -> Int {
        var result = 0
        var wasConsonant = false
        for index in 0..<max(0, count) {
            let isConsonant = Self.isConsonant(letters[index], afterConsonant: wasConsonant)
            if isConsonant, !wasConsonant, index > 0 { result += 1 }
            wasConsonant = isConsonant
        }
        return result
    }

    func hasVowel(_ count: Int) -> Bool {
        var wasConsonant = false
        for index in 0..<count {
            wasConsonant = Self.isConsonant(letters[index], afterConsonant: wasConsonant)
            if !wasConsonant { return true }
        }
        return false
    }

    var endsInDoubleConsonant: Bool {
        length >= 2 && letters[length - 1] == letters[length - 2] && isConsonant(length - 1)
    }

    /// Consonant, vowel, consonant other than w, x, y at the end of the first `count` letters; or, a departure of
    /// NLTK's, vowel and consonant where there are two letters in all.
    func endsInShortSyllable(_ count: Int) -> Bool {
        if count == 2 { return !isConsonant(0) && isConsonant(1) }
        guard count >= 3, isConsonant(count - 3), !isConsonant(count - 2), isConsonant(count - 1) else { return false }
        let last = letters[count - 1]
        return !Self.isOne(last, of: "wxy")
    }
}
