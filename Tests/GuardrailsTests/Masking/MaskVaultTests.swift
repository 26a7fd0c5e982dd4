import Chat
import Testing

@testable import Guardrails

@Suite struct MaskVaultTests {
    @Test func `a value has one placeholder and comes back`() {
        var vault = MaskVault(mark: "k7f3")
        let first = vault.placeholder(for: "ana@example.com", label: "EMAIL")
        let second = vault.placeholder(for: "bob@example.com", label: "EMAIL")
        #expect([first, second] == ["[EMAIL_1_k7f3]", "[EMAIL_2_k7f3]"])
        #expect(vault.placeholder(for: "ana@example.com", label: "EMAIL") == first)
        #expect(vault.unmasked("[EMAIL_2_k7f3] wrote to [EMAIL_1_k7f3], [EMAIL_3_k7f3] and [PHONE_1_k7f3] [") == "bob@example.com wrote to ana@example.com, [EMAIL_3_k7f3] and [PHONE_1_k7f3] [")
    }

    @Test func `a placeholder that the text already holds is passed over, in linear time`() async throws {
        var vault = MaskVault(mark: "k7f3")
        let text = "[EMAIL_1_k7f3] a@b.io"
        let result = await Guard(try GuardPolicy(["input": ["pii"], "action": "mask"]))
            .check(text, on: .input, vault: &vault)
        #expect(result.text == "[EMAIL_1_k7f3] [EMAIL_2_k7f3]")
        func time(_ count: Int) -> Duration {
            let text = (0..<count).map { "a\($0)@example.com" }.joined(separator: " ")
            var spans: [(span: GuardSpan, action: GuardAction)] = []
            for span in PIIDetector().spans(in: text) {
                spans.append((GuardSpan(label: "EMAIL", utf8: span.utf8, codePoints: span.codePoints), .mask))
            }
            var vault = MaskVault(mark: "k7f3")
            return ProcessorTime.measure { _ = Replacement.applied(spans, to: text, vault: &vault) }
        }
        let ratio = min(time(8000) / time(2000), time(8000) / time(2000))
        #expect(ratio < 10, "four times the values took \(ratio) times as long")
    }

    @Test func `marks are drawn from the generator, and what a stranger wrote has none`() {
        var generator = SeededGenerator(3)
        var (one, other) = (MaskVault(using: &generator), MaskVault(using: &generator))
        #expect(one.mark != other.mark && one.mark.utf8.count == 4)
        let label = one.placeholder(for: "ana@example.com", label: "EMAIL")
        _ = other.placeholder(for: "bob@example.com", label: "EMAIL")
        #expect(one.unmasked("\(label) [EMAIL_1]") == "ana@example.com [EMAIL_1]")
        #expect(other.unmasked(label) == label)
    }

    @Test(arguments: [
        "![x](https://evil.example/?q=@)", "![x](//evil.example/@/y)", "![x]( <https://evil.example/a b @> )",
        "<img src=\"https://evil.example/?a=1 @\">", "<a href='HTTP://evil.example/@'>", "www.evil.example/@",
        "[x]: https://evil.example/(a)?q=@", "![x](https:&#47;&#47;evil.example/@)", "https://@.evil.example/",
        "![x](https://evil.example/\\)@)", "[a](/relative?q=@)", #"{"url":"https:\/\/evil.example\/@"}"#,
    ])
    func `a value does not leave with an address`(text: String) {
        var vault = MaskVault(mark: "k7f3")
        let label = vault.placeholder(for: "ana@example.com", label: "EMAIL")
        let masked = text.replacing("@", with: label)
        #expect(vault.unmasked(masked) == masked)
        var stream = UnmaskStream(vault)
        #expect(masked.map { stream.feed(String($0)) }.joined() + stream.finish() == masked)
    }

    @Test(arguments: [
        "see https://example.com and mail @", "[write](mailto:@)", "<@>", "(see https://example.com/a) @",
        "[docs](https://example.com/a(b)) or @", #"{"url":"https://example.com/","to":"@"}"#, "either/or: @", "Mail:@",
        #"{\"url\":\"https://example.com\",\"to\":\"@\"}"#, "<a href=\"https://example.com\">@</a>",
    ])
    func `beside an address it comes back`(text: String) {
        var vault = MaskVault(mark: "k7f3")
        let label = vault.placeholder(for: "ana", label: "NAME")
        #expect(vault.unmasked(text.replacing("@", with: label)) == text.replacing("@", with: "ana"))
    }

    @Test func `values come back into a stream however it is cut`() {
        var vault = MaskVault(mark: "k7f3")
        _ = vault.placeholder(for: "ana@example.com", label: "EMAIL")
        let text = "Hi [EMAIL_1_k7f3]! [[EMAIL_1_k7f3]] [EMAIL_9_k7f3] [not one of ours at all] é[EMAIL_1"
        let whole = vault.unmasked(text)
        let letters = Array(text)
        for cut in 0...letters.count {
            var stream = UnmaskStream(vault)
            let out = stream.feed(String(letters[..<cut])) + stream.feed(String(letters[cut...])) + stream.finish()
            #expect(out == whole)
        }
        #expect(whole == "Hi ana@example.com! [ana@example.com] [EMAIL_9_k7f3] [not one of ours at all] é[EMAIL_1")
    }

    @Test func `placeholders that were written by somebody are not given out`() {
        var vault = MaskVault(mark: "k7f3")
        vault.avoid("see [EMAIL_3_k7f3] and [EMAIL_x], [PHONE_1 ], [[EMAIL_2_k7f3]] [" + String(repeating: "A", count: 10_000))
        #expect(vault.placeholder(for: "a@b.c", label: "EMAIL") == "[EMAIL_4_k7f3]")
        #expect(vault.placeholder(for: "1", label: "PHONE") == "[PHONE_1_k7f3]")
        #expect(vault.unmasked("[EMAIL_3_k7f3] [EMAIL_4_k7f3]") == "[EMAIL_3_k7f3] a@b.c")
    }

    @Test func `in a JSON document a value is written as its strings are`() throws {
        var vault = MaskVault(mark: "k7f3")
        let label = vault.placeholder(for: "a\"\n\\", label: "KEY")
        var stream = UnmaskStream(vault, isJSON: true)
        let text = stream.feed(#"{"k":""#) + stream.feed(String(label.prefix(3)))
            + stream.feed(String(label.dropFirst(3)) + #""}"#) + stream.finish()
        #expect(text == #"{"k":"a\"\n\\"}"#)
    }
}
