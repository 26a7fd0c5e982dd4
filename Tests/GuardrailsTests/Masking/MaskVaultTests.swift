import Guardrails
import Testing

@Suite struct MaskVaultTests {
    @Test func `a value has one placeholder and comes back`() {
        var vault = MaskVault()
        let first = vault.placeholder(for: "ana@example.com", label: "EMAIL")
        let second = vault.placeholder(for: "bob@example.com", label: "EMAIL")
        #expect([first, second] == ["[EMAIL_1]", "[EMAIL_2]"])
        #expect(vault.placeholder(for: "ana@example.com", label: "EMAIL") == first)
        #expect(vault.unmasked("[EMAIL_2] wrote to [EMAIL_1], [EMAIL_3] and [PHONE_1] [") == "bob@example.com wrote to ana@example.com, [EMAIL_3] and [PHONE_1] [")
    }

    @Test func `a placeholder that the text already holds is passed over`() {
        var vault = MaskVault()
        #expect(vault.placeholder(for: "a@b.io", label: "EMAIL", in: "[EMAIL_1] a@b.io") == "[EMAIL_2]")
    }

    @Test func `values come back into a stream however it is cut`() {
        var vault = MaskVault()
        _ = vault.placeholder(for: "ana@example.com", label: "EMAIL")
        let text = "Hi [EMAIL_1]! [[EMAIL_1]] [EMAIL_9] [not one of ours at all] é[EMAIL_1"
        let whole = vault.unmasked(text)
        let letters = Array(text)
        for cut in 0...letters.count {
            var stream = UnmaskStream(vault)
            let out = stream.feed(String(letters[..<cut])) + stream.feed(String(letters[cut...])) + stream.finish()
            #expect(out == whole)
        }
        #expect(whole == "Hi ana@example.com! [ana@example.com] [EMAIL_9] [not one of ours at all] é[EMAIL_1")
    }

    @Test func `placeholders that were written by somebody are not given out`() {
        var vault = MaskVault()
        vault.avoid("see [EMAIL_3] and [EMAIL_x], [PHONE_1 ], [[EMAIL_2]] [" + String(repeating: "A", count: 10_000))
        #expect(vault.placeholder(for: "a@b.c", label: "EMAIL") == "[EMAIL_4]")
        #expect(vault.placeholder(for: "1", label: "PHONE") == "[PHONE_1]")
        #expect(vault.unmasked("[EMAIL_3] [EMAIL_4]") == "[EMAIL_3] a@b.c")
    }

    @Test func `in a JSON document a value is written as its strings are`() throws {
        var vault = MaskVault()
        let label = vault.placeholder(for: "a\"\n\\", label: "KEY")
        var stream = UnmaskStream(vault, isJSON: true)
        let text = stream.feed(#"{"k":""#) + stream.feed(String(label.prefix(3)))
            + stream.feed(String(label.dropFirst(3)) + #""}"#) + stream.finish()
        #expect(text == #"{"k":"a\"\n\\"}"#)
    }
}
