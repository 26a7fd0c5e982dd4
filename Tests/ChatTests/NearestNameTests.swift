import Chat
import Testing

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("temprature", "temperature"), ("TEMPERATURE", "temperature"), ("max-tokens", "max_tokens"), ("tpo_p", "top_p"),
        ("sede", "seed"), ("modell", "model"), ("blue", "bleu"), ("rogue", "rouge"), ("exactmatch", "exact_match"),
        ("latncy_ms", "latency_ms"), ("nht", "nth"), ("lead1", "lead-1"),
    ])
    func `a typing error finds its name`(word: String, name: String) {
        let names = [
            "id", "model", "temperature", "max_tokens", "top_p", "seed", "stop", "bleu", "rouge", "exact_match",
            "latency_ms", "nth", "lead-1",
        ]
        #expect(NearestName.nearest(to: word, among: names) == name)
    }

    @Test(arguments: ["", "zzzzzz", "q", String(repeating: "a", count: 100_000)])
    func `what is near nothing finds nothing`(word: String) {
        #expect(NearestName.nearest(to: word, among: ["model", "temperature", "id"]) == nil)
        #expect(NearestName.question(for: word, among: ["model", "id"]) == nil)
    }

    @Test func `a swap of neighbours is one step, and distance is symmetric`() {
        #expect(NearestName.distance("ab", "ba") == 1 && NearestName.distance("kitten", "sitting") == 3)
        #expect(NearestName.distance("", "abc") == 3 && NearestName.distance("a-b", "A_B") == 0)
        let words = ["model", "modle", "mode", "", "prompt", "temperature"]
        for left in words {
            for right in words { #expect(NearestName.distance(left, right) == NearestName.distance(right, left)) }
        }
    }
}
