import Chat
import CurlTransport
import Testing

/// Limits of size and back-pressure, over real sockets.
@Suite struct SizeLimitTests {
    let loop: CurlLoop

    init() throws {
        loop = try CurlLoop(userAgent: "nexus/test")
    }

    private func failure(_ request: HTTPRequest) async -> TransportError? {
        do throws(TransportError) {
            let response = try await loop.exchange(request)
            while try await response.body.next() != nil {}
            return nil
        } catch {
            return error
        }
    }

    @Test func `a body over the limit closes the transfer`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while connection.sendChunk(String(repeating: "x", count: 1000)) {}
        }
        let request = HTTPRequest(url: server.url, limits: TransferLimits(bodyBytes: 100_000))
        let error = await failure(request)
        #expect(error == .tooLarge(part: .body, limit: 100_000))
        #expect(error?.description == "the answer has more than 100000 bytes")
    }

    @Test func `a body exactly at the limit is whole`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.answer(body: "12345")
        }
        #expect(await failure(HTTPRequest(url: server.url, limits: TransferLimits(bodyBytes: 5))) == nil)
        let response = try await loop.exchange(HTTPRequest(url: server.url))
        await #expect(throws: TransportError.tooLarge(part: .body, limit: 4)) {
            try await response.body.collect(upTo: 4)
        }
    }

    @Test func `packed bytes are handed on packed`() async throws {
        // gzip of a million zeros would start like this; no packing was asked for, so nothing is unpacked.
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n")
            connection.send([0x1F, 0x8B, 0x08, 0x00])
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url))
        #expect(try await response.body.collect(upTo: 10) == [0x1F, 0x8B, 0x08, 0x00])
    }

    @Test func `too many fields, too many bytes of head, one endless line`() async throws {
        let fields = String(repeating: "A: b\r\n", count: 10_000)
        let wide = String(repeating: "X-Wide: \(String(repeating: "x", count: 1000))\r\n", count: 100)
        let endless = "X-Endless: " + String(repeating: "x", count: 1 << 20)
        let cases: [(String, TransportError, String)] = [
            (fields, .tooLarge(part: .headFields, limit: 256), "the answer has more than 256 header fields"),
            (wide, .tooLarge(part: .head, limit: 65_536), "the answer has more than 65536 bytes of head"),
            (endless, .tooLarge(part: .head, limit: 65_536), "the answer has more than 65536 bytes of head"),
        ]
        for (bomb, expected, message) in cases {
            let server = ScriptedServer { connection in
                connection.readRequest()
                connection.send("HTTP/1.1 200 OK\r\n\(bomb)\r\n\r\n")
                connection.awaitClose()
            }
            let error = await failure(HTTPRequest(url: server.url))
            #expect(error == expected)
            #expect(error?.description == message)
        }
    }

    @Test func `trailers count as head`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n")
            connection.send(String(repeating: "A: b\r\n", count: 1000) + "\r\n")
        }
        #expect(await failure(HTTPRequest(url: server.url)) == .tooLarge(part: .headFields, limit: 256))
    }

    @Test func `a slow reader stops the sender, and then gets every byte`() async throws {
        let size = 32 << 20
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            for start in stride(from: 0, to: size, by: 1 << 16) {
                connection.send([UInt8](repeating: UInt8(truncatingIfNeeded: start >> 16), count: 1 << 16))
            }
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url, limits: TransferLimits(bodyBytes: size)))
        var before = -1
        while before != server.seen.sentBytes {
            before = server.seen.sentBytes
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(before < 16 << 20)
        var received = 0
        while let chunk = try await response.body.next() {
            #expect(chunk.bytes.first == UInt8(truncatingIfNeeded: received >> 16))
            received += chunk.bytes.count
        }
        #expect(received == size)
    }
}
