import Chat

/// Whether the option that the output chooses, by its letter, is the reference's.
struct ChoiceMatch: Metric {
    static let definitions = [
        MetricDefinition(
            name: "choice", summary: "whether the option chosen, by its letter, is the reference's",
            parameters: [
                ParameterDefinition("letters", .text, default: "ABCD", "the letters of the options")
            ]
        ) { parameters throws(MetricError) in
            try ChoiceMatch(parameters)
        }
    ]

    let measures: [Measure]
    private let letters: ChoiceLetters

    private init(_ parameters: Parameters) throws(MetricError) {
        let text = parameters.text("letters") ?? ""
        guard let letters = ChoiceLetters(text) else {
            throw MetricError(
                "choice: 'letters' takes two or more different letters from A to Z, as in ABCD, found '\(text)'",
                parameter: "letters")
        }
        self.letters = letters
        measures = [.binary(id: parameters.id, title: "choice", signature: ["letters": letters.text])]
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        guard !segment.references.isEmpty else { throw .noReference }
        let wanted = segment.references.compactMap(letters.read)
        guard !wanted.isEmpty else {
            let shown = segment.references.map { "'\($0.prefix(40))'" }.joined(separator: ", ")
            throw MetricError("the reference \(shown) names none of the options \(letters.text)")
        }
        let found = letters.read(segment.output)
        return [SegmentStatistics([found.map(wanted.contains) ?? false ? 1 : 0, 1])]
    }
}
