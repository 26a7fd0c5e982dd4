import Testing

@testable import Experiments
@testable import Reports

/// How often each element stands in a document.
func elements(ofXML text: String) throws -> [String: Int] {
    var reader = XMLScanner(Array(text.utf8))
    var counts: [String: Int] = [:]
    while let event = try reader.next() {
        if case .start(let name, _) = event { counts[name, default: 0] += 1 }
    }
    return counts
}

@Suite struct JUnitXMLTests {
    @Test func `a gate is a test case, and an inconclusive one an error`() throws {
        let text = try JUnitXML().text(MadeUpRun.news())
        let counts = try elements(ofXML: text)
        #expect(counts["testcase"] == 3)
        #expect(counts["failure"] == 1)
        #expect(counts["error"] == 1)
        #expect(counts["skipped"] == nil)
        #expect(text.contains("tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\""))
        #expect(text.contains("time=\"83.250\""))
    }

    @Test func `an inconclusive gate is skipped where it passes`() throws {
        var options = ReportOptions.withoutGnuplot
        options.inconclusivePasses = true
        let text = try JUnitXML().text(MadeUpRun.news(), options: options)
        let counts = try elements(ofXML: text)
        #expect(counts["skipped"] == 1)
        #expect(counts["error"] == nil)
        #expect(text.contains("errors=\"0\" skipped=\"1\""))
    }

    @Test func `hostile text leaves the document well-formed`() throws {
        let counts = try elements(ofXML: JUnitXML().text(Hostile.run()))
        #expect(counts["testcase"] == 3)
        #expect(counts["script"] == nil)
        #expect(counts["system-err"] == 1)
    }
}
