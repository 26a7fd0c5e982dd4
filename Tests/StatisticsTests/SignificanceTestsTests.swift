import Foundation
import Testing

@testable import Statistics

@Suite struct SignificanceTestsTests {
    static let paired = try! PairedScores(baseline: [1, 0, 1, 1, 0], candidate: [1, 1, 1, 0, 1])

    @Test func `the list is sorted and its names are unique`() {
        let names = SignificanceTests.all.map(\.name)
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
    }

    @Test func `every file of the folder is in the list and every entry has a file`() throws {
        let folder = SourceTree.root.appendingPathComponent("Sources/Statistics/Significance").resolvingSymlinksInPath()
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".swift") }.map { $0.dropLast(6).lowercased() }
        let names = SignificanceTests.all.map { $0.name.replacingOccurrences(of: "-", with: "") }
        #expect(Set(files) == Set(names))
    }

    @Test func `a test is found by its name, and an unknown name is none`() {
        #expect(SignificanceTests.named("paired-t")?.title == "paired t test")
        #expect(SignificanceTests.named("paired t") == nil)
    }

    @Test func `every test refuses data of another kind and says so`() {
        for test in SignificanceTests.all {
            let kinds: [Observations] = [
                .paired(Self.paired), .corpus(PairedSegments(meansOf: Self.paired)),
                .independent([1, 2, 3], [2, 3, 4]),
                .blocks([[1, 2, 3], [2, 3, 1], [1, 1, 2]]), .blocks([[1, 0], [0, 1], [1, 1]]),
                .table([[1, 2], [3, 4]]), .table([[3, 5]]),
            ]
            let results = kinds.map { test.run($0, TestSettings(resamples: 50)) }
            #expect(results.contains { $0.notTestable?.contains("cannot be done on") ?? false }, "\(test.name)")
            #expect(
                results.contains { $0.pValue != nil || $0.notTestable?.contains("cluster") ?? false }, "\(test.name)")
            for result in results {
                #expect(result.name == test.name)
                #expect((result.pValue == nil) == (result.notTestable != nil))
                #expect(result.pValue.map { $0 >= 0 && $0 <= 1 } ?? true)
            }
        }
    }

    @Test func `no test on paired scores traps on empty, single or constant data`() throws {
        for values in [[], [0.5], [0, 0, 0], [1, 1, 1, 1]] {
            let same = try PairedScores(baseline: values, candidate: values, clusters: values.indices.map { $0 / 2 })
            for test in SignificanceTests.all {
                let result = test.run(.paired(same), TestSettings(resamples: 20))
                #expect(result.pValue == nil || result.pValue == 1, "\(result)")
                #expect(result.description.hasPrefix(test.name))
            }
        }
    }
}
