import Testing

@testable import Scoring

@Suite struct CappedPatternTests {
    @Test func `a capture is the first group that took part, else the match`() throws {
        #expect(try CappedPattern("A: (\\d+)").capture(in: "A: 12, A: 34") == "12")
        #expect(try CappedPattern("A: (\\d+)").capture(in: "A: 12, A: 34", take: .last) == "34")
        #expect(try CappedPattern("\\d+").capture(in: "a 12") == "12")
        #expect(try CappedPattern("a(\\d)|b(\\d)").capture(in: "b7") == "7")
        #expect(try CappedPattern("(x)?y").capture(in: "y") == "y")
        #expect(try CappedPattern("z").capture(in: "y") == nil)
        #expect(try CappedPattern("(?s)<(.*)>").capture(in: "<👩‍👩‍👧\n中>") == "👩‍👩‍👧\n中")
    }

    @Test func `flags and classes are ICU's`() throws {
        #expect(try CappedPattern("(?i)PLEASE").isFound(in: "yes, please"))
        #expect(try CappedPattern("^\\p{Han}+$").isFound(in: "中文"))
        #expect(try !CappedPattern("^b").isFound(in: "a\nb"))
    }

    @Test(arguments: ["(a+)+$", "(a|aa)+$", "(.*a){20}$"])
    func `a pattern that would run for ages is stopped, and the error says so`(pattern: String) throws {
        let capped = try CappedPattern(pattern, budgetMilliseconds: 50)
        let error = #expect(throws: MetricError.self) {
            try capped.isFound(in: String(repeating: "a", count: 60) + "!")
        }
        #expect(
            error?.message == "the pattern '\(pattern)' took more than 50 ms on this text and was stopped: "
                + "nested repetitions such as (a+)+ are the usual cause")
    }

    @Test func `a match that needs too much memory is an error, not a miss`() throws {
        let error = #expect(throws: MetricError.self) {
            try CappedPattern("(a|b)*c", budgetMilliseconds: 5000).isFound(in: String(repeating: "ab", count: 400_000))
        }
        #expect(
            error?.message.hasPrefix("the pattern '(a|b)*c' needs more memory than the matcher has on this text")
                == true)
    }

    @Test func `text beyond the cap is refused`() throws {
        let error = #expect(throws: MetricError.self) {
            try CappedPattern("a").isFound(in: String(repeating: "a", count: CappedPattern.maximumScalars + 1))
        }
        #expect(
            error?.message == "the text is longer than the 1048576 characters that a regular expression is tried on")
    }

    @Test func `a long text is searched to its end in time`() throws {
        let text = String(repeating: "lorem ipsum 12 ", count: 60_000) + "A: 7"
        #expect(try CappedPattern("A:\\s*(\\d+)").capture(in: text, take: .last) == "7")
    }

    @Test(arguments: [
        ("", "'' is not a regular expression: it is empty"),
        ("(a", "'(a' is not a regular expression: the '(' at position 1 is never closed"),
        ("ab)", "'ab)' is not a regular expression: the ')' at position 3 closes nothing"),
        ("x[a", "'x[a' is not a regular expression: the '[' at position 2 is never closed"),
        ("a(*b)", "'a(*b)' is not a regular expression: '*' at position 3 cannot stand there"),
        ("a{3,1}", "'a{3,1}' is not a regular expression: '{3,1}' at position 2 cannot stand there"),
        ("a\\", "'a\\' is not a regular expression: '\\' at position 2 cannot stand there"),
        ("\\p{Foo}", "'\\p{Foo}' is not a regular expression: '\\p{Foo}' at position 1 cannot stand there"),
        ("(?<n>a)\\k<m>", "'(?<n>a)\\k<m>' is not a regular expression: '\\k<m>' at position 8 cannot stand there"),
        ("a(?z)b", "'a(?z)b' is not a regular expression: '(?z)' at position 2 cannot stand there"),
    ])
    func `a bad pattern is refused with its position`(pattern: String, message: String) {
        let error = #expect(throws: MetricError.self) { try CappedPattern(pattern, parameter: "extract") }
        #expect(error?.message == message)
        #expect(error?.parameter == "extract")
    }

    @Test(arguments: [
        ("X-[0-9]+", "a X-1, é X-22 😀 X-333.", [2..<5, 10..<14, 20..<25]), ("[a-z]*", "ab 12 c", [0..<2, 6..<7]),
        (".", "é😀", [0..<2, 2..<6]), ("z", "", []), ("(?=a)", "aa", []),
    ] as [(String, String, [Range<Int>])])
    func `all places are told as ranges of bytes`(pattern: String, text: String, ranges: [Range<Int>]) throws {
        #expect(try CappedPattern(pattern).ranges(in: text) == ranges)
    }

    @Test func `a runaway pattern gives no places`() throws {
        let text = String(repeating: "a", count: 40) + "b"
        #expect(throws: MetricError.self) { try CappedPattern("(a+)+$", budgetMilliseconds: 20).ranges(in: text) }
    }
}
