import Chat
import Testing

@testable import Scoring

@Suite struct JSONMatchTests {
    @Test(
        arguments: [
            ("{\"a\": 1}", 1.0), (" [1, 2]\n", 1), ("null", 1), ("", 0), ("{a: 1}", 0), ("```json\n{}\n```", 0),
            ("{} {}", 0),
            (String(repeating: "[", count: 100_000), 0),
        ] as [(String, Double)])
    func `json asks for one valid document`(output: String, wanted: Double) throws {
        #expect(try Scores.one("json", output, []) == wanted)
    }
}
