import Testing

@testable import Scoring

@Suite struct SignatureTests {
    @Test func `fields are joined by bars, in the long or the short form`() {
        let signature = Signature([
            .init(name: "case", short: "c", value: "lc"), .init(name: "tok", short: "t", value: "13a"),
        ])
        #expect(signature.text() == "case:lc|tok:13a")
        #expect(signature.text(short: true) == "c:lc|t:13a")
        #expect(signature.text(references: [1], short: false) == "nrefs:1|case:lc|tok:13a")
        #expect(signature.text(references: [1, 3], short: true) == "#:var|c:lc|t:13a")
    }
}
