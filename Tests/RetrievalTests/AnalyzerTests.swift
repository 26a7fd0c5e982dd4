import Testing

@testable import Retrieval

struct AnalyzerTests {
    @Test func `endings, case and accents do not part what belongs together`() {
        let spanish = Analyzer(language: .spanish)
        #expect(spanish.terms(of: "Las CANCIONES") == spanish.terms(of: "las canciones"))
        #expect(spanish.queryTerms(of: "la canción") == spanish.queryTerms(of: "cancion"))
        let english = Analyzer(language: .english)
        #expect(english.terms(of: "Super_Bowl_50's") == ["super", "bowl", "50", "s"])
        #expect(english.terms(of: "cafe\u{301} ｆｕｌｌ ﬁne") == ["cafe", "full", "fine"])
    }

    @Test func `queries lose function words unless they have no others`() {
        let analyzer = Analyzer(language: .english)
        #expect(analyzer.queryTerms(of: "What is the wing?") == ["wing"])
        #expect(analyzer.queryTerms(of: "to be or not to be") == ["to", "be", "or", "not", "to", "be"])
        #expect(analyzer.terms(of: "of the wing") == ["of", "the", "wing"])
    }

    @Test func `Han, kana and Hangul count in pairs`() {
        let analyzer = Analyzer(language: .other)
        #expect(analyzer.terms(of: "東京都 in 日") == ["東京", "京都", "in", "日"])
        #expect(analyzer.terms(of: "カナabc한국") == ["カナ", "abc", "한국"])
        #expect(analyzer.terms(of: "字") == ["字"] && analyzer.terms(of: "") == [])
    }

    @Test func `a run without an end is one capped term, in linear time`() {
        let terms = Analyzer(language: .spanish).terms(of: String(repeating: "a", count: 1_000_000))
        #expect(terms.map(\.count) == [64])
    }
}
