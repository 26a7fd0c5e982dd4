import Chat
import CurlTransport
import Testing

/// What a whole exchange does when nothing goes wrong, over real sockets.
@Suite struct ExchangeTests {
    let loop: CurlLoop

    init() throws {
        loop = try CurlLoop(userAgent: "nexus/test")
    }

    @Test func `status, fields and body arrive`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.answer("418 Teapot", headers: "X-One: a\r\nx-one:  b \r\nX-Empty:\r\n", body: "short and stout")
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url))
        #expect(response.status == 418)
        #expect(response.headers["x-ONE"] == "a")
        #expect(response.headers.values("X-One") == ["a", "b"])
        #expect(response.headers["x-empty"] == "")
        #expect(response.headers["x-two"] == nil)
        #expect(try await response.body.collect(upTo: 100) == Array("short and stout".utf8))
        #expect(try await response.body.next() == nil)
    }

    @Test func `the request goes out as given and nothing is made up`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.answer()
        }
        let request = HTTPRequest(
            url: server.url + "v1/chat?a=b%20c", method: "POST",
            headers: [("Authorization", "Bearer k"), ("X-Empty", ""), ("X-Spaced", " b ")], body: [0, 255, 10])
        let response = try await loop.exchange(request)
        #expect(try await response.body.collect(upTo: 0) == [])
        let sent = try #require(server.seen.requests.first)
        let lines = sent.split(separator: "\r\n").map(String.init)
        #expect(lines.first == "POST /v1/chat?a=b%20c HTTP/1.1")
        #expect(lines.contains("User-Agent: nexus/test"))
        #expect(lines.contains("Authorization: Bearer k"))
        #expect(lines.contains("X-Empty:"))
        #expect(lines.contains("Content-Length: 3"))
        #expect(sent.hasSuffix("\r\n\r\n" + String(decoding: [0, 255, 10] as [UInt8], as: UTF8.self)))
        for absent in ["expect:", "accept-encoding:", "content-type:"] {
            #expect(!sent.lowercased().contains(absent))
        }
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    func `every method is sent by its name, without a body`(method: String) async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 204 No Content\r\n\r\n")
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url, method: method))
        #expect(response.status == 204)
        #expect(try await response.body.next() == nil)
        #expect(server.seen.requests.first?.hasPrefix("\(method) / HTTP/1.1\r\n") == true)
    }

    @Test(arguments: ["GET", "PUT", "DELETE"])
    func `every method can carry a body`(method: String) async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.answer(body: "ok")
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url, method: method, body: Array("data".utf8)))
        #expect(try await response.body.collect(upTo: 10) == Array("ok".utf8))
        #expect(server.seen.requests.first?.hasPrefix("\(method) / HTTP/1.1\r\n") == true)
        #expect(server.seen.requests.first?.hasSuffix("\r\n\r\ndata") == true)
    }

    @Test func `chunks arrive as they are sent, stamped when they were read`() async throws {
        let texts = ["one", "two", "three"]
        let arrivals = Locked(0)
        let sendings = Locked<[ContinuousClock.Instant]>([])
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for (index, text) in texts.enumerated() {
                // Each chunk is sent only when the one before it has reached the reader.
                while arrivals.withLock({ $0 }) < index { connection.wait(1) }
                sendings.withLock { $0.append(.now) }
                connection.sendChunk(text)
            }
            connection.send("0\r\n\r\n")
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url))
        for (index, text) in texts.enumerated() {
            let chunk = try #require(try await response.body.next())
            #expect(String(decoding: chunk.bytes, as: UTF8.self) == text)
            #expect(chunk.receivedAt <= .now)
            #expect(chunk.receivedAt >= sendings.withLock { $0[index] })
            #expect(chunk.receivedAt >= response.headReceivedAt)
            arrivals.withLock { $0 += 1 }
        }
        #expect(try await response.body.next() == nil)
    }

    @Test func `a chunk is stamped when it came, not when it was asked for`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.answer(body: "early")
            connection.awaitClose()
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url))
        #expect(await eventually { response.body.timings != nil })
        let asked = ContinuousClock.now
        #expect(try #require(try await response.body.next()).receivedAt < asked)
    }

    @Test func `interim heads are passed over`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            connection.answer(body: "late")
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url))
        #expect(response.status == 200)
        #expect(response.headers["link"] == nil)
        #expect(try await response.body.collect(upTo: 10) == Array("late".utf8))
    }

    @Test func `a redirect is handed on and its target never asked`() async throws {
        let target = ScriptedServer { connection in
            connection.readRequest()
            connection.answer()
        }
        let location = target.url
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.answer("302 Found", headers: "Location: \(location)\r\n")
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url, headers: [("Authorization", "Bearer k")]))
        #expect(response.status == 302)
        #expect(response.headers["Location"] == location)
        #expect(try await response.body.next() == nil)
        #expect(target.seen.connections == 0)
    }

    @Test func `a kept connection is used again, and the timings say so`() async throws {
        let server = ScriptedServer { connection in
            while connection.readRequest() != nil { connection.answer(body: "again") }
        }
        for round in 0..<5 {
            let response = try await loop.exchange(HTTPRequest(url: server.url))
            #expect(try await response.body.collect(upTo: 10) == Array("again".utf8))
            let timings = try #require(response.body.timings)
            #expect(timings.reusedConnection == (round > 0))
            #expect(round > 0 || timings.nameLookup <= timings.connect)
            #expect(timings.connect <= timings.firstByte)
            #expect(timings.firstByte > .zero && timings.firstByte <= timings.total && timings.total < .seconds(5))
            #expect(timings.tls == .zero)
        }
        #expect(server.seen.connections == 1)
        #expect(server.seen.requests.count == 5)
    }

    @Test func `two megabytes are sent without waiting for leave`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.answer(body: "got it")
        }
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 2 << 20)
        let response = try await loop.exchange(HTTPRequest(url: server.url, method: "POST", body: body))
        #expect(try await response.body.collect(upTo: 10) == Array("got it".utf8))
        let request = try #require(server.seen.requests.first)
        let end = try #require(request.firstRange(of: "\r\n\r\n"))
        #expect(!request[..<end.lowerBound].lowercased().contains("expect"))
        #expect(Array(request[end.upperBound...].utf8) == body)
    }

    @Test func `two hundred transfers are under way at once`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.wait(200)
            connection.answer(body: "done")
        }
        let loop = loop, url = server.url
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<200 {
                group.addTask { try await loop.exchange(HTTPRequest(url: url)).body.collect(upTo: 10) }
            }
            for try await bytes in group { #expect(bytes == Array("done".utf8)) }
        }
        #expect(server.seen.connections == 200)
    }

    @Test func `more transfers than connections wait their turn`() async throws {
        let server = ScriptedServer { connection in
            while connection.readRequest() != nil { connection.answer(body: "turn") }
        }
        let narrow = try CurlLoop(userAgent: "nexus/test", connections: 2)
        let url = server.url
        try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<20 {
                group.addTask { try await narrow.exchange(HTTPRequest(url: url)).body.collect(upTo: 10) }
            }
            for try await bytes in group { #expect(bytes == Array("turn".utf8)) }
        }
        #expect(server.seen.connections <= 2)
        #expect(server.seen.requests.count == 20)
    }

    @Test func `a body without a length ends with its connection`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\r\nuntil the end")
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url))
        #expect(try await response.body.collect(upTo: 100) == Array("until the end".utf8))
    }

    @Test func `a loop lives as long as a body of it is read`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
            connection.wait(50)
            connection.send("late")
        }
        let body = try await CurlLoop(userAgent: "nexus/test").exchange(HTTPRequest(url: server.url)).body
        #expect(try await body.collect(upTo: 10) == Array("late".utf8))
    }
}
