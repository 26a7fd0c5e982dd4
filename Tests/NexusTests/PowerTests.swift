import Chat
import Foundation
import Testing

/// `nexus power` as its users run it.
struct PowerTests {
    /// Arguments, and members of the JSON document. The figures agree with statsmodels 0.15.0 (TTestPower, NormalIndPower)
    /// and, for McNemar, with Connor's formula solved by scipy 1.17.1.
    static let plans: [(String, [(String, Double)])] = [
        ("--sd 1 --difference 0.271", [("n", 109), ("needed_n", 109), ("difference", 0.271)]),
        ("--sd 2 --difference 0.542", [("n", 109), ("sd", 2)]),
        ("--sd 2 --difference -0.542", [("n", 109)]),
        ("--sd 1 --n 109", [("difference", 0.27075), ("smallest_difference", 0.27075), ("power", 0.8)]),
        ("--sd 1 --n 109 --difference 0.271", [("power", 0.80069), ("needed_n", 109)]),
        ("--range 1 --n 400", [("difference", 0.14042)]),
        ("--rate 0.5 --difference 0.1", [("n", 388)]),
        ("--rate 0.5 --difference 0.1 --power 0.9 --alpha 0.01", [("n", 734)]),
        ("--rate 0.8 --n 300", [("smallest_difference", 0.08289), ("smallest_fall", 0.09852)]),
        ("--discordance 0.2 --difference 0.05", [("n", 626), ("discordance", 0.2)]),
        ("--discordance 0.2 --n 626", [("difference", 0.04998)]),
    ]

    @Test(arguments: plans)
    func `n, difference and power follow from each other`(arguments: String, expected: [(String, Double)]) async throws {
        try await withBinary { binary in
            let given = arguments.split(separator: " ").map(String.init).map { $0 == "-0.542" ? "=" + $0 : $0 }
            let joined = given.reduce(into: [String]()) { list, word in
                if word.hasPrefix("=") { list[list.count - 1] += word } else { list.append(word) }
            }
            let outcome = try binary.run(["power", "--json"] + joined)
            #expect(outcome.status == 0, "\(outcome.error)")
            for (member, value) in expected {
                let found = outcome.json?[member]?.doubleValue ?? .nan
                #expect(abs(found - value) < 2e-5, "\(member) is \(found)")
            }
            #expect(outcome.json?["table"]?.arrayValue?.isEmpty == false)
        }
    }

    @Test func `the answer comes first, in words`() async throws {
        try await withBinary { binary in
            let needed = try binary.run("power", "--sd", "0.4", "--difference", "0.05").output
            #expect(needed.hasPrefix("You need 505 samples.\nIf the variants truly differ by 0.05, 80 of 100 such "))
            #expect(needed.contains("    505              0.04996\n"))
            let smallest = try binary.run("power", "--rate", "0.8", "--n", "300").output
            #expect(
                smallest.hasPrefix(
                    "With 300 samples for each variant, the smallest you can count on showing is a rise of 0.08289 or "
                        + "a fall of 0.09852.\n"))
            let both = try binary.run("power", "--range", "1", "--n", "500", "--difference", "0.03").output
            #expect(both.hasPrefix("With 500 samples, a true difference of 0.03 is shown in 10.3 of 100 such "))
            let few = try binary.run("power", "--discordance", "0.05", "--n", "10")
            #expect(few.status == 0 && few.output.hasPrefix("10 samples are too few: even the largest difference "))
            let none = try binary.run("power", "--discordance", "0.05", "--n", "10", "--json")
            #expect(none.json?["difference"] == .null)
        }
    }

    @Test func `a pilot of two files says how scores vary`() async throws {
        func rows(_ scores: [Double]) -> String {
            scores.enumerated().map { #"{"id": "s\#($0)", "score": \#($1)}"# }.joined(separator: "\n") + "\n"
        }
        try await withBinary { binary in
            try binary.write(rows([0.1, 0.4, 0.2, 0.9]), to: "a.jsonl")
            try binary.write(rows([0.3, 0.4, 0.6, 0.8]), to: "b.jsonl")
            let graded = try binary.run(
                "power", "--pilot", "a.jsonl", "b.jsonl", "--difference", "0.1", "--json")
            #expect(graded.json?["design"]?.stringValue == "paired", "\(graded.error)")
            #expect(abs((graded.json?["sd"]?.doubleValue ?? 0) - 0.2217355782608345) < 1e-12)
            try binary.write(rows([1, 0, 1, 1]), to: "c.jsonl")
            try binary.write(rows([1, 1, 0, 1]), to: "d.jsonl")
            let binary2 = try binary.run("power", "--pilot", "c.jsonl", "d.jsonl", "--difference", "0.1", "--json")
            #expect(binary2.json?["design"]?.stringValue == "paired-binary")
            #expect(binary2.json?["discordance"]?.doubleValue == 0.5)
            let same = try binary.run("power", "--pilot", "c.jsonl", "c.jsonl", "--n", "10")
            #expect(same.status == 2)
            #expect(same.lastErrorLine.hasPrefix("--pilot: found 4 samples with scores on both sides whose differences "))
        }
    }

    static let refused: [(String, String)] = [
        ("--sd 1", "expected --difference D (how many samples does it need?), --n N (what can they show?), or both"),
        (
            "--n 10",
            "found 0 of --sd, --range, --discordance, --pilot and --rate; expected one, to know how scores vary"
        ),
        ("--n 10 --sd 1 --rate 0.5", "found 2 of --sd, --range, "),
        ("--n 1 --sd 1", "--n: found 1; expected 2 to 1000000000"),
        ("--n 10 --sd 0", "--sd: found 0.0; expected more than 0"),
        ("--n 10 --sd nan", "--sd: found nan; expected more than 0"),
        ("--n 10 --sd inf", "--sd: found inf; expected more than 0"),
        ("--difference 0 --sd 1", "--difference: found 0.0; expected a number other than 0"),
        ("--n 10 --rate 1.2", "--rate: found 1.2; expected 0 to 1"),
        ("--n 10 --sd 1 --power 0.01", "--power: found 0.01; expected more than alpha and less than 1"),
        ("--n 10 --sd 1 --alpha 0", "--alpha: found 0.0; expected more than 0 and less than 1"),
        (
            "--difference 0.3 --discordance 0.2",
            "--difference: found 0.3; expected at most the discordance, 0.2: shares can differ by no more than the "
                + "samples on which one variant alone is right"
        ),
        (
            "--difference 0.3 --rate 0.8",
            "--difference: found 0.3; expected −0.8 to 0.2: a share of 0.8 can change by no more"
        ),
        ("--n 10 --pilot a.jsonl", "--pilot: found 1 files; expected two, of the same samples"),
        ("--n 10 --pilot a.jsonl b.jsonl", "a.jsonl: no such file"),
    ]

    @Test(arguments: refused)
    func `what cannot be planned is refused in words`(arguments: String, message: String) async throws {
        try await withBinary { binary in
            let outcome = try binary.run(["power"] + arguments.split(separator: " ").map(String.init))
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine.contains(message), "\(outcome.error)")
            #expect(outcome.output.isEmpty)
        }
    }
}
