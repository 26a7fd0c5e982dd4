import Testing

@testable import Scoring

@Suite struct ChoiceLettersTests {
    @Test(arguments: [
        ("B", "B"), ("b", "B"), ("(C)", "C"), ("**D**.", "D"), (" B\n", "B"), ("B) Paris", "B"), ("c. Paris", "C"),
        ("B: it is nearer", "B"), ("The answer is (C).", "C"), ("Answer: B", "B"), ("The correct answer is **D**", "D"),
        ("A is wrong and C is wrong. The answer is B because A is far.", "B"), ("I would say option D, not A", "D"),
        ("A cat sat there, so it is C", "C"), ("I think B", "B"), ("A resposta correta é a letra A", "A"),
        ("\\boxed{B}", "B"),
        ("The final answer is A", "A"), ("'B'", "B"), ("Answer: A\n\nbecause", "A"),
    ])
    func `an answer names its letter`(answer: String, letter: String) throws {
        let letters = try #require(ChoiceLetters("ABCD"))
        #expect(letters.read(answer).map(String.init) == letter)
    }

    @Test(arguments: ["", "E", "Paris", "A cat sat there", "abcd", "B2", "B's", "no idea"])
    func `an answer without a letter names none`(answer: String) throws {
        let letters = try #require(ChoiceLetters("ABCD"))
        #expect(letters.read(answer) == nil)
    }

    @Test(arguments: ["", "A", "AA", "aA", "A1", "ÀB"])
    func `letters are two or more of A to Z, each once`(text: String) {
        #expect(ChoiceLetters(text) == nil)
    }

    @Test func `a long run of words that announce an answer is read once`() throws {
        let letters = try #require(ChoiceLetters("ABCD"))
        #expect(letters.read(String(repeating: "answer ", count: 100_000) + "C") == "C")
    }
}
