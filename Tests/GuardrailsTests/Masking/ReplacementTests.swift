import Testing

@testable import Guardrails

@Suite struct ReplacementTests {
    static func span(_ range: Range<Int>, _ label: String) -> GuardSpan {
        GuardSpan(label: label, utf8: range, codePoints: range)
    }

    @Test func `spans that overlap are replaced as one`() {
        var vault = MaskVault(mark: "k7f3")
        func applied(_ spans: [(span: GuardSpan, action: GuardAction)]) -> String {
            Replacement.applied(spans, to: "0123456789", vault: &vault)
        }
        #expect(applied([(Self.span(2..<5, "A"), .redact), (Self.span(4..<8, "B"), .redact)]) == "01[B]89")
        #expect(applied([(Self.span(4..<8, "B"), .redact), (Self.span(2..<9, "A"), .mask)]) == "01[A]9")
        #expect(applied([(Self.span(2..<5, "A"), .mask), (Self.span(4..<8, "B"), .mask)]) == "01[B_1_k7f3]89")
        #expect(vault.unmasked("[B_1_k7f3]") == "234567")
        #expect(applied([(Self.span(1..<3, "A"), .redact), (Self.span(3..<5, "B"), .redact)]) == "0[A][B]56789")
        #expect(applied([(Self.span(0..<9, "A"), .flag), (Self.span(3..<50, "B"), .redact)]) == "012[B]")
    }

    @Test func `a span inside of a code point covers it`() {
        var vault = MaskVault(mark: "k7f3")
        #expect(Replacement.applied([(Self.span(2..<3, "A"), .redact)], to: "aéb", vault: &vault) == "a[A]b")
    }

    /// Nothing of a span stays, whatever overlaps it.
    @Test func `random spans leave nothing behind`() {
        var generator = SeededGenerator(5)
        for _ in 0..<2000 {
            let spans = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                let start = Int.random(in: 0..<40, using: &generator)
                return Self.span(start..<Int.random(in: (start + 1)...45, using: &generator), "X")
            }
            let bytes = (0..<45).map { position in spans.contains { $0.utf8.contains(position) } ? UInt8(ascii: "s") : UInt8(ascii: ".") }
            var vault = MaskVault(mark: "k7f3")
            let entries = spans.map { (span: $0, action: Bool.random(using: &generator) ? GuardAction.redact : .mask) }
            let out = Replacement.applied(entries, to: String(decoding: bytes, as: UTF8.self), vault: &vault)
            #expect(!out.contains("s"), "\(spans)")
        }
    }
}
