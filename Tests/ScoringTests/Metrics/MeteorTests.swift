import Chat
import Testing

@testable import Scoring

@Suite struct MeteorTests {
    @Test func `equal texts lose only what one chunk costs`() throws {
        let score = try #require(try Scores.one("meteor", "the cat sat", ["the cat sat"]))
        #expect(abs(score - (1 - 0.5 / 27)) < 1e-12)
    }

    @Test func `stems match where words do not, whatever the case`() throws {
        let score = try #require(try Scores.one("meteor", "Running DOGS", ["runs dog"]))
        #expect(abs(score - (1 - 0.5 / 8)) < 1e-12)
    }

    @Test func `nothing shared and nothing written score 0`() throws {
        #expect(try Scores.one("meteor", "x", ["y"]) == 0)
        #expect(try Scores.one("meteor", "", ["y"]) == 0)
        #expect(try Scores.one("meteor", "", [""]) == 0)
    }

    @Test func `scattered matches are punished`() throws {
        let ordered = try #require(try Scores.one("meteor", "a b c d", ["a b c d"]))
        let scattered = try #require(try Scores.one("meteor", "d c b a", ["a b c d"]))
        #expect(scattered == 0.5)
        #expect(ordered > 0.99)
    }

    @Test func `letters beyond ASCII are single letters to the stemmer`() {
        // NLTK 3.10 gives "éé" + "ed": a double consonant, of which one goes.
        #expect(StemmedWords("aéé").stems == [Array("aéé".unicodeScalars.map(\.value))])
        #expect(StemmedWords("aééed").stems == [Array("aé".unicodeScalars.map(\.value))])
    }
}
