import Testing

@testable import Scoring

@Suite struct TextBufferTests {
    @Test func `texts lie apart, with zeros behind each`() throws {
        let buffer = TextBuffer()
        let one = try buffer.append("abc")
        let other = try buffer.append(String(repeating: "é", count: 3000))
        #expect(one == 0..<3)
        #expect(other.count == 6000)
        #expect((one.upperBound..<(one.upperBound + TextBuffer.padding)).allSatisfy { buffer.bytes.base[$0] == 0 })
        #expect(buffer.bytes.base[0] == UInt8(ascii: "a"))
        buffer.clear()
        #expect(try buffer.append("x") == 0..<1)
    }

    @Test(arguments: ["ABC xyz", "ÀÉ ΣΑΣ", "İK\u{212A}", "", "aΣ"])
    func `lower case is Python's, in ASCII and beyond`(text: String) throws {
        let buffer = TextBuffer()
        let range = try buffer.append(text, lowercase: true)
        let span = Span(start: Int32(range.lowerBound), end: Int32(range.upperBound))
        #expect(AnswerText.areIdentical(buffer.text(span), PythonText.lowercased(text)))
    }

    @Test(arguments: [
        (" a b \u{3000}\u{85}\n", " a b"), ("\u{200B} ", "\u{200B}"), ("   ", ""), ("", ""), ("é", "é"),
    ])
    func `white space at the end goes, as with rstrip`(text: String, wanted: String) throws {
        let buffer = TextBuffer()
        let range = buffer.trimmedAtEnd(try buffer.append(text))
        let span = Span(start: Int32(range.lowerBound), end: Int32(range.upperBound))
        #expect(buffer.text(span) == wanted)
    }
}
