import Testing

@testable import Scoring

@Suite struct ByteTextTests {
    @Test func `replacing goes from the left and does not look again at what it put in`() {
        var text = ByteText(Array("aaa &amp;lt; -\n-\n".utf8))
        text.replace("aa", with: "a")
        text.replace("&amp;", with: "&")
        text.replace("-\n", with: "")
        #expect(String(decoding: text.bytes, as: UTF8.self) == "aa &lt; ")
    }
}
