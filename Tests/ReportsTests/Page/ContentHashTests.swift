import Testing

@testable import Reports

@Suite struct ContentHashTests {
    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base64 of the standard's vectors`(text: String, encoded: String) {
        #expect(ContentHash.base64(Array(text.utf8)) == encoded)
    }

    // FIPS 180-2, appendix B.1: SHA-256 of "abc", in base64.
    @Test func `the source of a known text`() {
        #expect(ContentHash.source(Array("abc".utf8)) == "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
    }
}
