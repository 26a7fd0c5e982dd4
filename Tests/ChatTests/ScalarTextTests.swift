import Chat
import Testing

struct ScalarTextTests {
    @Test func `texts that look alike are two where their scalars are`() {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        #expect(composed == decomposed)
        #expect(ScalarText(composed) != ScalarText(decomposed))
        #expect(Set([composed, decomposed, composed].map(ScalarText.init)).count == 2)
        #expect(!composed.hasSameBytes(as: decomposed) && composed.hasSameBytes(as: "caf\u{E9}"))
    }

    @Test func `long texts and short ones are equal to themselves, whatever their storage`() {
        for length in [0, 1, 8, 15, 16, 40] {
            let text = String(repeating: "x", count: length)
            let other = String(text.reversed())
            #expect(ScalarText(text) == ScalarText(other))
            #expect(Set([ScalarText(text), ScalarText(other)]).count == 1)
            #expect(ScalarText(text + "a") != ScalarText(text + "b"))
        }
        #expect(ScalarText("a") < ScalarText("b") && ScalarText("z") < ScalarText("é"))
    }
}
