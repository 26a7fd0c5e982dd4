import Chat
import Foundation
import Testing

/// `nexus rank` as its users run it.
struct RankTests {
    /// x beats y 13 of 20 with 3 ties, x beats z 8 of 10, y beats z 7 of 10; a self-battle beside them.
    static let battles: String = {
        func rows(_ a: String, _ b: String, _ winner: String, _ count: Int, from start: Int) -> [String] {
            (0..<count).map {
                #"{"id": "q\#(start + $0)", "model_a": "\#(a)", "model_b": "\#(b)", "winner": "\#(winner)"}"#
            }
        }
        let lines =
            rows("x", "y", "model_a", 13, from: 0) + rows("y", "x", "model_a", 4, from: 13)
            + rows("x", "y", "tie", 2, from: 17) + rows("x", "y", "tie (bothbad)", 1, from: 19)
            + rows("x", "z", "model_a", 8, from: 0) + rows("x", "z", "model_b", 2, from: 8)
            + rows("y", "z", "model_a", 7, from: 0) + rows("z", "y", "model_a", 3, from: 7)
            + rows("x", "x", "model_a", 1, from: 0)
        return lines.joined(separator: "\n") + "\n"
    }()

    static func ratings(_ json: JSONValue?) -> [String: JSONValue] {
        Dictionary(
            (json?["ratings"]?.arrayValue ?? []).map { ($0["model"]?.stringValue ?? "", $0) },
            uniquingKeysWith: { first, _ in first })
    }

    static func row(_ id: String, _ a: String, _ b: String, _ rest: String) -> String {
        #"{"id": "\#(id)", "model_a": "\#(a)", "model_b": "\#(b)", \#(rest)}"# + "\n"
    }

    /// Fits by numpy of the same likelihoods, by model: x, y, z.
    static let fits: [(String, [Double], Double?)] = [
        ("default", [1158.5515573, 987.9814130, 853.4670297], 0.189850961),
        ("half", [1144.0113690, 989.0054409, 866.9831901], nil),
        ("davidson", [1158.5515573, 987.9814130, 853.4670297], 0.189850961),
        ("rao-kupper", [1146.7389866, 997.4982964, 855.7627170], 1.216556157),
        ("ignore", [1157.9257384, 977.1806511, 864.8936105], nil),
    ]

    @Test func `models that look alike are two where their scalars are`() async throws {
        try await withBinary { binary in
            let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
            let rows = (0..<20).map { index in
                "{\"id\": \"\(index)\", \"model_a\": \"\(composed)\", \"model_b\": \"\(decomposed)\", "
                    + "\"winner\": \"model_\(index % 3 == 0 ? "a" : "b")\"}\n"
            }
            try binary.write(rows.joined(), to: "b.jsonl")
            let outcome = try binary.run("rank", "b.jsonl", "--json", "--rounds", "100")
            #expect(outcome.status == 0, "\(outcome.error)")
            let ratings = outcome.json?["ratings"]?.arrayValue ?? []
            #expect(ratings.map { $0["model"]?.stringValue.map(ScalarText.init) } == [decomposed, composed].map(ScalarText.init))
        }
    }

