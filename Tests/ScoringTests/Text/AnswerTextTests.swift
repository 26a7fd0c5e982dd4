import Testing

@testable import Scoring

@Suite struct AnswerTextTests {
    /// By the definition of SQuAD's script, run in Python 3.11.
    @Test(arguments: [
        ("The  Cat, an apple!", "cat apple"), ("theory of a", "theory of"), ("a-b", "ab"), ("A\u{301}", "\u{301}"),
        ("¿Qué?", "¿qué"), ("the", ""), ("", ""), ("an\u{A0}x\u{1F}the", "x"), ("ΟΔΟΣ", "οδος"), ("a1 1a a", "a1 1a"),
    ])
    func `an answer is normalised as SQuAD does it`(text: String, wanted: String) {
        #expect(AnswerText.areIdentical(AnswerText.normalized(text), wanted))
    }
}
