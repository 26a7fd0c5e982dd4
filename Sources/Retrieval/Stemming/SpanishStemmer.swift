/// The Spanish stemmer of the Snowball project.
///
/// Source: Martin Porter, "Spanish stemming algorithm", snowballstem.org.
enum SpanishStemmer {
    private static let vowels = Set("aeiouáéíóúü".letters)
    private static let acute: [UInt32: UInt32] = Dictionary(
        uniqueKeysWithValues: zip("áéíóú".letters, "aeiou".letters))

    static func stem(_ text: String) -> String {
        var word = text.letters
        let regions = RomanceRegions(word, vowels: vowels)
        attachedPronoun(&word, regions)
        if !standard(&word, regions), !verbInY(&word, regions) { verb(&word, regions) }
        residual(&word, regions)
        return String(letters: word.map { acute[$0] ?? $0 })
    }

    private static let pronouns = Suffixes<Void>([("me se sela selo selas selos la le lo las les los nos", ())])

    private enum Verbal { case accented, plain, yendo }

    private static let verbals = Suffixes<Verbal>([
        ("iéndo ándo ár ér ír", .accented), ("ando iendo ar er ir", .plain), ("yendo", .yendo),
    ])

    /// Step 0.
    private static func attachedPronoun(_ word: inout Letters, _ regions: RomanceRegions) {
        guard let pronoun = pronouns.match(word) else { return }
        let rest = Letters(word.dropLast(pronoun.length))
        guard let verbal = verbals.match(rest), rest.count - verbal.length >= regions.rv else { return }
        switch verbal.action {
        case .accented:
            word = rest.dropLast(verbal.length) + rest.suffix(verbal.length).map { acute[$0] ?? $0 }
        case .plain: word = rest
        case .yendo: if rest.dropLast(verbal.length).last == 0x75 { word = rest }
        }
    }

    private enum Ending { case delete, ador, logia, ucion, encia, amente, mente, idad, iva }

    private static let endings = Suffixes<Ending>([
        (
            "anza anzas ico ica icos icas ismo ismos able ables ible ibles ista istas oso osa osos osas "
                + "amiento amientos imiento imientos", .delete
        ),
        ("adora ador ación adoras adores aciones ante antes ancia ancias acion", .ador),
        ("logía logías", .logia), ("ución uciones", .ucion), ("encia encias", .encia), ("amente", .amente),
        ("mente", .mente), ("idad idades", .idad), ("iva ivo ivas ivos", .iva),
    ])

    /// Step 1.
    /// - Returns: whether it took an ending off.
    private static func standard(_ word: inout Letters, _ regions: RomanceRegions) -> Bool {
        guard let match = endings.match(word) else { return false }
        let limit: Int
        if case .amente = match.action { limit = regions.r1 } else { limit = regions.r2 }
        guard word.count - match.length >= limit else { return false }
        word.removeLast(match.length)
        let r2 = regions.r2
        switch match.action {
        case .delete: break
        case .ador: word.remove("ic", from: r2)
        case .logia: word += "log".letters
        case .ucion: word += "u".letters
        case .encia: word += "ente".letters
        case .amente:
            if word.remove("iv", from: r2) {
                word.remove("at", from: r2)
            } else {
                _ = ["os", "ic", "ad"].contains { word.remove($0, from: r2) }
            }
        case .mente: _ = ["ante", "able", "ible"].contains { word.remove($0, from: r2) }
        case .idad: _ = ["abil", "ic", "iv"].contains { word.remove($0, from: r2) }
        case .iva: word.remove("at", from: r2)
        }
        return true
    }

    private static let inY = Suffixes<Void>([("ya ye yan yen yeron yendo yo yó yas yes yais yamos", ())])

    /// Step 2a.
    private static func verbInY(_ word: inout Letters, _ regions: RomanceRegions) -> Bool {
        guard let match = inY.match(word, from: regions.rv), word.dropLast(match.length).last == 0x75 else {
            return false
        }
        word.removeLast(match.length)
        return true
    }

    private static let verbs = Suffixes<Bool>([
        ("en es éis emos", true),
        (
            """
            arían arías arán arás aríais aría aréis aríamos aremos ará aré erían erías erán erás eríais ería eréis \
            eríamos eremos erá eré irían irías irán irás iríais iría iréis iríamos iremos irá iré aba ada ida ía ara \
            iera ad ed id ase iese aste iste an aban ían aran ieran asen iesen aron ieron ado ido ando iendo ió ar er \
            ir as abas adas idas ías aras ieras ases ieses ís áis abais íais arais ierais aseis ieseis asteis isteis \
            ados idos amos ábamos íamos imos áramos iéramos iésemos ásemos
            """, false
        ),
    ])

    /// Step 2b.
    private static func verb(_ word: inout Letters, _ regions: RomanceRegions) {
        guard let match = verbs.match(word, from: regions.rv) else { return }
        word.removeLast(match.length)
        if match.action, word.ends(with: "gu".letters) { word.removeLast() }
    }

    private static let residuals = Suffixes<Bool>([("os a o á í ó", false), ("e é", true)])

    /// Step 3.
    private static func residual(_ word: inout Letters, _ regions: RomanceRegions) {
        guard let match = residuals.match(word), word.count - match.length >= regions.rv else { return }
        word.removeLast(match.length)
        if match.action, word.ends(with: "gu".letters), word.count - 1 >= regions.rv { word.removeLast() }
    }
}
