extension Baseline {
    static let lead1 = lead(1)
    static let lead3 = lead(3)

    /// The first sentences of a text. Newspapers put what matters first, so this is hard to beat on news.
    ///
    /// Source: R. Nallapati, F. Zhai, B. Zhou, "SummaRuNNer", AAAI 2017, where lead-3 stands as the baseline.
    private static func lead(_ count: Int) -> Baseline {
        let what = count == 1 ? "the first sentence" : "the first \(count) sentences"
        return Baseline(name: "lead-\(count)", summary: what) { input in
            Sentences.split(input.text, limit: count).joined(separator: " ")
        }
    }
}
