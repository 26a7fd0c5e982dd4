#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Chat
import CurlTransport
import Foundation
import Providers
import Testing

@testable import Server

/// What a client may send in bad faith, on every route that reads a body.
///
/// One after another, and with generous times: other tests run beside them. The promised times are held by the binary
/// (413 to 100 MB in 5 ms, 400 to a million levels in 6 ms, in a debug build).
@Suite(.serialized) struct HostileTests {
    struct Route: Sendable, CustomTestStringConvertible {
        let path: String
        /// What a good body has besides its model.
        let members: String
        var testDescription: String { path }
    }

    static let routes = [
        Route(path: "/v1/chat/completions", members: #""messages":[{"role":"user","content":"hi"}]"#),
        Route(path: "/v1/completions", members: #""prompt":"hi""#),
        Route(path: "/v1/embeddings", members: #""input":"hi""#),
        Route(path: "/v1/messages", members: #""max_tokens":9,"messages":[{"role":"user","content":"hi"}]"#),
        Route(path: "/v1/messages/count_tokens", members: #""messages":[{"role":"user","content":"hi"}]"#),
        Route(path: "/v1/responses", members: #""input":"hi""#),
    ]

    @Test(arguments: routes) func `line breaks and NUL in names are refused before anything is sent`(
        _ route: Route
    ) async throws {
        let far = FarModel(ChatReply(text: "x", model: "far"))
        try await withGateway(far) { gateway in
            for letters in [#"\r\nx-evil: 1"#, #"\n"#, #"\u0000"#, #"\u007f"#] {
                let bodies = [
                    #"{"model":"m\#(letters)",\#(route.members)}"#,
                    #"{"model":"m","user":"u\#(letters)",\#(route.members)}"#,
                    #"{"model":"m","metadata":{"user_id":"u\#(letters)"},\#(route.members)}"#,
                    #"{"model":"m","metadata":{"k\#(letters)":"v"},\#(route.members)}"#,
                ]
                for body in bodies {
                    let answer = try await gateway.post(route.path, body)
                    #expect(answer.status == 400, "\(body)")
                    #expect(answer.text.contains("holds a control character"), "\(answer.text)")
                    #expect(answer.headers["x-evil"] == nil)
                }
            }
        }
        #expect(far.calls.withLock { $0.isEmpty })
    }

    @Test(arguments: routes) func `a body nested a million deep is refused at once`(_ route: Route) async throws {
        try await withGateway(FarModel(ChatReply(text: "x", model: "far"))) { gateway in
            let deep = String(repeating: "[", count: 1_000_000)
            for body in [deep, #"{"model":"m","x":\#(deep)"#, String(repeating: #"{"a":"#, count: 200_000)] {
                let begin = ContinuousClock.now
                let answer = try await gateway.post(route.path, body)
                #expect(answer.status == 400)
                #expect(answer.text.contains("deeper than 256"), "\(answer.text.prefix(200))")
                #expect(ContinuousClock.now - begin < .seconds(5))
            }
        }
    }

    @Test(arguments: routes) func `a mistyped key is never told back`(_ route: Route) async throws {
        let key = "sk-proj-Zx81CANARYkq77TYPO00aabbccdd"
        let options = ServerOptions(port: 0, keys: ["sk-proj-the-real-one"])
        try await withGateway(FarModel(ChatReply(text: "x", model: "far")), options: options) { gateway in
            for header in [("Authorization", "Bearer \(key)"), ("x-api-key", key), ("Authorization", key)] {
                for path in [route.path, "/v1/models/\(key)"] {
                    let answer = try await gateway.post(path, #"{"model":"m",\#(route.members)}"#, headers: [header])
                    #expect(answer.status == 401)
                    let told = answer.text + answer.headers.fields.map { "\($0.name): \($0.value)" }.joined()
                    for start in 0...(key.count - 12) {
                        #expect(!told.contains(String(key.dropFirst(start).prefix(12))))
                    }
                }
            }
        }
    }

    @Test func `odd values in every member end in an answer, never in a trap`() async throws {
        let values = [
            "null", "true", "-1", "1e999", "99999999999999999999", "0.5", #""""#, #""\ud83d\ude42""#, "[]", "{}", "[null]",
            "[[]]", #"[{}]"#, #"[{"type":null}]"#, #"[{"role":"user","content":[{}]}]"#, #"[{"role":"user"}]"#,
            #"[{"type":"function","function":{}}]"#, #"[{"type":"tool_use"}]"#, #"[{"type":"function_call"}]"#,
            #"{"type":"function"}"#, #"{"format":{"type":"json_schema"}}"#, #"[{"role":"assistant","tool_calls":[{}]}]"#,
        ]
        let keys = [
            "model", "messages", "input", "prompt", "tools", "tool_choice", "max_tokens", "max_output_tokens", "stream",
            "stream_options", "text", "reasoning", "metadata", "system", "stop", "logprobs", "dimensions", "instructions",
            "response_format", "encoding_format", "n", "include", "echo",
        ]
        try await withChain(.anthropicMessages, to: FarModel(ChatReply(text: "x", model: "far"))) { gateway in
            for (place, route) in Self.routes.enumerated() {
                for (row, key) in keys.enumerated() {
                    // Some of all pairs, others for each route.
                    for (column, value) in values.enumerated() where (place + row * 3 + column) % 17 == 0 {
                        let rest = route.members.contains("\"\(key)\"") ? "" : "," + route.members
                        let model = key == "model" ? "" : #""model":"m","#
                        let answer = try await gateway.post(route.path, "{\(model)\"\(key)\":\(value)\(rest)}")
                        let isTold = [200, 400, 404, 422, 501].contains(answer.status)
                        #expect(isTold, "\(route.path) \(key) \(value): \(answer.status) \(answer.text)")
                    }
                }
            }
            #expect(try await gateway.get("/healthz").status == 200)
        }
    }

    @Test func `a letter under fifty thousand marks is a text like another`() async throws {
        let far = FarModel(ChatReply(text: "x", model: "far"))
        try await withGateway(far) { gateway in
            let text = "e" + String(repeating: "\u{301}", count: 50_000)
            let begin = ContinuousClock.now
            for route in Self.routes where route.path != "/v1/embeddings" {
                let answer = try await gateway.post(
                    route.path, #"{"model":"m",\#(route.members.replacing("hi", with: text))}"#)
                #expect(answer.status == 200)
            }
            #expect(ContinuousClock.now - begin < .seconds(5))
        }
    }

    // MARK: bodies over the limit

    @Test func `a body of 100 MB is refused by its announced length, before it is sent`() async throws {
        let options = ServerOptions(port: 0, maxBodyBytes: 1 << 20)
        try await withGateway(FarModel(ChatReply(text: "x", model: "far")), options: options) { gateway in
            for route in Self.routes {
                let begin = ContinuousClock.now
                let head = "POST \(route.path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 104857600\r\n\r\n"
                let heard = try await RawClient.exchange(port: gateway.port, head: head, piece: "", most: 0)
                #expect(heard.hasPrefix("HTTP/1.1 413"), "\(route.path): \(heard)")
                #expect(heard.lowercased().contains("connection: close"))
                #expect(ContinuousClock.now - begin < .seconds(3))
            }
        }
    }

    @Test func `a chunked body without end is refused at the limit, and the connection closed`() async throws {
        let options = ServerOptions(port: 0, maxBodyBytes: 1 << 20)
        try await withGateway(FarModel(ChatReply(text: "x", model: "far")), options: options) { gateway in
            let begin = ContinuousClock.now
            let head = "POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
            let piece = "10000\r\n" + String(repeating: "a", count: 65_536) + "\r\n"
            let heard = try await RawClient.exchange(port: gateway.port, head: head, piece: piece, most: 1 << 26)
            #expect(heard.hasPrefix("HTTP/1.1 413"), "\(heard)")
            #expect(heard.contains("request_too_large"))
            #expect(ContinuousClock.now - begin < .seconds(9))
        }
    }
}

/// A client that sends what it is told without regard to HTTP, until the server closes.
enum RawClient {
    /// Sends the head, then pieces until `most` bytes or the connection's end.
    /// - Returns: what came back.
    static func exchange(port: Int, head: String, piece: String, most: Int) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Result { try talk(port, head, piece, most) }) }
            thread.start()
        }
    }

    private static func talk(_ port: Int, _ head: String, _ piece: String, _ most: Int) throws -> String {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = UInt16(port).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw ChatError(.unreachable, "no connection") }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let first = Array(head.utf8), bytes = Array(piece.utf8)
        _ = send(connection, first, first.count, Int32(MSG_NOSIGNAL))
        var sent = 0
        while sent < most {
            let count = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { break }
            sent += count
        }
        var heard: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            heard += buffer[..<count]
        }
        return String(decoding: heard, as: UTF8.self)
    }
}
