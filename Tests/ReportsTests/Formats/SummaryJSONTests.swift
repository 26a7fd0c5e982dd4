import Chat
import Testing

@testable import Experiments
@testable import Reports

@Suite struct SummaryJSONTests {
    @Test func `the document holds spec, hashes, seed, versions and every figure`() throws {
        let run = MadeUpRun.news()
        let document = try JSONValue.parse(SummaryJSON().text(run))
        #expect(document["schema_version"]?.intValue == 1)
        #expect(document["run_id"]?.stringValue == run.summary.runID)
        #expect(document["seed"]?.intValue == 7)
        #expect(document["spec"] == run.summary.spec)
        #expect(document["spec_sha256"]?.stringValue == run.summary.specHash)
        #expect(document["versions"]?["nexus"]?.stringValue == "1.0.0")
        #expect(document["started_at"]?.stringValue == "2026-11-21T14:00:00Z")
        #expect(document["valid"]?.boolValue == true)
        let variants = try #require(document["variants"]?.arrayValue)
        #expect(variants.count == 3)
        let figures = try #require(variants[2]["figures"]?.arrayValue)
        #expect(figures[0]["value"]?.doubleValue == run.summary.variants[2].figures[0].value)
        #expect(document["comparisons"]?.arrayValue?.count == 8)
        #expect(document["gates"]?.arrayValue?.map { $0["verdict"]?.stringValue } == ["PASS", "INCONCLUSIVE", "FAIL"])
    }

    @Test func `what is unknown is null, never 0`() throws {
        var run = MadeUpRun.news()
        run.summary.variants[0].figures[0].value = nil
        run.summary.variants[0].figures[1].value = .nan
        run.summary.finishedAt = nil
        let document = try JSONValue.parse(SummaryJSON().text(run))
        let figures = document["variants"]?.arrayValue?[0]["figures"]?.arrayValue
        #expect(figures?[0]["value"] == .null)
        #expect(figures?[1]["value"] == .null)
        #expect(document["finished_at"] == .null)
    }
}
