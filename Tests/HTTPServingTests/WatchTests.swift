import HTTPServing
import Testing

@Suite struct WatchTests {
    @Test func `a cancelled wait for leaving ends at once and can be waited for again`() async {
        let connection = Connection(Connections())
        for _ in 0..<2 {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await connection.left() }
                group.cancelAll()
            }
        }
        #expect(!connection.hasLeft)
    }
}
