import Chat
import Testing

@Suite struct LaneTests {
    @Test(arguments: [1, 3, 16]) func `never more than the permits are inside`(permits: Int) async {
        let lane = Lane(permits: permits)
        let inside = Locked((now: 0, most: 0))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    guard await lane.enter() else { return }
                    inside.withLock {
                        $0.now += 1; $0.most = max($0.most, $0.now)
                    }
                    await Task.yield()
                    inside.withLock { $0.now -= 1 }
                    lane.leave()
                }
            }
        }
        #expect(inside.withLock { $0.now } == 0)
        #expect(inside.withLock { $0.most } <= permits)
    }

    @Test func `a cancelled waiter leaves without a permit and takes none with it`() async {
        let lane = Lane(permits: 1)
        #expect(await lane.enter())
        let waiter = Task { await lane.enter() }
        await Task.yield()
        waiter.cancel()
        #expect(await waiter.value == false)
        lane.leave()
        #expect(await lane.enter())
    }

    @Test func `who will not wait gets a permit only where one is free`() async {
        let lane = Lane(permits: 1)
        #expect(lane.enterAtOnce())
        #expect(!lane.enterAtOnce())
        lane.leave()
        #expect(lane.enterAtOnce())
    }
}
