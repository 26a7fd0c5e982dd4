/// Cuts text into sentences: English and Portuguese by their abbreviations, Chinese and Japanese by their full stops,
/// other languages as well as punctuation allows.
enum Sentences {
    /// The sentences in order, runs of white space made one space.
    /// - Parameter limit: stops after this many.
    static func split(_ text: String, limit: Int = .max) -> [String] {
        var sentences: [String] = []
        var splitter = SentenceSplitter(Array(text.unicodeScalars))
        while sentences.count < limit, let range = splitter.next() {
            let sentence = collapsed(splitter.scalars[range])
            if !sentence.isEmpty { sentences.append(sentence) }
        }
        return sentences
    }

    private static func collapsed(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var out = String.UnicodeScalarView()
        var spaceIsDue = false
        for scalar in scalars {
            if scalar.properties.isWhitespace {
                spaceIsDue = !out.isEmpty
            } else {
                if spaceIsDue { out.append(" ") }
                spaceIsDue = false
                out.append(scalar)
            }
        }
        return String(out)
    }
}

private struct SentenceSplitter {
    let scalars: [Unicode.Scalar]
    private var start = 0

    init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

    /// The next sentence's range, white space around it included; nil at the end.
    mutating func next() -> Range<Int>? {
        guard start < scalars.count else { return nil }
        var position = start
        while position < scalars.count {
            if let end = end(at: position) {
                defer { start = end }
                return start..<end
            }
            position += 1
        }
        defer { start = scalars.count }
        return start..<scalars.count
    }

    /// Where the sentence ends if it ends with the character at `position`, behind closing quotes and brackets.
    private func end(at position: Int) -> Int? {
        let scalar = scalars[position]
        if scalar == "\n" { return isBlankLine(after: position) ? position + 1 : nil }
        guard fullStops.contains(scalar) || wideStops.contains(scalar) else { return nil }
        var end = position + 1
        while end < scalars.count, fullStops.contains(scalars[end]) || wideStops.contains(scalars[end]) { end += 1 }
        let isRun = end - position > 1
        while end < scalars.count, closers.contains(scalars[end]) { end += 1 }
        if wideStops.contains(scalar) { return end }
        guard end < scalars.count else { return end }
        guard scalars[end].properties.isWhitespace else { return nil }
        guard let following = beginning(after: end), !following.properties.isLowercase else {
            return beginning(after: end) == nil ? end : nil
        }
        if scalar == ".", !isRun, isAbbreviation(before: position, next: end) { return nil }
        return end
    }

    /// A line break after which nothing but white space stands up to the next one: a new paragraph.
    private func isBlankLine(after position: Int) -> Bool {
        var index = position + 1
        while index < scalars.count, scalars[index].properties.isWhitespace {
            if scalars[index] == "\n" { return true }
            index += 1
        }
        return false
    }

    /// The first letter or digit that could begin a sentence, behind opening quotes; nil at the end of the text.
    private func beginning(after position: Int) -> Unicode.Scalar? {
        scalars[position...].first { !$0.properties.isWhitespace && !openers.contains($0) }
    }

    /// Whether the full stop at `position` belongs to the word before it and the sentence goes on.
    private func isAbbreviation(before position: Int, next: Int) -> Bool {
        var first = position
        while first > start, isWordPart(scalars[first - 1]) { first -= 1 }
        let word = scalars[first..<position]
        guard let letter = word.first else { return false }
        // "1. Boil water": a number at the start of a sentence counts, it does not end.
        if word.allSatisfy({ $0.properties.numericType != nil }) {
            return scalars[start..<first].allSatisfy(\.properties.isWhitespace)
        }
        // "J. K. Rowling": an initial.
        if word.count == 1, letter.properties.isUppercase { return !startsSentence(next) }
        let spelling = word.reduce(into: "") { $0 += $1.properties.lowercaseMapping }
        if neverLast.contains(spelling) { return true }
        if beforeNumbers.contains(spelling) { return beginning(after: next)?.properties.numericType != nil }
        // "e.g.", "U.S.", "Inc.": may well stand last, so the next word decides.
        let isDotted = word.contains(".") && word.count <= 7
        return (isDotted || oftenLast.contains(spelling)) && !startsSentence(next)
    }

