/// The English stemmer of the Snowball project, also known as Porter2.
///
/// Source: Martin Porter and Richard Boulton, "The English (Porter2) stemming algorithm", snowballstem.org, in its form
/// of Snowball 3.1.
enum EnglishStemmer {
    private static let vowels = Set("aeiouy".letters)
    private static let marked = "Y".letters[0]
    private static let plain = "y".letters[0]
    private static let doubles: Set<Letters> = Set("bb dd ff gg mm nn pp rr tt".split(separator: " ").map {
        String($0).letters
    })
    private static let beforeLi = Set("cdeghkmnrt".letters)
    /// Words that keep this beginning whole, however R1 would fall.
    private static let beginnings = [
        "gener", "commun", "arsen", "past", "univers", "later", "emerg", "organ", "inter",
    ].map(\.letters)
    private static let exceptions: [Letters: String] = Dictionary(
        uniqueKeysWithValues: [
            ("skies", "sky"), ("skis", "ski"), ("idly", "idl"), ("gently", "gentl"), ("ugly", "ugli"),
            ("early", "earli"), ("only", "onli"), ("singly", "singl"), ("sky", "sky"), ("news", "news"),
            ("howe", "howe"), ("atlas", "atlas"), ("cosmos", "cosmos"), ("bias", "bias"), ("andes", "andes"),
        ].map { ($0.0.letters, $0.1) })
    private static let unstemmedIng: Set<Letters> = Set(["inn", "out", "cann", "herr", "earr", "even"].map(\.letters))
    private static let unstemmedEed: Set<Letters> = Set(["succ", "proc", "exc"].map(\.letters))

    static func stem(_ text: String) -> String {
        var word = text.letters
        if let stem = exceptions[word] { return stem }
        guard word.count > 2 else { return text }
        if word[0] == 0x27 { word.removeFirst() }
        for index in word.indices where word[index] == plain {
            if index == 0 || vowels.contains(word[index - 1]) { word[index] = marked }
        }
        let beginning = beginnings.first { word.starts(with: $0) }
        let first = beginning?.count ?? word.region(from: 0, vowels: vowels)
        let second = word.region(from: first, vowels: vowels)
        possessive(&word)
        plural(&word)
        pastAndProgressive(&word, first)
        if word.count > 2, word.last == plain || word.last == marked, !vowels.contains(word[word.count - 2]) {
            word[word.count - 1] = 0x69
        }
        apply(secondStep, to: &word, first, second)
        apply(thirdStep, to: &word, first, second)
        fourth(&word, second)
        last(&word, first, second)
        return String(letters: word.map { $0 == marked ? plain : $0 })
    }

    /// Step 0.
    private static func possessive(_ word: inout Letters) {
        if let match = possessives.match(word) { word.removeLast(match.length) }
    }

    private static let possessives = Suffixes<Void>([("' 's 's'", ())])

    private enum Plural { case sses, ies, s, kept }

    private static let plurals = Suffixes<Plural>([
        ("sses", .sses), ("ied ies", .ies), ("s", .s), ("us ss", .kept),
    ])

    /// Step 1a.
    private static func plural(_ word: inout Letters) {
        switch plurals.match(word)?.action {
        case .sses: word.removeLast(2)
        case .ies: word.removeLast(word.count > 4 ? 2 : 1)
        case .s: if word.dropLast(2).contains(where: vowels.contains) { word.removeLast() }
        case .kept, nil: break
        }
    }

    private enum Verbal { case eed, ed, ing }

    private static let verbals = Suffixes<Verbal>([("eed eedly", .eed), ("ed edly ingly", .ed), ("ing", .ing)])

    /// Step 1b.
    private static func pastAndProgressive(_ word: inout Letters, _ first: Int) {
        guard let match = verbals.match(word) else { return }
        let rest = Letters(word.dropLast(match.length))
        switch match.action {
        case .eed:
            if rest.count >= first, !unstemmedEed.contains(rest) { word = rest + "ee".letters }
            return
        case .ing:
            if rest.count == 2, rest[1] == plain, !vowels.contains(rest[0]) {
                word = [rest[0]] + "ie".letters
                return
            }
            if unstemmedIng.contains(rest) { return }
        case .ed: break
        }
        guard rest.contains(where: vowels.contains) else { return }
        word = rest
        if truncated.match(word) != nil {
            word.append(0x65)
        } else if doubles.contains(Letters(word.suffix(2))) {
            if word.count != 3 || !"aeo".letters.contains(word[0]) { word.removeLast() }
        } else if word.count <= first, endsInShortSyllable(word[...]) {
            word.append(0x65)
        }
    }

    private static let truncated = Suffixes<Void>([("at bl iz", ())])
    private static let past = "past".letters

    private static func endsInShortSyllable(_ word: ArraySlice<UInt32>) -> Bool {
        let letters = Letters(word.suffix(4))
        if letters == past { return true }
        guard letters.count >= 2, !vowels.contains(letters[letters.count - 1]),
            vowels.contains(letters[letters.count - 2])
        else { return false }
        if word.count == 2 { return true }
        return !vowels.contains(letters[letters.count - 3])
            && !["w", "x", "Y"].contains(String(letters: [letters[letters.count - 1]]))
    }

    private enum Ending { case to(String), ogi, li, ative }

    private static let secondStep = Suffixes<Ending>([
        ("tional", .to("tion")), ("enci", .to("ence")), ("anci", .to("ance")), ("abli", .to("able")),
        ("entli", .to("ent")), ("izer ization", .to("ize")), ("ational ation ator", .to("ate")),
        ("alism aliti alli", .to("al")), ("fulness fulli", .to("ful")), ("ousli ousness", .to("ous")),
        ("iveness iviti", .to("ive")), ("biliti bli", .to("ble")), ("ogist", .to("og")), ("ogi", .ogi),
        ("lessli", .to("less")), ("li", .li),
    ])

    private static let thirdStep = Suffixes<Ending>([
        ("tional", .to("tion")), ("ational", .to("ate")), ("alize", .to("al")), ("icate iciti ical", .to("ic")),
        ("ful ness", .to("")), ("ative", .ative),
    ])

    /// Steps 2 and 3.
    private static func apply(_ step: Suffixes<Ending>, to word: inout Letters, _ first: Int, _ second: Int) {
        guard let match = step.match(word) else { return }
        let start = word.count - match.length
        guard start >= first else { return }
        switch match.action {
        case .to(let ending): word.replaceLast(match.length, with: ending.letters)
        case .ogi: if start > 0, word[start - 1] == 0x6C { word.removeLast() }
        case .li: if start > 0, beforeLi.contains(word[start - 1]) { word.removeLast(2) }
        case .ative: if start >= second { word.removeLast(match.length) }
        }
    }

    private static let fourthStep = Suffixes<Bool>([
        ("al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize", false), ("ion", true),
    ])

    private static func fourth(_ word: inout Letters, _ second: Int) {
        guard let match = fourthStep.match(word), word.count - match.length >= second else { return }
        let isIon = match.action
        if isIon, let before = word.dropLast(3).last, before != 0x73, before != 0x74 { return }
        if isIon, word.count == 3 { return }
        word.removeLast(match.length)
    }

    /// Step 5.
    private static func last(_ word: inout Letters, _ first: Int, _ second: Int) {
        guard let final = word.last else { return }
        let start = word.count - 1
        if final == 0x65 {
            let isShort = endsInShortSyllable(word.dropLast())
            if start >= second || (start >= first && !isShort) { word.removeLast() }
        } else if final == 0x6C, start >= second, word.dropLast().last == 0x6C {
            word.removeLast()
        }
    }
}
