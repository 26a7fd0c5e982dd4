import Chat
import Guardrails
import Testing

/// Values that a stream could let go a part of, cut at random with fixed seeds.
@Suite struct StreamLeakTests {
    static let hidden = String(repeating: "\u{200B}", count: 40)
    static let texts = [
        "He wrote \"ana maria de souza lima\"@example.com to us, and then nothing more came of it for many days.",
        "123456789 it \(hidden)is my passport number, " + "and more plain words follow behind it ".repeated(4),
        "passport " + hidden.repeated(10) + "123456789 " + "and more plain words follow behind it ".repeated(4),
        ["alphabet", "betaword", "gammaraw", "deltaray", "epsilons", "zetaline", "etagrams", "thetasum", "iotamark", "kappawin"]
            .joined(separator: " dot ") + " at example dot com dot br " + "and plain words follow ".repeated(8),
        "MY-KEY=\(StreamGuardTests.key)\nKeep it. " + "and plain words follow ".repeated(8),
        "a--b---KEY=-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeated(30) + "-----END RSA PRIVATE KEY-----\nend of it",
        #"{"log":"one\n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\nphone: 4155552671 \t4111111111111111"} and some more words"#,
        "4111 1111 1111 1111 5105 1051 0510 5100 4111 1111 1111 1111 2028 and more words",
    ]

    static func cut(_ text: String, most: Int, _ generator: inout SeededGenerator) -> [String] {
        let scalars = Array(text.unicodeScalars)
        var pieces: [String] = []
        var start = 0
        while start < scalars.count {
            let end = min(scalars.count, start + Int.random(in: 1...most, using: &generator))
            pieces.append(String(String.UnicodeScalarView(scalars[start..<end])))
            start = end
        }
        return pieces
    }

    @Test(arguments: texts) func `every way to cut gives what the whole text gives`(text: String) async throws {
        let expected = try await StreamGuardTests.whole(text)
        var generator = SeededGenerator(17)
        for most in [1, 3, 10, 40, 1000] {
            let (out, _) = try await StreamGuardTests.guarded(Self.cut(text, most: most, &generator))
            #expect(out == expected)
        }
    }

    @Test func `a word without an end is cut neither in a value nor in a code point`() async throws {
        var generator = SeededGenerator(19)
        let values = ["ana@example.com", "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", "4111111111111111", "+5511961079811"]
        for filler in ["é", "電話", "x|", "🏴/", "[\u{200B}a"] {
            var text = ""
            while text.utf8.count < 60_000 {
                text += String(repeating: filler, count: Int.random(in: 40...900, using: &generator))
                text += "<\(values.randomElement(using: &generator) ?? "")>"
            }
            let expected = try await StreamGuardTests.whole(text)
            let (out, _) = try await StreamGuardTests.guarded(Self.cut(text, most: 700, &generator))
            #expect(!out.unicodeScalars.contains("\u{FFFD}"))
            #expect(out == expected, "'\(filler)'")
            for value in values { #expect(!out.contains(value)) }
        }
    }

    static func rule(_ action: GuardAction, _ check: Rule.Check, reach: Rule.Reach = .values) -> GuardPolicy {
        GuardPolicy(output: [.init(rule: Rule(name: "own", reach: reach, check: check), action: action)])
    }

    @Test func `a rule that fails in a stream refuses, or is recorded where the policy is open`() async {
        var policy = Self.rule(.redact, .now { _ in .failed("out of order") })
        for onError in [GuardPolicy.OnError.closed, .open] {
            policy.onError = onError
            var stream = StreamGuard(policy)
            let out = stream.feed("Write to 12 or 13 " + String(repeating: "and 5 more ", count: 40))
            let ending = await stream.finish()
            #expect(ending.isRefused == (onError == .closed))
            #expect(ending.verdicts.map(\.isFailure) == [true])
            #expect((out + ending.text).contains("13") == (onError == .open))
        }
    }

    @Test func `a rule about values that asks somebody is asked about the whole`() async {
        let check = Rule.Check.later { subject in
            subject.text.contains("secret 1") ? .found(Rule.Finding(message: "no")) : .passed
        }
        var stream = StreamGuard(Self.rule(.refuse, check))
        #expect(stream.feed("a secret 1 and then some more words of no weight").isEmpty)
        #expect(await stream.finish().isRefused)
    }

    @Test func `the tail of a span that overlaps another does not leak`() async {
        let check = Rule.Check.now { subject in
            let text = Array(subject.text.utf8)
            guard let start = text.firstIndex(of: UInt8(ascii: "<")), start + 8 <= text.count else { return .passed }
            let spans = [start..<(start + 5), (start + 3)..<(start + 8)].map {
                GuardSpan(label: "X", utf8: $0, codePoints: $0)
            }
            return .found(Rule.Finding(spans: spans, message: "found"))
        }
        var stream = StreamGuard(Self.rule(.redact, check))
        let out = stream.feed("see <1234567 and more words behind it ")
        #expect(out + (await stream.finish()).text == "see [X] and more words behind it ")
    }
}

extension String {
    fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