    private func isWordPart(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "." || scalar == "º"
            || scalar == "ª"
    }

    /// Whether the word at `position` is one that mostly begins sentences, so that the abbreviation before it was last.
    private func startsSentence(_ position: Int) -> Bool {
        let word = scalars[position...].drop { $0.properties.isWhitespace || openers.contains($0) }
            .prefix { $0.properties.isAlphabetic }
        return starters.contains(word.reduce(into: "") { $0.unicodeScalars.append($1) })
    }
}

private let fullStops: Set<Unicode.Scalar> = [".", "!", "?", "…", "؟", "।"]
private let wideStops: Set<Unicode.Scalar> = ["。", "！", "？", "．"]
private let closers: Set<Unicode.Scalar> = ["\"", "'", "”", "’", "»", ")", "]", "」", "』", "）", "›"]
private let openers: Set<Unicode.Scalar> = ["\"", "'", "“", "‘", "«", "(", "[", "「", "『", "¿", "¡", "—", "–", "-", "‹"]

/// Titles and the like, which a name follows, and what never stands last.
private let neverLast: Set<String> = [
    "adm", "arq", "av", "capt", "cel", "cf", "cmdr", "col", "dr", "dra", "dras", "drs", "e.g", "eng", "enga", "exma",
    "exmo",
    "gen", "gov", "hon", "i.e", "ilma", "ilmo", "lt", "maj", "messrs", "mme", "mr", "mrs", "ms", "mt", "mx", "p.ex",
    "pe",
    "pres", "prof", "profa", "profs", "rep", "rev", "sen", "sgt", "sr", "sra", "sras", "srs", "srta", "st", "sta",
    "ste",
    "v.g", "viz", "vs",
]

/// What is an abbreviation where a number follows, and may be a word of its own elsewhere.
private let beforeNumbers: Set<String> = [
    "abr", "ago", "apr", "approx", "aprox", "art", "arts", "aug", "cap", "dec", "dez", "ed", "feb", "fev", "fig",
    "figs",
    "fl", "fls", "jan", "jul", "jun", "mai", "mar", "n", "no", "nos", "nov", "nº", "núm", "oct", "op", "out", "p", "pp",
    "pág", "págs", "sec", "sep", "sept", "set", "séc", "tel", "vol", "vols",
]

/// Abbreviations that end a sentence as often as not.
private let oftenLast: Set<String> = [
    "al", "ave", "blvd", "bros", "cia", "co", "corp", "dept", "etc", "inc", "jr", "km", "llc", "ltd", "ltda", "ph.d",
    "plc", "univ",
]

/// Words that begin a sentence and seldom a name.
private let starters: Set<String> = [
    "A", "After", "Ainda", "Although", "An", "And", "Ao", "Apesar", "As", "At", "Before", "But", "By", "Com", "Como",
    "Da", "De", "Depois", "Do", "Durante", "E", "Ela", "Elas", "Ele", "Eles", "Em", "Essa", "Esse", "Esta", "Este",
    "For", "From", "He", "Her", "His", "How", "However", "I", "If", "In", "Isso", "It", "Its", "Já", "Mas", "Na", "Nas",
    "No", "Nos", "Not", "Now", "O", "On", "One", "Os", "Our", "Para", "Pela", "Pelo", "Por", "Quando", "Se", "Segundo",
    "She", "Since", "So", "Some", "That", "The", "Their", "Then", "There", "These", "They", "This", "Those", "To", "Um",
    "Uma", "We", "What", "When", "Where", "While", "Who", "Why", "With", "You",
]
