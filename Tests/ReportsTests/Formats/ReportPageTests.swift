import Chat
import Foundation
import Testing

@testable import Experiments
@testable import Reports

/// The start tags of a page outside of its style, scripts and data: name and attributes.
func tags(ofHTML page: String) -> [(name: String, attributes: String)] {
    var tags: [(name: String, attributes: String)] = []
    var rest = page[...]
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
        let body = rest[rest.index(after: open)..<close]
        rest = rest[rest.index(after: close)...]
        guard let first = body.first, first.isLetter else { continue }
        let name = body.prefix { $0.isLetter || $0.isNumber }.lowercased()
        tags.append((name, String(body.dropFirst(name.count))))
        if name == "script" || name == "style", let end = rest.range(of: "</\(name)>") {
            rest = rest[end.upperBound...]
        }
    }
    return tags
}

@Suite struct ReportPageTests {
    @Test func `the policy lets only the page's own style and script in`() throws {
        let page = try ReportPage().text(MadeUpRun.news())
        let style = ContentHash.source(PackageResources.report_css)
        let script = ContentHash.source(PackageResources.report_js)
        #expect(
            page.contains(
                "content=\"default-src &#39;none&#39;; style-src &#39;\(style)&#39;; script-src &#39;\(script)&#39;; "
                    + "img-src data:; base-uri &#39;none&#39;; form-action &#39;none&#39;\""))
        #expect(page.contains("<style>" + String(decoding: PackageResources.report_css, as: UTF8.self) + "</style>"))
        #expect(page.contains("<script>" + String(decoding: PackageResources.report_js, as: UTF8.self) + "</script>"))
    }

    @Test(arguments: [false, true])
    func `nothing of a run becomes markup`(isHostile: Bool) throws {
        let page = try ReportPage().text(isHostile ? Hostile.run() : MadeUpRun.news())
        for tag in tags(ofHTML: page) {
            #expect(!tag.attributes.contains(/\son[a-z]+\s*=/), "\(tag)")
            #expect(!tag.attributes.contains(/\sstyle\s*=/), "\(tag)")
            #expect(!tag.attributes.contains(/(?:href|src)="(?!#)/), "\(tag)")
            #expect(tag.name != "img" && tag.name != "iframe" && tag.name != "a" || tag.attributes.contains("href=\"#"))
            if tag.name == "script" {
                #expect(tag.attributes.isEmpty || tag.attributes.hasPrefix(" type=\"application/json\" id=\""))
            }
        }
        #expect(tags(ofHTML: page).count { $0.name == "script" && $0.attributes.isEmpty } == 1)
    }

    @Test func `the data holds every sample, and no output can end its block`() throws {
        let run = Hostile.run()
        let page = try ReportPage().text(run)
        let start = try #require(page.range(of: "id=\"samples-0\">"))
        let end = try #require(page[start.upperBound...].range(of: "</script>"))
        let json = page[start.upperBound..<end.lowerBound]
        #expect(!json.contains("<"))
        let rows = try #require(try JSONValue.parse(String(json)).arrayValue)
        #expect(rows.count == Hostile.outputs.count)
        for (row, output) in zip(rows, Hostile.outputs) {
            let trial = row.arrayValue?[3].arrayValue?[0].arrayValue
            #expect(trial?[2].stringValue == output)
        }
    }

    @Test func `a long run is cut into blocks that the index counts`() throws {
        let page = try ReportPage().text(MadeUpRun.news(samples: 1_200))
        let start = try #require(page.range(of: "id=\"index\">"))
        let end = try #require(page[start.upperBound...].range(of: "</script>"))
        let index = try JSONValue.parse(String(page[start.upperBound..<end.lowerBound]))
        let blocks = (index["blocks"]?.arrayValue ?? []).compactMap { $0.intValue }
        #expect(blocks.count > 1)
        #expect(blocks.reduce(0, +) == 1_200)
        #expect(index["rows"]?.arrayValue?.count == 1_200)
        #expect(page.contains("id=\"samples-\(blocks.count - 1)\""))
    }

    @Test func `the page can be read by ear and used by keyboard`() throws {
        let page = try ReportPage().text(MadeUpRun.news())
        for part in [
            "<main id=\"main\"", "<nav aria-label=", "<header", "<footer>", "class=\"skip\"", "<html lang=\"en\">",
        ] {
            #expect(page.contains(part), "\(part) is missing")
        }
        let ids = Set(page.matches(of: /\sid="([^"]+)"/).map { String($0.1) })
        for match in page.matches(of: /aria-labelledby="([^"]+)"/) { #expect(ids.contains(String(match.1))) }
        for match in page.matches(of: /href="#([^"]+)"/) { #expect(ids.contains(String(match.1))) }
        #expect(page.matches(of: /\sid="([^"]+)"/).count == ids.count)
        #expect(tags(ofHTML: page).count { $0.name == "h1" } == 1)
    }

    @Test func `faults come before the verdict`() throws {
        var run = MadeUpRun.news()
        run.summary.faults = ["12 of 360 trials failed: more than max_failures allows"]
        let page = try ReportPage().text(run)
        let fault = try #require(page.range(of: "12 of 360 trials failed"))
        let verdict = try #require(page.range(of: "id=\"verdict\""))
        #expect(fault.lowerBound < verdict.lowerBound)
    }

    @Test func `a run with one variant and nothing scored is a page too`() throws {
        var run = MadeUpRun.news(samples: 1)
        run.summary.variants = Array(run.summary.variants.prefix(1))
        run.summary.measures = []
        run.summary.comparisons = []
        run.summary.gates = []
        run.summary.verdict = []
        run.samples = []
        let page = try ReportPage().text(run)
        #expect(page.contains("There is nothing to compare."))
        #expect(!page.contains("href=\"#gates\""))
        #expect(page.hasSuffix("</html>\n"))
    }
}
