import Testing

@testable import Guardrails

@Suite struct CheckDigitsTests {
    /// NIST's examples for FIPS 180-4.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256 agrees with the standard`(message: String, digest: String) {
        let hex = SHA256.digest(Array(message.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        #expect(hex.joined() == digest)
    }

    /// Valid addresses of BIP 173 and BIP 350.
    @Test(arguments: [
        ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", true),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", true),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", false),
    ])
    func `segwit addresses have their check sum`(address: String, isValid: Bool) {
        #expect(WalletChecks.isSegwitAddress(Array(address.utf8)) == isValid)
    }

    @Test func `every country's IBAN has a length`() {
        #expect(IBANCountries.length(UInt8(ascii: "D"), UInt8(ascii: "E")) == 22)
        #expect(IBANCountries.length(UInt8(ascii: "M"), UInt8(ascii: "T")) == 31)
        #expect(IBANCountries.length(UInt8(ascii: "U"), UInt8(ascii: "S")) == nil)
    }

    @Test func `folding leads back to the source`() {
        let text = Array("é４\u{200B}x".utf8)
        let folded = FoldedText(text)
        #expect(folded.bytes == Array("e4x".utf8))
        #expect(folded.sourceStart(of: 1) == 2)
        #expect(folded.sourceEnd(of: 2) == 5)
        #expect(folded.sourceStart(of: 2) == 8)
        #expect(folded.sourceEnd(of: 3) == 9)
    }
}
