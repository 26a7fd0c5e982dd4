import Testing

@testable import Scoring

@Suite struct PorterStemmerTests {
    /// Words of Porter's paper and of NLTK's departures from it; the stems are NLTK 3.10's.
    @Test(arguments: [
        ("caresses", "caress"), ("ponies", "poni"), ("ties", "tie"), ("died", "die"), ("spied", "spi"),
        ("dying", "die"),
        ("news", "news"), ("skies", "sky"), ("feed", "feed"), ("agreed", "agre"), ("hopping", "hop"),
        ("filing", "file"),
        ("sky", "sky"), ("happy", "happi"), ("relational", "relat"), ("conditional", "condit"), ("radically", "radic"),
        ("hopefulli", "hope"), ("geologi", "geolog"), ("triplicate", "triplic"), ("adjustment", "adjust"),
        ("adoption", "adopt"),
        ("probate", "probat"), ("controll", "control"), ("roll", "roll"), ("by", "by"), ("a", "a"), ("1999", "1999"),
        ("yyy", "yyy"),
    ])
    func `a word gives its stem`(word: String, stem: String) {
        #expect(Tokens.stem(word) == stem)
    }

    @Test func `remembered stems are those computed afresh, also where words share a place`() {
        let memory = StemMemory()
        let words = (0..<20_000).map { "w\($0 % 9000)ing" } + ["internationalizations", "running", "running"]
        for word in words {
            var bytes = Array(word.utf8) + [UInt8](repeating: 0xFF, count: 16)
            let length = bytes.withUnsafeMutableBufferPointer { memory.stem($0.baseAddress!, word.utf8.count) }
            #expect(String(decoding: bytes.prefix(length), as: UTF8.self) == Tokens.stem(word))
        }
    }
}
