import Chat
import Testing

@testable import Scoring

@Suite struct MeasureTests {
    @Test func `a mean of samples comes from the sum of their statistics`() {
        let measure = Measure.mean(id: "m", title: "M")
        let segments = [0.25, 0.5, 1].map { SegmentStatistics([$0, 1]) }
        #expect(measure.score(of: segments) == 1.75 / 3)
        #expect(measure.segmentScore([0.5, 1]) == 0.5)
        #expect(measure.kind == .mean)
    }

    @Test func `nothing to score is nil, not zero`() {
        let measure = Measure.binary(id: "b", title: "B")
        #expect(measure.score(of: []) == nil)
        #expect(measure.segmentScore([0, 0]) == nil)
        #expect(measure.segmentScore([]) == nil)
        #expect(measure.line([0, 0], references: [1]) == nil)
    }

    @Test func `signatures tell how many references there are`() {
        let measure = Measure.mean(id: "m", title: "M", signature: ["stem": "yes"])
        #expect(measure.signature == "stem:yes")
        #expect(measure.signature(references: [2, 2]) == "nrefs:2|stem:yes")
        #expect(measure.signature(references: [1, 2], short: true) == "#:var|stem:yes")
        #expect(measure.signature(references: []) == "nrefs:var|stem:yes")
        #expect(measure.line([1, 2], references: [1, 1]) == "M|nrefs:1|stem:yes = 0.50")
    }

    @Test func `sums of vectors are taken element by element`() {
        let sum = SegmentStatistics.sum([SegmentStatistics([1, 2]), SegmentStatistics([3, 4])], count: 2)
        #expect(sum == [4, 6])
        #expect(SegmentStatistics.sum([], count: 3) == [0, 0, 0])
    }
}
