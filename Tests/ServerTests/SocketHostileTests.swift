import Chat
import CurlTransport
import Foundation
import HTTPServing
import Providers
import Testing

@testable import Server

@Suite struct SocketHostileTests {
    private static func frame(_ text: String) -> [UInt8] { SocketClient.frame(Array(text.utf8)) }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let code: Int
        let bytes: [UInt8]
    }

    static let broken: [Case] = [
        Case(testDescription: "an unmasked frame", code: 1002, bytes: SocketClient.frame([0x7B], masked: false)),
        Case(testDescription: "a reserved bit", code: 1002, bytes: SocketClient.frame([0x7B], rsv: 0x40)),
        Case(testDescription: "an unknown opcode", code: 1002, bytes: SocketClient.frame([], opcode: 3)),
        Case(testDescription: "a binary message", code: 1003, bytes: SocketClient.frame([1], opcode: 2)),
        Case(testDescription: "bad UTF-8", code: 1007, bytes: SocketClient.frame([0xC3, 0x28])),
        Case(testDescription: "no JSON", code: 1007, bytes: frame("hello")),
        Case(testDescription: "four parts", code: 1007, bytes: frame(#"["1","1","proxy:s","phx_join"]"#)),
        Case(testDescription: "a mapping in version 2", code: 1007, bytes: frame(#"{"topic":"t","event":"e"}"#)),
        Case(testDescription: "a topic of a number", code: 1007, bytes: frame(#"["1","1",7,"phx_join",{}]"#)),
        Case(testDescription: "a ref of a list", code: 1007, bytes: frame(#"["1",[],"proxy:s","phx_join",{}]"#)),
        Case(
            testDescription: "a topic of a megabyte", code: 1007,
            bytes: frame(#"["1","1","proxy:\#(String(repeating: "s", count: 1 << 19))","phx_join",{}]"#)),
        Case(
            testDescription: "a million levels", code: 1007,
            bytes: SocketClient.frame([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))),
        Case(
            testDescription: "a frame of 10 MB", code: 1009,
            bytes: SocketClient.frame([UInt8](repeating: 32, count: 10 << 20))),
        Case(
            testDescription: "a frame that says 2^62 bytes", code: 1009,
            bytes: [0x81, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]),
        Case(
            testDescription: "fragments without end", code: 1009,
            bytes: SocketClient.frame([32], fin: false)
                + (0..<2_000).flatMap { _ in SocketClient.frame([32], opcode: 0, fin: false) }),
        Case(
            testDescription: "fragments of over a megabyte", code: 1009,
            bytes: SocketClient.frame([32], fin: false)
                + (0..<20).flatMap { _ in
                    SocketClient.frame([UInt8](repeating: 32, count: 60_000), opcode: 0, fin: false)
                }),
        Case(testDescription: "a fragment of nothing", code: 1002, bytes: SocketClient.frame([32], opcode: 0)),
        Case(testDescription: "a fragmented ping", code: 1002, bytes: SocketClient.frame([], opcode: 9, fin: false)),
        Case(
            testDescription: "a ping of 126 bytes", code: 1002,
            bytes: SocketClient.frame([UInt8](repeating: 0, count: 126), opcode: 9)),
        Case(testDescription: "its end", code: 1000, bytes: SocketClient.frame([0x03, 0xE8], opcode: 8)),
    ]

    @Test(arguments: broken) func `what breaks the protocol ends the socket with its code`(_ broken: Case) async throws
    {
        try await withGateway(Telling()) { gateway in
            let (client, head) = try await SocketClient.open(port: gateway.port)
            #expect(head.hasPrefix("HTTP/1.1 101 "))
            async let written: Void = client.writeAll(broken.bytes)
            #expect(try await client.closeCode() == broken.code)
            try await written
            #expect(try await gateway.get("/healthz").status == 200)
        }
    }

    @Test func `fragments with pings between them are one message, one byte at a time`() async throws {
        try await withGateway(Telling()) { gateway in
            let (client, _) = try await SocketClient.open(port: gateway.port)
            let text = Array(#"[null,"é🙂","phoenix","heartbeat",{}]"#.utf8)
            for (index, byte) in text.enumerated() {
                client.write(
                    SocketClient.frame([byte], opcode: index == 0 ? 1 : 0, fin: index == text.count - 1))
                if index == 3 { client.write(SocketClient.frame(Array("are you there".utf8), opcode: 9)) }
            }
            let pong = try await client.receive()
            #expect(pong.opcode == 10 && pong.text == "are you there")
            #expect(try await client.json().arrayValue?[1] == "é🙂")
        }
    }

    @Test func `frames that come with the handshake are heard`() async throws {
        try await withGateway(Telling()) { gateway in
            let (client, _) = try await SocketClient.open(
                port: gateway.port, behind: Self.frame(#"[null,"1","phoenix","heartbeat",{}]"#))
            #expect(try await client.json().arrayValue?[3] == "phx_reply")
        }
    }

    @Test(arguments: [
        ("GET /socket/websocket HTTP/1.1\r\nHost: H\r\n\r\n", 426),
        ("POST /socket/websocket HTTP/1.1\r\nHost: H\r\nContent-Length: 0\r\n\r\n", 405),
        ("GET /socket/websocket?vsn=3.0.0 HTTP/1.1\r\nHost: H\r\n\r\n", 400),
        (
            "GET /socket/websocket HTTP/1.1\r\nHost: H\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 426
        ),
        (
            "GET /socket/websocket HTTP/1.1\r\nHost: H\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n", 400
        ),
        (
            "GET /socket/websocket HTTP/1.1\r\nHost: H\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\n\r\n", 400
        ),
        (
            "GET /socket/websocket HTTP/1.1\r\nHost: H\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Origin: https://evil.example\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 403
        ),
        (
            "GET /socket/websocket HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", 403
        ),
        (
            "GET /healthz HTTP/1.1\r\nHost: H\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", 200
        ),
    ])
    func `a handshake that is none is answered in HTTP, and the connection closed`(
        _ request: String, _ status: Int
    ) async throws {
        try await withGateway(Telling()) { gateway in
            let text = request.replacing("Host: H", with: "Host: localhost:\(gateway.port)")
            let heard = try await RawClient.exchange(port: gateway.port, head: text, piece: "", most: 0)
            #expect(heard.hasPrefix("HTTP/1.1 \(status) "), "\(heard)")
            #expect(heard.lowercased().contains("connection: close"))
            if status == 426 { #expect(heard.lowercased().contains("sec-websocket-version: 13")) }
        }
    }

    @Test func `a page of this machine may open a socket, and so may one of the server's own host`() async throws {
        try await withGateway(Telling()) { gateway in
            for origin in ["http://localhost:3000", "http://127.0.0.1:\(gateway.port)"] {
                let (_, head) = try await SocketClient.open(port: gateway.port, headers: ["Origin: \(origin)"])
                #expect(head.hasPrefix("HTTP/1.1 101 "), "\(origin)")
            }
            for origin in ["null", "https://localhost.evil.example", "file://"] {
                let (_, head) = try await SocketClient.open(port: gateway.port, headers: ["Origin: \(origin)"])
                #expect(head.hasPrefix("HTTP/1.1 403 "), "\(origin)")
            }
        }
    }

    @Test func `a socket that is gone ends its calls within a second`() async throws {
        let ended = Locked(0)
        let slow = InPieces(pieces: ["a", "b"], pause: .seconds(60)) { ended.withLock { $0 += 1 } }
        try await withGateway(slow) { gateway in
            let (client, _) = try await SocketClient.open(port: gateway.port)
            for topic in ["a", "b"] {
                client.send(#"["1","1","proxy:\#(topic)","phx_join",{}]"#)
                client.send(#"["1","2","proxy:\#(topic)","query",{"query":"x"}]"#)
                client.send(#"["1","3","proxy:\#(topic)","stream_query",{"query":"x"}]"#)
            }
            for _ in 0..<2 { _ = try await client.events(until: "stream_start") }
            let begin = ContinuousClock.now
            client.vanish()
            while ended.withLock({ $0 }) < 4, ContinuousClock.now - begin < .seconds(5) {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(ended.withLock { $0 } == 4)
            #expect(ContinuousClock.now - begin < .seconds(1))
        }
    }

    @Test func `leaving a topic ends its calls, and no other's`() async throws {
        let ended = Locked(0)
        let slow = InPieces(pieces: ["a"], pause: .seconds(2)) { ended.withLock { $0 += 1 } }
        try await withGateway(slow) { gateway in
            let (client, _) = try await SocketClient.open(port: gateway.port)
            for topic in ["a", "b"] {
                client.send(#"["\#(topic)","1","proxy:\#(topic)","phx_join",{}]"#)
                client.send(#"["\#(topic)","2","proxy:\#(topic)","query",{"query":"x"}]"#)
            }
            client.send(#"["a","3","proxy:a","phx_leave",{}]"#)
            var closed = false
            while let message = try await client.json().arrayValue {
                if message[3] == "phx_close" { closed = message[0] == "a" }
                if message[3] == "response" {
                    #expect(message[0] == "b")
                    break
                }
            }
            #expect(closed && ended.withLock { $0 } == 1)
        }
    }

    @Test func `topics and calls of one socket are bounded`() async throws {
        let slow = InPieces(pieces: ["a"], pause: .seconds(60))
        try await withGateway(slow) { gateway in
            let (client, _) = try await SocketClient.open(port: gateway.port)
            for number in 0...PhoenixSocket.mostTopics { client.send(#"["1","1","proxy:\#(number)","phx_join",{}]"#) }
            for number in 0...PhoenixSocket.mostTopics {
                let payload = try await client.json().arrayValue?.last
                #expect(payload?["status"] == (number < PhoenixSocket.mostTopics ? "ok" : "error"))
            }
            for number in 0...PhoenixSocket.mostCalls {
                client.send(#"["1","\#(number)","proxy:\#(number)","query",{"query":"x"}]"#)
            }
            let refused = try await client.json().arrayValue
            #expect(refused?[1] == "16" && refused?[4]["response"]?["error"] == "rate_limited")
        }
    }

    @Test func `a client that never reads holds its stream back`() async throws {
        let firehose = Firehose()
        try await withGateway(firehose) { gateway in
            let (client, _) = try await SocketClient.open(port: gateway.port, receiveBuffer: 4_096)
            client.send(#"["1","1","proxy:s","phx_join",{}]"#)
            client.send(#"["1","2","proxy:s","stream_query",{"query":"x"}]"#)
            // Pings are not gathered either.
            for _ in 0..<1_000 { client.write(SocketClient.frame([UInt8](repeating: 1, count: 100), opcode: 9)) }
            var before = -1
            for _ in 0..<100 where firehose.sent.withLock({ $0 }) != before || before <= 0 {
                before = firehose.sent.withLock { $0 }
                try await Task.sleep(for: .milliseconds(100))
            }
            let held = firehose.sent.withLock { $0 }
            #expect(held == before && held < 2 << 20, "\(held) bytes")
            #expect(try await gateway.get("/healthz").status == 200)
        }
    }

    @Test func `a client that is silent is asked, and sent away where it does not answer`() async throws {
        var options = ServerOptions(port: 0)
        options.socketLimits = .init(pingAfter: .milliseconds(200), idle: .milliseconds(1_000))
        try await withGateway(Telling(), options: options) { gateway in
            let (silent, _) = try await SocketClient.open(port: gateway.port)
            #expect(try await silent.receive().opcode == 9)
            #expect(try await silent.closeCode() == 1000)
            let (talking, _) = try await SocketClient.open(port: gateway.port)
            let begin = ContinuousClock.now
            while ContinuousClock.now - begin < .seconds(2) {
                let frame = try await talking.receive()
                #expect(frame.opcode == 9)
                talking.write(SocketClient.frame(frame.payload, opcode: 10))
            }
        }
    }
}

extension SocketHostileTests {
    @Test func `a client that joins no topic is sent away, one that does stays`() async throws {
        var options = ServerOptions(port: 0)
        options.socketJoin = .seconds(2)
        try await withGateway(Telling(), options: options) { gateway in
            let (idle, _) = try await SocketClient.open(port: gateway.port)
            idle.write(Self.frame(#"[null,"1","phoenix","heartbeat",{}]"#))
            // The heartbeat's reply comes before it, or on a busy machine not at all.
            #expect(try await idle.closeCode() == 1008)
            let (joined, _) = try await SocketClient.open(port: gateway.port)
            joined.write(Self.frame(#"["1","1","proxy:s","phx_join",{}]"#))
            _ = try await joined.receive()
            try await Task.sleep(for: .milliseconds(2_500))
            joined.write(Self.frame(#"[null,"2","phoenix","heartbeat",{}]"#))
            #expect(try await joined.receive().opcode == 1)
        }
    }
}

/// Says a kilobyte at a time as fast as it is taken.
private struct Firehose: ChatModel {
    let sent = Locked(0)

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let piece = String(repeating: "x", count: 1_024)
        for _ in 0..<100_000 {
            try await call.onDelta?(.text(piece, receivedAt: .now))
            sent.withLock { $0 += piece.utf8.count }
        }
        return ChatReply(text: "done", model: "firehose")
    }
}
