/// `toxicity`: insults and threats by a short list of words.
///
/// A list finds what is plain and nothing else: no irony, no new words, no harm in polite ones. It is a floor, to
/// which a classifier behind a webhook can be added.
enum ToxicityRule {
    static let definition = RuleDefinition(
        name: "toxicity", summary: "Insults and threats by a short list of words in several languages.",
        sides: [.input, .output], keys: []
    ) { _, _ throws(PolicyError) in
        Rule(
            name: "toxicity", reach: .window(ToxicWords.longest),
            check: .now { subject in
                let found = ToxicWords.ranges(in: Array(subject.text.utf8))
                guard !found.isEmpty else { return .passed }
                let spans = GuardSpan.spans(found, label: "TOXIC", in: subject.text)
                return .found(Rule.Finding(spans: spans, message: "found \(found.count) words of insult or threat"))
            })
    }
}

/// The list.
enum ToxicWords {
    /// No entry is longer, in bytes.
    static let longest = 64

    private static let words = [
        "idiot, idiots, moron, morons, imbecile*, you are stupid, you're stupid, stupid fool, dumbass, asshole*",
        "bastard*, son of a bitch, piece of shit, fuck you, fuck off, motherfucker*, shut the fuck up, scumbag*",
        "kill yourself, kill him, kill her, kill them all, i will kill you, i'll kill you, you should die",
        "go to hell, i will hurt you, hope you die, worthless piece",
        "idiota*, imbecil*, estupido*, burro do caralho, vai se foder",
        "filho da puta, filha da puta, vou te matar, se mata, cala a boca, arrombado, babaca, hijo de puta",
        "va se foder, vai a merda, gilipollas, cabron*, vete a la mierda",
        "te voy a matar, matate, callate la boca, pendejo*, connard*",
        "fils de pute, va te faire foutre, je vais te tuer, ta gueule, salope, arschloch, hurensohn, fick dich",
        "ich bring dich um, ich werde dich umbringen, halt die fresse",
        "verpiss dich, stronzo*, vaffanculo, ti ammazzo",
        "klootzak, rot op, ik maak je dood, kurwa",
        "spierdalaj, zabije cie, siktir git, seni oldurecegim, orospu cocugu",
        "иди на хуй, пошел на хуй, сука блять, убью тебя, я тебя убью, дебил, ублюдок, 傻逼, 操你妈, 去死, 我要杀了你, 死ね, 殺すぞ",
        "씨발, 개새끼, 죽여버, 병신, يا كلب, سأقتلك, ابن الحرام, हरामी, कमीने, तुझे मार डालूंगा",
    ].joined(separator: ", ")

    private static let trie = WordTrie([(1, FoldedText(Array(words.utf8)).bytes)])

    /// The places of the list's words in a text, in bytes.
    static func ranges(in source: [UInt8]) -> [Range<Int>] {
        let text = FoldedText(source)
        let folded = text.bytes.withUnsafeBufferPointer { bytes in
            ByteKind.table.withUnsafeBufferPointer { kinds in
                let view = ByteView(bytes, kinds: kinds)
                var found: [Range<Int>] = []
                _ = trie.forEachMatch(in: view, to: view.count) { found.append($1) }
                return found
            }
        }
        return folded.map { text.sourceStart(of: $0.lowerBound)..<text.sourceEnd(of: $0.upperBound) }
    }
}
