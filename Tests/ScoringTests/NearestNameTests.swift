import Testing

@testable import Scoring

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("blue", "bleu"), ("BLEU", "bleu"), ("rogue", "rouge"), ("exactmatch", "exact_match"), ("tokenf1", "token_f1"),
    ])
    func `a slip of the keyboard finds its name`(found: String, name: String) {
        #expect(NearestName.of(found, among: ["bleu", "rouge", "exact_match", "token_f1", "json"]) == name)
    }

    @Test(arguments: ["perplexity", "", "x", String(repeating: "b", count: 1000)])
    func `what is near nothing finds nothing`(found: String) {
        #expect(NearestName.of(found, among: ["bleu", "rouge"]) == nil)
    }
}
