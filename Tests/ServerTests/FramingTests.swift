import Chat
import Foundation
import Glibc
import HTTPServing
import Providers
import Testing

@testable import Server

/// Heads that two readers may read as two different requests: each is refused, and nothing behind it is looked at.
@Suite struct FramingTests {
    static let body = #"{"model":"m","messages":[{"role":"user","content":"a"}]}"#
    static let chunked = "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
    static let length = "Content-Length: \(body.utf8.count)\r\n"

    /// What stands behind the request line and Host.
    static let vectors: [String] = [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + chunked,
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        "Transfer-Encoding: chunked, identity\r\n\r\n" + chunked,
        "Transfer-Encoding: identity\r\n\(length)\r\n" + body,
        "Transfer-Encoding: xchunked\r\n\r\n" + chunked,
        "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked,
        "Transfer-Encoding: \"chunked\"\r\n\r\n" + chunked,
        "Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n\r\n" + chunked,
        "Transfer-Encoding: \u{0B}chunked\r\n\r\n" + chunked,
        "Transfer-Encoding : chunked\r\n\r\n" + chunked,
        "Transfer-Encoding: \r\n\(length)\r\n" + body,
        "\(length)\(length)\r\n" + body,
        "\(length)Content-Length: 3\r\n\r\n" + body,
        "Content-Length: 5, 5\r\n\r\n" + body,
        "Content-Length: +5\r\n\r\n" + body,
        "Content-Length: -1\r\n\r\n" + body,
        "Content-Length: 0x3c\r\n\r\n" + body,
        "Content-Length: 99999999999999999999999\r\n\r\n" + body,
        "Content-Length: 6 0\r\n\r\n" + body,
        "Content-Length: \r\n\r\n" + body,
        "Content-Length : 5\r\n\r\n" + body,
        "X: a\n\(length)\r\n" + body,
        "X: a\rContent-Length: 3\r\n\(length)\r\n" + body,
        "X: a\r\n b\r\n\(length)\r\n" + body,
        "Transfer-Encoding:\r\n chunked\r\n\r\n" + chunked,
        "X: a\0b\r\n\(length)\r\n" + body,
        "X\0: a\r\n\(length)\r\n" + body,
        "\u{0B}X: a\r\n\(length)\r\n" + body,
        ": a\r\n\(length)\r\n" + body,
        "Xa\r\n\(length)\r\n" + body,
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + body,
        "Transfer-Encoding: chunked\r\n\r\n-1\r\n" + body,
        "Transfer-Encoding: chunked\r\n\r\n0x3c\r\n" + body,
        "Transfer-Encoding: chunked\r\n\r\n1\r\n{XX0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n1\n{\n0\n\n",
        "Host: other\r\n\(length)\r\n" + body,
    ]

    @Test func `each is answered with 400 and the connection closed, and the request behind it is not run`() async throws {
        let model = Scripted { _, _ throws(ChatError) in .text("x") }
        try await withGateway(model) { gateway in
            let start = "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            let marker = "GET /marker HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            for vector in Self.vectors + [""] {
                // The last is a request without a host.
                let request = vector.isEmpty
                    ? "POST /v1/chat/completions HTTP/1.1\r\n\(Self.length)\r\n\(Self.body)" : start + vector
                let answer = await raw(request + marker, port: gateway.port)
                #expect(answer.text.hasPrefix("HTTP/1.1 400 "), "\(vector.debugDescription): \(answer.text)")
                #expect(answer.isClosed, "\(vector.debugDescription)")
                #expect(!answer.text.contains("/marker"), "\(vector.debugDescription): \(answer.text)")
            }
            let older = await raw(
                "POST /v1/chat/completions HTTP/1.0\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" + Self.chunked,
                port: gateway.port)
            #expect(older.text.hasPrefix("HTTP/1.1 400 ") && older.isClosed, "HTTP/1.0 knows no chunks: \(older.text)")
            let honest = await raw(start + "\(Self.length)Connection: close\r\n\r\n" + Self.body, port: gateway.port)
            #expect(honest.text.hasPrefix("HTTP/1.1 200 "))
        }
        #expect(model.calls.count == 1)
    }

    @Test func `an open server answers to its own names alone`() async throws {
        let model = Scripted { _, _ throws(ChatError) in .text("x") }
        func status(_ host: String, _ port: Int) async -> Substring {
            await raw(
                "GET /v1/models HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n", port: port
            ).text.dropFirst(9).prefix(3)
        }
        try await withGateway(model) { gateway in
            for host in ["127.0.0.1", "localhost:\(gateway.port)", "[::1]:1", "LOCALHOST"] {
                #expect(await status(host, gateway.port) == "200", "\(host)")
            }
            for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::2]"] {
                #expect(await status(host, gateway.port) == "403", "\(host)")
            }
        }
        try await withGateway(model, options: ServerOptions(port: 0, keys: ["k"])) { gateway in
            #expect(await status("gateway.example", gateway.port) == "401", "with keys the key decides")
        }
    }
}

/// Sends bytes and reads until the server closes, or three seconds pass.
private func raw(_ request: String, port: Int) async -> (text: String, isClosed: Bool) {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: exchanged(request, port)) }
    }
}

private func exchanged(_ request: String, _ port: Int) -> (text: String, isClosed: Bool) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let code = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard code == 0 else { return ("", true) }
    let bytes = Array(request.utf8)
    _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, 3000) > 0 else { return (String(decoding: answer, as: UTF8.self), false) }
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return (String(decoding: answer, as: UTF8.self), true) }
        answer += buffer[..<count]
    }
}
