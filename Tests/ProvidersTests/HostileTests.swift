import Chat
import Foundation
import Testing

@testable import Providers

/// Upstreams that mean harm, or are broken beyond the simulator's faults: every vendor's client refuses them.
@Suite struct HostileTests {
    static let vendors = DialectTests.vendors

    /// What a client makes of one ready answer, asked for whole or as a stream.
    private func failure(
        _ vendor: DialectTests.Vendor, _ pieces: [String], stream: Bool
    ) async throws -> (error: ChatError?, server: CannedServer) {
        let server = try CannedServer([pieces])
        let model = try client(vendor.provider, "m", at: server.origin + vendor.path)
        let error = await #expect(throws: ChatError.self) {
            try await model.reply(to: stream ? listening("x").call : call("x"))
        }
        return (error, server)
    }

    @Test(arguments: vendors, ["127.0.0.1", "evil.example", "169.254.169.254"])
    func `a redirect is followed nowhere, and the key stays here`(vendor: DialectTests.Vendor, host: String)
        async throws
    {
        let other = try CannedServer([[CannedServer.response("{}")]])
        let target = host == "127.0.0.1" ? other.origin : "http://\(host)"
        for status in [301, 302, 307, 308] {
            let answer = CannedServer.response(status: status, headers: "Location: \(target)/v1\r\n", "")
            let (error, _) = try await failure(vendor, [answer], stream: status == 302)
            #expect(error?.kind == .invalidResponse)
            #expect(error?.message == "\(vendor.provider.name): the upstream answered \(status)")
            #expect(error?.isRetryable == false)
        }
        #expect(other.requests.isEmpty)
    }

    @Test(.serialized, arguments: vendors, [false, true])
    func `floods end at their limit, and little of them is kept`(vendor: DialectTests.Vendor, stream: Bool) async throws {
        let before = residentMiB()
        let type = vendor.provider.name == "ollama" ? "application/x-ndjson" : "text/event-stream"
        let head = "HTTP/1.1 200 OK\r\nContent-Type: \(stream ? type : "application/json")\r\nConnection: close\r\n\r\n"
        let floods = [
            [head] + Array(repeating: String(repeating: ": keep-alive\n", count: 40_000), count: 36),
            [head, "{\"a\":\""] + Array(repeating: String(repeating: "x", count: 500_000), count: 36),
            [head, "data: "] + Array(repeating: String(repeating: "x", count: 500_000), count: 36),
        ]
        for flood in floods {
            let (error, _) = try await failure(vendor, flood, stream: stream)
            #expect(error?.kind == .invalidResponse, "\(String(describing: error))")
            #expect(error?.body?.utf8.count ?? 0 <= 4096)
        }
        #expect(residentMiB() - before < 400, "the limit is 16 MiB; other tests run beside")
    }

    @Test(arguments: vendors) func `heads beyond measure are refused`(vendor: DialectTests.Vendor) async throws {
        let body = "Content-Length: 2\r\n\r\n{}"
        let fields = String(repeating: "X-A: b\r\n", count: 10_000)
        let wide = "X-Wide: " + String(repeating: "x", count: 1 << 20) + "\r\n"
        for head in [fields, wide] {
            let (error, _) = try await failure(vendor, ["HTTP/1.1 200 OK\r\n" + head + body], stream: false)
            #expect(error?.kind == .invalidResponse, "\(String(describing: error))")
        }
    }

    @Test(arguments: vendors) func `a packed body is not unpacked, as nobody asked for one`(
        vendor: DialectTests.Vendor
    ) async throws {
        for stream in [false, true] {
            let packed = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n\u{1F}\u{08}\u{08}\0\0\0"
            let (error, server) = try await failure(vendor, [packed], stream: stream)
            #expect(error?.kind == .invalidResponse || error?.kind == .cut, "\(String(describing: error))")
            let request = try #require(server.requests.first).lowercased()
            #expect(!request.contains("accept-encoding: gzip") && !request.contains("deflate"))
        }
    }

    @Test(arguments: vendors) func `a wait in milliseconds goes before one in seconds`(
        vendor: DialectTests.Vendor
    ) async throws {
        let answer = CannedServer.response(status: 429, headers: "retry-after: 9\r\nretry-after-ms: 1500\r\n", "{}")
        let (error, _) = try await failure(vendor, [answer], stream: false)
        #expect(error?.kind == .rateLimited && error?.retryAfter == .milliseconds(1500))
    }

    @Test(arguments: vendors, ["{\"a\":NaN}", "[1e999999]", "{\"choices\":1,\"choices\":2}", "null", "\"\"", "-", "[]"])
    func `whatever else is no answer is told as one`(vendor: DialectTests.Vendor, body: String) async throws {
        for stream in [false, true] {
            let (error, _) = try await failure(vendor, [CannedServer.response(body)], stream: stream)
            #expect(error?.kind == .invalidResponse || (stream && error?.kind == .cut), "\(String(describing: error))")
        }
    }

    private func residentMiB() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) / 1024
    }
}
