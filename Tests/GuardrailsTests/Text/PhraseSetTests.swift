import Testing

@testable import Guardrails

@Suite struct PhraseSetTests {
    private static let lists: [(tag: UInt8, phrases: [String])] = [
        (1, ["[inst]", "end of system", "</s>"]), (2, ["@", "://", "end"]),
    ]

    @Test(arguments: [
        "[inst] x", "the end of system", "a@b", "@", "see http://", "bye</s>", "ab[inst", "https:/", "en", "", "@[inst]",
    ])
    func `lists are told whose phrases stand in a text, and no part of one counts`(text: String) {
        let expected = Self.lists.filter { $0.phrases.contains { text.contains($0) } }.reduce(0) { $0 | $1.tag }
        #expect(PhraseSet(Self.lists).tags(in: Array(text.utf8)) == expected)
    }
}
