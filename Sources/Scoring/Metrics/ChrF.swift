import Chat

/// chrF (Popović, "chrF: character n-gram F-score for automatic MT evaluation", 2015) and chrF++ (2017) as sacrebleu
/// computes them: the F-score of shared character n-grams, for chrF++ of shared words and word pairs too.
///
/// Among several references the one with the best score counts. Sees every script.
struct ChrF: Metric {
    static let definitions = [
        definition(
            "chrf", wordOrder: 0, "chrF of the corpus, 0 to 100, sacrebleu's: shared character n-grams, in any script"),
        definition(
            "chrf++", wordOrder: 2, "chrF++ of the corpus, 0 to 100, sacrebleu's: chrF with words and word pairs"),
    ]

    private static func definition(_ name: String, wordOrder: Int, _ summary: String) -> MetricDefinition {
        MetricDefinition(
            name: name, summary: summary,
            parameters: [
                ParameterDefinition("char_order", .whole(1...20), default: 6, "the longest character n-grams counted"),
                ParameterDefinition(
                    "word_order", .whole(0...9), default: .number(wordOrder), "the longest word n-grams counted"),
                ParameterDefinition("beta", .number(0...100), default: 2, "how much recall weighs more than precision"),
                ParameterDefinition("lowercase", .flag, default: false, "compares without regard to case"),
                ParameterDefinition("whitespace", .flag, default: false, "counts white space as characters"),
                ParameterDefinition(
                    "eps_smoothing", .flag, default: false,
                    "averages over all orders, also those the text is too short for"),
            ]
        ) { parameters throws(MetricError) in
            ChrF(parameters)
        }
    }

    let measures: [Measure]
    private let figure: ChrFFigure
    private let lowercase: Bool
    private let whitespace: Bool
    private let pool = WorkspacePool()

    private init(_ parameters: Parameters) {
        let figure = ChrFFigure(
            characterOrder: parameters.whole("char_order") ?? 6, wordOrder: parameters.whole("word_order") ?? 0,
            beta: parameters.number("beta") ?? 2, usesEpsilon: parameters.flag("eps_smoothing"))
        self.figure = figure
        lowercase = parameters.flag("lowercase")
        whitespace = parameters.flag("whitespace")
        measures = [
            Measure(
                id: parameters.id, title: figure.title, kind: .corpus, range: 0...100, higherIsBetter: true,
                statisticsCount: 3 * figure.orders,
                score: { figure.score($0) },
                segmentScore: { values in values.withUnsafeBufferPointer { figure.score($0) } },
                parts: { figure.members($0) },
                detail: { _ in "" },
                fields: Signature([
                    .init(name: "case", short: "c", value: lowercase ? "lc" : "mixed"),
                    .init(name: "eff", short: "e", value: figure.usesEpsilon ? "no" : "yes"),
                    .init(name: "nc", short: "nc", value: String(figure.characterOrder)),
                    .init(name: "nw", short: "nw", value: String(figure.wordOrder)),
                    .init(name: "space", short: "s", value: whitespace ? "yes" : "no"),
                ]))
        ]
    }

    /// Where the characters and the words of a text stand among the numbers.
    private struct Text {
        var characters: Range<Int>
        var words: Range<Int>
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        guard !segment.references.isEmpty else { throw .noReference }
        return try pool.with { work throws(MetricError) in
            let output = try text(segment.output, work)
            var references: [Text] = []
            for reference in segment.references { references.append(try text(reference, work)) }
            let words = figure.wordOrder > 0 ? work.numberTokens() : nil
            var best: (values: [Double], score: Double)?
            for reference in references {
                let values = compare(output, reference, words, work)
                guard references.count > 1 else { return [SegmentStatistics(values)] }
                let score = values.withUnsafeBufferPointer { figure.unboundedScore($0) }
                if score > best?.score ?? -1 { best = (values, score) }
            }
            return [SegmentStatistics(best?.values ?? [])]
        }
    }

    private func text(_ text: String, _ work: Workspace) throws(MetricError) -> Text {
        let range = try work.text.append(text, lowercase: lowercase)
        let characters = work.scalars.append(range, of: work.text.bytes.base, skipsWhitespace: !whitespace)
        guard figure.wordOrder > 0 else { return Text(characters: characters, words: 0..<0) }
        return Text(characters: characters, words: ChrFWords.cut(range, in: work.text))
    }

    /// The statistics against one reference.
    private func compare(
        _ output: Text, _ reference: Text, _ words: UnsafePointer<Int32>?, _ work: Workspace
    ) -> [Double] {
        let matches = work.matches.reserve(figure.orders)
        work.matcher.count(
            work.scalars.ids, vocabulary: work.scalars.vocabulary, output: output.characters,
            references: CollectionOfOne(reference.characters), orders: figure.characterOrder, into: matches)
        if let words {
            work.matcher.count(
                words, vocabulary: work.vocabulary.count, output: output.words,
                references: CollectionOfOne(reference.words), orders: figure.wordOrder,
                into: matches + figure.characterOrder)
        }
        return [Double](unsafeUninitializedCapacity: 3 * figure.orders) { buffer, count in
            for index in 0..<figure.orders {
                let isWord = index >= figure.characterOrder
                let order = isWord ? index - figure.characterOrder : index
                let inOutput = (isWord ? output.words : output.characters).count - order
                let inReference = (isWord ? reference.words : reference.characters).count - order
                // An order that the reference is too short for counts nothing against the output.
                buffer[3 * index] = inReference > 0 ? Double(max(0, inOutput)) : 0
                buffer[3 * index + 1] = Double(max(0, inReference))
                buffer[3 * index + 2] = matches[index]
            }
            count = 3 * figure.orders
        }
    }
}
