import Foundation
import Testing

struct UnknownHostTests {
    @Test func `a host that has no address is wrong usage, told in words`() async throws {
        try await withBinary { binary in
            let outcome = try binary.run("simulate", "--host", "nowhere.invalid", "--port", "0")
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine.hasPrefix("cannot listen on nowhere.invalid:0: "), "\(outcome.error)")
            #expect(!outcome.error.contains("SocketAddressError"))
        }
    }
}
