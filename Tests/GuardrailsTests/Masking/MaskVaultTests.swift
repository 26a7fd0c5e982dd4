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
}
