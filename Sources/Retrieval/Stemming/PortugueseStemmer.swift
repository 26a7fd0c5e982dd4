/// The Portuguese stemmer of the Snowball project.
///
/// The nasal vowels ã and õ count as a vowel and a consonant, written "a~" and "o~" meanwhile.
///
/// Source: Martin Porter, "Portuguese stemming algorithm", snowballstem.org.
enum PortugueseStemmer {
    private static let vowels = Set("aeiouáéíóúâêô".letters)

    static func stem(_ text: String) -> String {
        var word: Letters = []
        for letter in text.letters {
            switch letter {
            case 0xE3: word += "a~".letters
            case 0xF5: word += "o~".letters
            default: word.append(letter)
            }
        }
        let regions = RomanceRegions(word, vowels: vowels)
        if standard(&word, regions) || verb(&word, regions) {
            if word.ends(with: "ci".letters), word.count - 1 >= regions.rv { word.removeLast() }
        } else if let match = residuals.match(word), word.count - match.length >= regions.rv {
            word.removeLast(match.length)
        }
        final(&word, regions)
        return String(letters: word).replacing("a~", with: "ã").replacing("o~", with: "õ")
    }

    private enum Ending { case delete, logia, ucao, encia, amente, mente, idade, iva, ira }

    private static let endings = Suffixes<Ending>([
        (
            "eza ezas ico ica icos icas ismo ismos ável ível ista istas oso osa osos osas amento amentos imento "
                + "imentos adora ador aça~o adoras adores aço~es ante antes ância", .delete
        ),
        ("logia logias", .logia), ("uça~o uço~es", .ucao), ("ência ências", .encia), ("amente", .amente),
        ("mente", .mente), ("idade idades", .idade), ("iva ivo ivas ivos", .iva), ("ira iras", .ira),
    ])

    /// Step 1.
    /// - Returns: whether it took an ending off.
    private static func standard(_ word: inout Letters, _ regions: RomanceRegions) -> Bool {
        guard let match = endings.match(word) else { return false }
        let limit =
            switch match.action {
            case .amente: regions.r1
            case .ira: regions.rv
            case .delete, .logia, .ucao, .encia, .mente, .idade, .iva: regions.r2
            }
        guard word.count - match.length >= limit else { return false }
        if case .ira = match.action, word.dropLast(match.length).last != 0x65 { return false }
        word.removeLast(match.length)
        let r2 = regions.r2
        switch match.action {
        case .delete: break
        case .logia: word += "log".letters
        case .ucao: word += "u".letters
        case .encia: word += "ente".letters
        case .amente:
            if word.remove("iv", from: r2) {
                word.remove("at", from: r2)
            } else {
                _ = ["os", "ic", "ad"].contains { word.remove($0, from: r2) }
            }
        case .mente: _ = ["ante", "avel", "ível"].contains { word.remove($0, from: r2) }
        case .idade: _ = ["abil", "ic", "iv"].contains { word.remove($0, from: r2) }
        case .iva: word.remove("at", from: r2)
        case .ira: word += "ir".letters
        }
        return true
    }

    private static let verbs = Suffixes<Void>([
        (
            """
            ada ida ia aria eria iria ará ara erá era irá ava asse esse isse aste este iste ei arei erei irei am iam \
            ariam eriam iriam aram eram iram avam em arem erem irem assem essem issem ado ido ando endo indo ara~o \
            era~o ira~o ar er ir as adas idas ias arias erias irias arás aras erás eras irás avas es ardes erdes irdes \
            ares eres ires asses esses isses astes estes istes is ais eis íeis aríeis eríeis iríeis áreis areis éreis \
            ereis íreis ireis ásseis ésseis ísseis áveis ados idos ámos amos íamos aríamos eríamos iríamos áramos \
            éramos íramos ávamos emos aremos eremos iremos ássemos êssemos íssemos imos armos ermos irmos eu iu ou ira \
            iras
            """, ()
        )
    ])

    /// Step 2.
    private static func verb(_ word: inout Letters, _ regions: RomanceRegions) -> Bool {
        guard let match = verbs.match(word, from: regions.rv) else { return false }
        word.removeLast(match.length)
        return true
    }

    private static let residuals = Suffixes<Void>([("os a i o á í ó", ())])
    private static let finals = Suffixes<Bool>([("e é ê", true), ("ç", false)])

    /// Step 5.
    private static func final(_ word: inout Letters, _ regions: RomanceRegions) {
        guard let match = finals.match(word) else { return }
        guard match.action else {
            word[word.count - 1] = 0x63
            return
        }
        guard word.count - 1 >= regions.rv else { return }
        word.removeLast()
        let isSilent = word.ends(with: "gu".letters) || word.ends(with: "ci".letters)
        if isSilent, word.count - 1 >= regions.rv { word.removeLast() }
    }
}
