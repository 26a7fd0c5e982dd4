import Chat
@testable import Experiments
import Testing

@Suite struct TrialGridTests {
    @Test func `the grid holds every trial once, in an order of the seed's`() {
        let grid = TrialGrid(samples: 5, variants: 3, repeats: 2, seed: 7)
        #expect(grid.total == 30)
        #expect(Set(grid.cells).count == 30)
        #expect(grid.cells == TrialGrid(samples: 5, variants: 3, repeats: 2, seed: 7).cells)
        #expect(grid.cells != TrialGrid(samples: 5, variants: 3, repeats: 2, seed: 8).cells)
    }

    @Test func `what is left over keeps its order`() {
        let whole = TrialGrid(samples: 50, variants: 2, repeats: 1, seed: 3)
        let rest = TrialGrid(samples: 50, variants: 2, repeats: 1, seed: 3) { $0.sample % 2 == 0 }
        #expect(rest.cells == whole.cells.filter { $0.sample % 2 != 0 })
        #expect(rest.total == 100)
    }

    @Test func `variants are interleaved`() {
        let cells = TrialGrid(samples: 200, variants: 2, repeats: 1, seed: 1).cells
        let firstHalf = cells.prefix(200).count { $0.variant == 0 }
        #expect((60...140).contains(firstHalf))
    }
}

@Suite struct RunIdentifierTests {
    @Test(
        arguments: [
            (0, "19700101T000000Z"), (951_782_400_000, "20000229T000000Z"), (1_795_267_055_123, "20261121T131735Z"),
            (4_102_444_799_000, "20991231T235959Z"),
        ] as [(Int64, String)])
    func `a run is named by its second`(milliseconds: Int64, stamp: String) {
        #expect(RunIdentifier.make(name: "news", at: milliseconds, suffix: 0x2A) == "\(stamp)-news-002a")
    }
}

@Suite struct RunProgressTests {
    @Test func `rate and time left follow from what this process did`() {
        let progress = RunProgress(total: 1000, earlier: 400, done: 100, elapsed: .seconds(10))
        #expect(progress.rate == 10)
        #expect(progress.remaining == .seconds(50))
        #expect(RunProgress(total: 10, earlier: 0).remaining == nil)
    }
}
