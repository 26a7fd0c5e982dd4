import Chat
import Glibc
import HTTPServing
import Providers
import Simulator
import Testing

@testable import Server

/// Small pieces of a stream must leave at once, on both sides of the gateway: the system would gather them for 40 ms.
@Suite struct NoDelayTests {
    @Test func `connections from clients and to upstreams do not gather small pieces`() async throws {
        try await withStand("models: {m: {}}") { stand in
            for isStream in [false, true] {
                let answer = try await stand.gateway.chat(stream: isStream)
                #expect(answer.status == 200)
            }
            // All ends of the connections are in this process: the client's, the gateway's two, and the upstream's.
            let ends = openConnections(ports: [stand.gateway.port, stand.simulation.port])
            for (side, port) in [("a client's", stand.gateway.port), ("the upstream's", stand.simulation.port)] {
                let accepted = ends.filter { $0.own == port }, made = ends.filter { $0.peer == port }
                #expect(!accepted.isEmpty && !made.isEmpty, "\(side)")
                #expect(accepted.allSatisfy(\.hasNoDelay) && made.allSatisfy(\.hasNoDelay), "\(side)")
            }
        }
    }

    private func openConnections(ports: Set<Int>) -> [(own: Int, peer: Int, hasNoDelay: Bool)] {
        (3..<65536).compactMap { descriptor in
            guard let own = port(of: Int32(descriptor), getsockname), let peer = port(of: Int32(descriptor), getpeername),
                ports.contains(own) || ports.contains(peer)
            else { return nil }
            var value: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(Int32(descriptor), Int32(IPPROTO_TCP), TCP_NODELAY, &value, &size)
            return (own, peer, value != 0)
        }
    }

    private func port(
        of descriptor: Int32,
        _ name: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> Int? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name(descriptor, $0, &size) }
        }
        guard code == 0, address.sin_family == sa_family_t(AF_INET) else { return nil }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