    @Test(arguments: fits)
    func `battles give ratings on the Elo scale under each reading of ties`(
        ties: String, expected: [Double], parameter: Double?
    ) async throws {
        try await withBinary { binary in
            try binary.write(Self.battles, to: "b.jsonl")
            let given = ties == "default" ? [] : ["--ties", ties]
            let outcome = try binary.run(["rank", "b.jsonl", "--json", "--rounds", "200"] + given)
            #expect(outcome.status == 0, "\(outcome.error)")
            let json = try #require(outcome.json)
            #expect(json["method"]?.stringValue == "bradley-terry")
            #expect(json["ties"]?.stringValue == (ties == "default" ? "davidson" : ties))
            let ratings = Self.ratings(json)
            for (model, rating) in zip(["x", "y", "z"], expected) {
                #expect(abs((ratings[model]?["rating"]?.doubleValue ?? 0) - rating) < 1e-4, "\(model)")
                let (low, high) = (ratings[model]?["ci_low"]?.doubleValue, ratings[model]?["ci_high"]?.doubleValue)
                #expect((low ?? 9e9) < rating && rating < (high ?? 0))
            }
            if let parameter { #expect(abs((json["tie_parameter"]?.doubleValue ?? 0) - parameter) < 1e-6) }
            #expect(json["ratings"]?.arrayValue?.map { $0["model"]?.stringValue } == ["x", "y", "z"], "best first")
            #expect(json["battles"]?.intValue == 40 && json["self_battles"]?.intValue == 1)
            #expect(json["questions"]?.intValue == 20)
            #expect(ratings["x"]?["battles"]?.intValue == 30)
            // 13 + 8 wins and 3 half wins of 30
            #expect(abs((ratings["x"]?["win_rate"]?.doubleValue ?? 0) - 75) < 1e-12)
            #expect(abs((ratings["x"]?["win_rate_se"]?.doubleValue ?? 0) - 7.485618) < 1e-5)
            #expect(outcome.error.hasPrefix("warning: 1 battle of a model with itself, left out\n"))
        }
    }

    @Test func `graded preferences and whole outcomes stand beside each other, from several files`() async throws {
        try await withBinary { binary in
            try binary.write(
                Self.row("1", "base", "m", #""preference_b": 0.25"#) + Self.row("2", "base", "m", #""preference_b": 1"#),
                to: "a.jsonl")
            try binary.write(
                Self.row("1", "base", "m", #""winner": "tie""#) + Self.row("3", "m", "base", #""preference_b": null"#),
                to: "b.jsonl")
            let outcome = try binary.run("rank", "a.jsonl", "b.jsonl", "--json", "--rounds", "100", "--elo")
            let json = try #require(outcome.json, "\(outcome.error)")
            #expect(json["ties"]?.stringValue == "half" && json["graded"]?.intValue == 2)
            #expect(json["unjudged"]?.intValue == 1 && json["battles"]?.intValue == 3)
            #expect(json["questions"]?.intValue == 2)
            let ratings = Self.ratings(json)
            // odds 1.75 to 1.25: 400 · log10(1.4) between the two
            let gap = (ratings["m"]?["rating"]?.doubleValue ?? 0) - (ratings["base"]?["rating"]?.doubleValue ?? 0)
            #expect(abs(gap - 58.45121427129521) < 1e-6)
            #expect(json["elo"]?["order_dependent"]?.boolValue == true)
            #expect(abs((ratings["m"]?["elo"]?.doubleValue ?? 0) - 1000.999867) < 1e-4)
            let text = try binary.run("rank", "a.jsonl", "b.jsonl", "--rounds", "100", "--elo", "--quiet")
            #expect(text.output.contains("ELO (ORDER-DEPENDENT)") && text.error.isEmpty)
        }
    }

    @Test func `outputs add win rates at equal length, ratings at equal style and a word on constant ones`()
        async throws
    {
        try await withBinary { binary in
            var (battles, long, short) = ("", "", "")
            for question in 0..<40 {
                // The longer answer wins three times of four.
                let winner = question % 4 == 0 ? "model_a" : "model_b"
                battles += Self.row("\(question)", "short", "dir/long", #""winner": "\#(winner)""#)
                let text = String(repeating: "word ", count: question % 4 == 0 ? 5 : 20 + question)
                long += #"{"id": "\#(question)", "output": "\#(text)"}"# + "\n"
                short += #"{"id": "\#(question)", "output": "It depends."}"# + "\n"
            }
            try binary.write(battles, to: "b.jsonl")
            try FileManager.default.createDirectory(
                at: binary.folder.appending(path: "out/dir"), withIntermediateDirectories: true)
            try binary.write(long, to: "out/dir/long.jsonl")
            try binary.write(short, to: "out/short.jsonl")
            let outcome = try binary.run("rank", "b.jsonl", "--outputs", "out", "--json", "--rounds", "100")
            #expect(outcome.status == 0, "\(outcome.error)")
            let ratings = Self.ratings(outcome.json)
            let controlled = ratings["dir/long"]?["length_controlled_win_rate"]?.doubleValue ?? 0
            #expect(ratings["dir/long"]?["win_rate"]?.doubleValue == 75)
            #expect(controlled > 0 && controlled < 70)
            #expect((ratings["dir/long"]?["length_weight_ci_low"]?.doubleValue ?? 0) > 0)
            #expect((ratings["dir/long"]?["style_controlled_rating"]?.doubleValue ?? 9e9) < 1050)
            #expect(ratings["short"]?["constant_output"]?.boolValue == true)
            let weights = outcome.json?["style_control"]?["weights"]?.arrayValue
            #expect(weights?.map { $0["feature"]?.stringValue } == ["length"], "what never differs has no weight")
            #expect(outcome.error.contains("'short' gives the same output to every question"))
            try FileManager.default.removeItem(at: binary.folder.appending(path: "out/short.jsonl"))
            try binary.write(short, to: "out/shirt.jsonl")
            let partial = try binary.run("rank", "b.jsonl", "--outputs", "out", "--json", "--rounds", "100")
            #expect(partial.status == 0)
            #expect(partial.error.contains("out has no 'short.jsonl' (did you mean 'shirt.jsonl'?)"))
            #expect(partial.error.contains("40 battles without both outputs, left out of the controlled figures"))
            #expect(Self.ratings(partial.json)["short"]?["length_controlled_win_rate"] == .null)
        }
    }

    /// Battles that have no rating, and how that is said.
    static let obstacles: [(String, String)] = [
        (
            row("1", "a", "b", #""winner": "model_a""#) + row("2", "c", "d", #""winner": "tie""#),
            "the players fall into 2 groups that never met: 'b', 'a' | 'd', 'c'"
        ),
        (
            row("1", "a", "b", #""winner": "model_a""#) + row("2", "a", "c", #""winner": "model_a""#)
                + row("3", "b", "c", #""winner": "model_a""#) + row("4", "b", "c", #""winner": "model_b""#),
            "nobody else has ever beaten or tied with 'a'"
        ),
        (
            row("1", "a", "b", #""winner": "model_a""#), "'b' never beat or tied with anybody else"
        ),
    ]

    @Test(arguments: obstacles)
    func `without a finite rating none is printed, and it is said why`(rows: String, reason: String) async throws {
        try await withBinary { binary in
            try binary.write(rows, to: "b.jsonl")
            let outcome = try binary.run("rank", "b.jsonl", "--json")
            #expect(outcome.status == 0)
            let problem = outcome.json?["problem"]?.stringValue
            #expect(problem == reason || problem == "nobody else has ever beaten or tied with 'a'", "\(problem ?? "")")
            for entry in outcome.json?["ratings"]?.arrayValue ?? [] {
                #expect(entry["rating"] == .null && entry["ci_low"] == .null)
                #expect(entry["win_rate"]?.doubleValue != nil)
            }
            let text = try binary.run("rank", "b.jsonl").output
            #expect(text.hasPrefix("No rating: \(problem ?? "-").\n"))
            #expect(text.contains("--prior") && !text.contains("RATING"))
            let held = try binary.run("rank", "b.jsonl", "--prior", "--json")
            #expect(held.json?["problem"] == .null && held.json?["prior"]?.doubleValue == 0.1)
            #expect(Self.ratings(held.json)["a"]?["rating"]?.doubleValue != nil)
        }
    }

    /// What stands in the file, and the last line on standard error.
    static let refused: [(String, String)] = [
        (
            row("1", "a", "b", #""winer": "model_a""#),
            "b.jsonl:1: found 'id', 'model_a', 'model_b', 'winer'; expected 'winner' or 'preference_b' "
                + "(write 'winner' for 'winer')"
        ),
        (
            row("1", "a", "b", #""winner": "modle_a""#),
            "b.jsonl:1: 'winner': found 'modle_a'; expected 'model_a' or 'model_b' or 'tie' or 'tie (bothbad)' "
                + "(write 'model_a' for it)"
        ),
        (
            row("1", "gpt", "b", #""winner": "gpt""#),
            "b.jsonl:1: 'winner': found 'gpt'; expected 'model_a' or 'model_b' or 'tie' or 'tie (bothbad)' "
                + "(write 'model_a' for it)"
        ),
        (
            row("1", "a", "b", #""winner": "tie""#) + row("1", "a", "b", #""preference_b": 1.4"#),
            "b.jsonl:2: 'preference_b': found 1.4; expected a number from 0 to 1 "
                + "(AlpacaEval's own files count from 1 to 2: subtract 1)"
        ),
        (
            row("1", "a", "b", #""preference_b": "much""#),
            "b.jsonl:1: 'preference_b': found 'much'; expected a finite number"
        ),
        (
            row("1", "a", "b", #""winner": "tie", "preference_b": 0.5"#),
            "b.jsonl:1: found both 'winner' and 'preference_b'; expected one of them"
        ),
        (row("1", "", "b", #""winner": "tie""#), "b.jsonl:1: 'model_a': found an empty string; expected a model's name"),
        (
            #"{"id": 1, "model_a": "x", "winner": "tie"}"#,
            "b.jsonl:1: found 'id', 'model_a', 'winner'; expected 'model_b' (write 'model_b' for 'model_a')"
        ),
        (row("1", "a", "b", #""winner": 3"#), "b.jsonl:1: 'winner': found '3'; expected "),
        ("", "b.jsonl: found no rows; expected at least one, such as "),
        (
            row("1", "a", "a", #""winner": "tie""#) + row("2", "a", "b", #""winner": null"#),
            "b.jsonl: found 1 battle of a model with itself and 1 without a verdict; expected at least one battle of "
                + "two models"
        ),
        ("nonsense\n", "b.jsonl:1"),
    ]

    @Test(arguments: refused)
    func `a row that is no battle is refused with file and line`(rows: String, message: String) async throws {
        try await withBinary { binary in
            try binary.write(rows, to: "b.jsonl")
            let outcome = try binary.run("rank", "b.jsonl")
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine.hasPrefix(message), "\(outcome.error)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func `flags and files that are not there are refused with the nearest`() async throws {
        try await withBinary { binary in
            try binary.write(Self.battles, to: "b.jsonl")
            let ties = try binary.run("rank", "b.jsonl", "--ties", "davidsen")
            #expect(ties.status == 2)
            #expect(
                ties.lastErrorLine
                    == "--ties: there is no 'davidsen'; there are ignore, half, davidson, rao-kupper; "
                    + "did you mean 'davidson'?")
            #expect(try binary.run("rank", "b.jsonl", "--alpha", "1").lastErrorLine.contains("--alpha: found 1.0"))
            #expect(try binary.run("rank", "c.jsonl").lastErrorLine.hasSuffix("(did you mean \"b.jsonl\"?)"))
            let folder = try binary.run("rank", "b.jsonl", "--outputs", "nowhere")
            #expect(folder.lastErrorLine.hasPrefix("nowhere: found no such folder"))
            #expect(try binary.run("rank", "b.jsonl", "--outputs", ".").status == 2)
        }
    }

    @Test func `the table for people has ranks, tiers and what they rest on`() async throws {
        try await withBinary { binary in
            try binary.write(Self.battles, to: "b.jsonl")
            let lines = try binary.run("rank", "b.jsonl", "--quiet").output.split(separator: "\n").map(String.init)
            #expect(lines[0] == "RANK  MODEL  RATING  95 % INTERVAL  RANKS  TIER  BATTLES  WIN RATE    SE")
            #expect(lines[1].hasPrefix("   1  x "))
            #expect(lines[4].hasPrefix("Bradley–Terry, ties by Davidson; 400 points are odds of 10 to 1"))
            #expect(lines[5].hasPrefix("40 battles over 20 questions."))
        }
    }
}
