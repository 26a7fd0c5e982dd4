#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Baseline {
    static let textRank = textRank(1, name: "textrank")
    static let textRank3 = textRank(3, name: "textrank-3")

    /// The sentences that are most like all the others, in the order of the text.
    ///
    /// Source: R. Mihalcea, P. Tarau, "TextRank: Bringing Order into Texts", EMNLP 2004. Likeness is theirs; instead
    /// of a tagger, a list of English and Portuguese stop words leaves out what says little.
    private static func textRank(_ count: Int, name: String) -> Baseline {
        let what = count == 1 ? "the most central sentence" : "the \(count) most central sentences"
        return Baseline(name: name, summary: "\(what) (TextRank)") { input in
            // The graph grows with the square of the sentences: a book is judged by its first 500.
            let sentences = Sentences.split(input.text, limit: 500)
            let ranks = SentenceGraph(sentences).ranks()
            let best = ranks.indices.sorted { (ranks[$1], $0) < (ranks[$0], $1) }.prefix(count)
            return best.sorted().map { sentences[$0] }.joined(separator: " ")
        }
    }
}

/// Sentences, and how like each other they are.
struct SentenceGraph {
    /// `likeness[i][j]`: shared words over the sum of the logarithms of both lengths; symmetric, 0 on the diagonal.
    let likeness: [[Double]]

    init(_ sentences: [String]) {
        let words = sentences.map { sentence in
            Set(Words.tokens(of: sentence).map(\.form)).subtracting(Words.stopWords)
        }
        var likeness = [[Double]](repeating: [Double](repeating: 0, count: words.count), count: words.count)
        for left in words.indices {
            for right in words.indices where right > left {
                let lengths = SentenceGraph.logarithm(words[left].count) + SentenceGraph.logarithm(words[right].count)
                guard lengths > 0 else { continue }
                let shared = words[left].intersection(words[right]).count
                likeness[left][right] = Double(shared) / lengths
                likeness[right][left] = likeness[left][right]
            }
        }
        self.likeness = likeness
    }

    /// PageRank over the weighted graph, damped by 0.85, until no rank moves by more than 10⁻⁶ (at most 100 rounds).
    func ranks() -> [Double] {
        let sums = likeness.map { $0.reduce(0, +) }
        var ranks = [Double](repeating: 1, count: likeness.count)
        for _ in 0..<100 {
            let next = likeness.indices.map { node in
                0.15 + 0.85
                    * likeness.indices.reduce(0) { sum, other in
                        sums[other] > 0 ? sum + likeness[other][node] / sums[other] * ranks[other] : sum
                    }
            }
            let change = zip(ranks, next).map { abs($0 - $1) }.max() ?? 0
            ranks = next
            if change < 1e-6 { break }
        }
        return ranks
    }

    private static func logarithm(_ count: Int) -> Double {
        count > 1 ? log(Double(count)) : 0
    }
}
