/// The words of a text, as summarisers and answerers count them.
enum Words {
    /// One word and where it stands.
    struct Token: Sendable, Hashable {
        /// As it stands in the text.
        var text: Substring
        /// In lower case, for counting.
        var form: String
    }

    /// Runs of letters and digits, with the marks inside them: "don't", "3.5", "1,200", "well-known".
    static func tokens(of text: String) -> [Token] {
        let scalars = text.unicodeScalars
        var tokens: [Token] = []
        var index = scalars.startIndex
        while index < scalars.endIndex {
            guard isPart(scalars[index]) else {
                index = scalars.index(after: index)
                continue
            }
            let start = index
            index = end(of: scalars, from: start)
            let word = text[start..<index]
            tokens.append(Token(text: word, form: word.lowercased()))
        }
        return tokens
    }

    private static func end(of scalars: String.UnicodeScalarView, from start: String.Index) -> String.Index {
        var index = start
        // Chinese and Japanese write no spaces: each character stands for itself.
        if isIdeograph(scalars[index]) { return scalars.index(after: index) }
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            if isPart(scalar), !isIdeograph(scalar) {
                index = next
            } else if joiners.contains(scalar), next < scalars.endIndex, isPart(scalars[next]),
                !isIdeograph(scalars[next])
            {
                index = next
            } else {
                break
            }
        }
        return index
    }

    private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || scalar.properties.canonicalCombiningClass != .notReordered
    }

    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x3040 && (scalar.properties.isIdeographic || (0x3040...0x30FF).contains(scalar.value))
    }

    private static let joiners: Set<Unicode.Scalar> = ["'", "’", ".", ",", "-", ":"]

    /// Words of English and Portuguese that say little by themselves.
    static let stopWords: Set<String> = [
        "a", "about", "after", "all", "also", "although", "an", "and", "any", "are", "as", "at", "be", "because",
        "been",
        "before", "being", "but", "by", "can", "could", "did", "do", "does", "during", "each", "for", "from", "had",
        "has",
        "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "many", "may", "more", "most",
        "much", "no", "not", "of", "on", "one", "only", "or", "other", "our", "out", "over", "she", "should", "so",
        "some",
        "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "too",
        "under", "until", "up", "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom", "whose",
        "why", "will", "with", "would", "you", "your",
        "à", "ainda", "ao", "aos", "apenas", "as", "às", "até", "com", "como", "da", "das", "de", "dela", "dele",
        "depois",
        "do", "dos", "e", "é", "ela", "elas", "ele", "eles", "em", "entre", "era", "essa", "esse", "esta", "este", "eu",
        "foi", "foram", "há", "isso", "já", "mais", "mas", "mesmo", "muito", "na", "nas", "não", "nem", "no", "nos",
        "o",
        "onde", "os", "ou", "para", "pela", "pelas", "pelo", "pelos", "por", "porque", "qual", "quais", "quando",
        "quanta",
        "quantas", "quanto", "quantos", "que", "quem", "se", "sem", "ser", "seu", "seus", "são", "sua", "suas",
        "também",
        "tem", "têm", "um", "uma", "você",
    ]
}
