import Chat
import Guardrails
import Testing

@Suite struct StreamGuardTests {
    static let key = (["-----BEGIN RSA PRIVATE KEY-----"]
        + (0..<5).map { _ in "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj" }
        + ["-----END RSA PRIVATE KEY-----"]).joined(separator: "\n")

    static let texts = [
        "Plain words come at once, and nothing in them is held for long.",
        "Write to ana.lima@example.com or call +55 11 96107-9811 before noon, please.",
        "ana dot lima at example dot com dot br is mine; look at the dot on the map instead.",
        "joão [arroba] exemplo [ponto] com, (11) 96107-9811, ok?",
        "IBAN DE89 3704 0044 0532 0130 00 and card 4111 1111 1111 1111, exp 12/27. Done, thanks a lot.",
        "My number 123456789 is my passport number, I think; AB 123456 is my old passport.",
        "CPF 529.982.247-25, CNPJ 12.ABC.345/01DE-35, SSN 123-45-6789, ip 10.0.0.7, 2001:db8::7334!",
        "Here is the key:\n\(key)\nKeep it safe. And a header: -----BEGIN PRIVATE KEY----- alone is nothing.",
        "token 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 then sk-proj-OLXgrXOAbKp8TBemWDsUUPhgPLNUG9jTYWOdeD4WtyNELBeT3 end",
        "電話は０３－１２３４－５６７８です。手机13812345678，谢谢 and more words follow here",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 phone 21 22 23 24 25 26 27 28 29 30",
        "5555 5473 8747 6813 5555 5473 8747 6813 x", "a\n\n\nb  c\t123-45-6789\r\n", "",
    ]

    static func guarded(_ pieces: [String], action: GuardAction = .mask) async throws -> (String, StreamGuard.Ending) {
        let policy = try GuardPolicy(["output": ["pii"], "action": .string(action.rawValue)])
        var stream = StreamGuard(policy, vault: MaskVault(mark: "k7f3"))
        var out = ""
        for piece in pieces { out += stream.feed(piece) }
        let ending = await stream.finish()
        return (out + ending.text, ending)
    }

    /// The same as `Guard` makes of the whole text.
    static func whole(_ text: String) async throws -> String {
        var vault = MaskVault(mark: "k7f3")
        let policy = try GuardPolicy(["output": ["pii"], "action": "mask"])
        return await Guard(policy).check(text, on: .output, vault: &vault).text
    }

    @Test(arguments: texts)
    func `every cut in two gives the text as masked in one piece`(text: String) async throws {
        let expected = try await Self.whole(text)
        let scalars = Array(text.unicodeScalars)
        for cut in 0...scalars.count {
            let pieces = [scalars[..<cut], scalars[cut...]].map { String(String.UnicodeScalarView($0)) }
            let (out, _) = try await Self.guarded(pieces)
            #expect(out == expected, "cut at \(cut)")
        }
    }

    @Test func `random cuts of long texts give the text as masked in one piece`() async throws {
        var generator = SeededGenerator(7)
        for round in 0..<60 {
            let text = (0..<12).map { _ in Self.texts.randomElement(using: &generator) ?? "" }.joined(separator: round % 2 == 0 ? " " : "\n")
            let scalars = Array(text.unicodeScalars)
            var outputs: Set<String> = [try await Self.guarded([text]).0]
            for size in [1, 2, 5, 13, 50] {
                var pieces: [String] = []
                var start = 0
                while start < scalars.count {
                    let end = min(scalars.count, start + Int.random(in: 1...size, using: &generator))
                    pieces.append(String(String.UnicodeScalarView(scalars[start..<end])))
                    start = end
                }
                outputs.insert(try await Self.guarded(pieces).0)
            }
            #expect(outputs.count == 1)
            #expect(outputs.first == (try await Self.whole(text)))
        }
    }

    @Test func `nothing of a value is let go before it is refused`() async throws {
        let secret = "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"
        let text = "The token is \(secret), and here are many more words that come behind it, one after the other, all of them plain and dull."
        let policy = try GuardPolicy(["output": ["pii"], "action": "refuse"])
        for size in 1...secret.count {
            var stream = StreamGuard(policy)
            var out = ""
            var rest = text[...]
            while !rest.isEmpty {
                out += stream.feed(String(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            let ending = await stream.finish()
            #expect(!(out + ending.text).contains("ghp"))
            #expect("The token is ".hasPrefix(out + ending.text))
            #expect(ending.isRefused && ending.verdicts.map(\.rule) == ["pii"])
        }
    }

    @Test func `plain prose waits for two words at most`() throws {
        var stream = StreamGuard(try GuardPolicy(["output": ["pii"]]))
        var out = ""
        for piece in ["The ", "quick ", "brown ", "fox ", "jumps"] { out += stream.feed(piece) }
        #expect(out == "The quick brown")
    }

    @Test func `a key longer than is held back is masked from its head on`() async throws {
        let policy = try GuardPolicy(["output": ["pii"]])
        let long = "-----BEGIN PRIVATE KEY-----\n" + String(repeating: "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n", count: 1000)
        var stream = StreamGuard(policy)
        var out = ""
        for line in long.split(separator: "\n") { out += stream.feed(line + "\n") }
        let ending = await stream.finish()
        #expect(!(out + ending.text).contains("MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj"))
    }

    @Test func `a rule about the whole answer holds it, or is asked at the end if it only flags`() async throws {
        let text = String(repeating: "the same four words ", count: 10)
        var holding = StreamGuard(try GuardPolicy(["output": ["quality"], "action": "refuse"]))
        #expect(holding.feed(text).isEmpty)
        let refused = await holding.finish()
        #expect(refused.isRefused && refused.text.isEmpty)
        var flagging = StreamGuard(try GuardPolicy(["output": ["quality"], "action": "flag"]))
        let out = flagging.feed(text)
        #expect(!out.isEmpty)
        let ending = await flagging.finish()
        #expect(out + ending.text == text && ending.verdicts.map(\.rule) == ["quality"])
    }

    @Test func `the places of verdicts count from the answer's start`() async throws {
        let text = "é, " + String(repeating: "plain words ", count: 100) + "ana@example.com"
        let (_, ending) = try await Self.guarded(text.map(String.init))
        #expect(ending.verdicts.first?.spans.map(\.codePoints) == [1203..<1218])
        #expect(ending.verdicts.first?.spans.map(\.utf8) == [1204..<1219])
    }
}
