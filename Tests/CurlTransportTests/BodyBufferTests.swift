import Testing

@testable import CurlTransport

@Suite struct BodyBufferTests {
    private let now = ContinuousClock.now

    private func chunk(_ count: Int, of byte: UInt8 = 0) -> BodyChunk {
        BodyChunk(bytes: [UInt8](repeating: byte, count: count), receivedAt: now)
    }

    /// Fills the buffer to the first refusal; gives how many chunks it took.
    private func fill(_ buffer: inout BodyBuffer, with chunk: BodyChunk) -> Int {
        var taken = 0
        while buffer.offer(chunk) { taken += 1 }
        return taken
    }

    @Test func `chunks come out in the order they went in`() {
        var buffer = BodyBuffer()
        var offered = [buffer.offer(chunk(1, of: 0)), buffer.offer(chunk(1, of: 1))]
        var taken = [buffer.take()?.chunk]
        offered.append(buffer.offer(chunk(1, of: 2)))
        for _ in 0..<3 { taken.append(buffer.take()?.chunk) }
        #expect(offered == [true, true, true])
        #expect(taken == [chunk(1, of: 0), chunk(1, of: 1), chunk(1, of: 2), nil])
        #expect(buffer.weight == 0)
    }

    @Test func `it pauses above the high water and goes on at the low water, once`() {
        var buffer = BodyBuffer()
        let taken = fill(&buffer, with: chunk(16_384))
        #expect(taken == 3)
        #expect(buffer.isPaused)
        #expect(buffer.weight <= BodyBuffer.highWater)
        var weightsAtResumption: [Int] = []
        while let (_, resume) = buffer.take() {
            if resume { weightsAtResumption.append(buffer.weight) }
        }
        #expect(weightsAtResumption == [16_384 + 64])
        #expect(!buffer.isPaused)
    }

    @Test func `a flood of tiny chunks is bounded too`() {
        var buffer = BodyBuffer()
        let taken = fill(&buffer, with: chunk(1))
        #expect(taken == BodyBuffer.highWater / 65)
    }

    @Test func `one chunk above the high water is taken when nothing else is kept`() {
        var buffer = BodyBuffer()
        let taken = fill(&buffer, with: chunk(BodyBuffer.highWater * 2))
        let resume = buffer.take()?.resume
        #expect(taken == 1)
        #expect(resume == true)
    }

    @Test func `discarding lets go of everything`() {
        var buffer = BodyBuffer()
        _ = fill(&buffer, with: chunk(10_000))
        buffer.discard()
        let left = buffer.take()
        #expect(left?.chunk == nil)
        #expect(buffer.weight == 0)
        #expect(!buffer.isPaused)
    }

    @Test func `a queue gives back what it was given, in order, whatever the turns`() {
        var queue = Queue<Int>()
        var expected = 0
        var next = 0
        for turn in 0..<1000 {
            if turn % 7 < 4 || turn % 3 == 0 {
                queue.append(next)
                next += 1
            } else if let element = queue.popFirst() {
                #expect(element == expected)
                expected += 1
            }
        }
        while let element = queue.popFirst() {
            #expect(element == expected)
            expected += 1
        }
        #expect(expected == next)
        #expect(queue.isEmpty)
    }
}
