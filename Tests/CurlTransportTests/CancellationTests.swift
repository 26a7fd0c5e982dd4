import Chat
import CurlTransport
import Testing

/// Who no longer wants an answer closes its transfer; the server notes when.
@Suite struct CancellationTests {
    let loop: CurlLoop

    init() throws {
        loop = try CurlLoop(userAgent: "nexus/test")
    }

    private static let halfAnswer: @Sendable (Connection) -> Void = { connection in
        connection.readRequest()
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.sendChunk("half")
        connection.awaitClose()
    }

    private func expectClosed(_ server: ScriptedServer, since start: ContinuousClock.Instant) async {
        #expect(await eventually { server.seen.closings.count == 1 })
        if let closing = server.seen.closings.first { #expect(closing - start < .seconds(1)) }
    }

    @Test func `cancelled before the head`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.awaitClose()
        }
        let loop = loop, url = server.url
        let task = Task { try await loop.exchange(HTTPRequest(url: url)) }
        #expect(await eventually { server.seen.requests.count == 1 })
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: TransportError.cancelled) { try await task.value }
        await expectClosed(server, since: start)
    }

    @Test func `cancelled in mid body`() async throws {
        let server = ScriptedServer(Self.halfAnswer)
        let body = try await loop.exchange(HTTPRequest(url: server.url)).body
        #expect(try await body.next()?.bytes == Array("half".utf8))
        let isWaiting = Locked(false)
        let task = Task {
            isWaiting.withLock { $0 = true }
            return try await body.next()
        }
        #expect(await eventually { isWaiting.withLock { $0 } })
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: TransportError.cancelled) { try await task.value }
        await expectClosed(server, since: start)
        await #expect(throws: TransportError.cancelled) { try await body.next() }
    }

    @Test func `a task cancelled before it asks does not ask`() async throws {
        let server = ScriptedServer { $0.awaitClose() }
        let loop = loop, url = server.url
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await loop.exchange(HTTPRequest(url: url))
        }
        await #expect(throws: TransportError.cancelled) { try await task.value }
        #expect(server.seen.connections == 0)
    }

    @Test func `cancelled while it waits for its turn`() async throws {
        let server = ScriptedServer(Self.halfAnswer)
        let narrow = try CurlLoop(userAgent: "nexus/test", connections: 1)
        let url = server.url
        let first = try await narrow.exchange(HTTPRequest(url: url))
        let second = Task { try await narrow.exchange(HTTPRequest(url: url)) }
        second.cancel()
        await #expect(throws: TransportError.cancelled) { try await second.value }
        #expect(server.seen.connections == 1)
        #expect(try await first.body.next()?.bytes == Array("half".utf8))
    }

    @Test func `a body dropped half read`() async throws {
        let server = ScriptedServer(Self.halfAnswer)
        var response: HTTPResponse? = try await loop.exchange(HTTPRequest(url: server.url))
        #expect(try await response?.body.next()?.bytes == Array("half".utf8))
        let start = ContinuousClock.now
        response = nil
        await expectClosed(server, since: start)
    }

    @Test func `a body dropped while it is paused`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while connection.sendChunk(String(repeating: "x", count: 50_000)) {}
            connection.awaitClose()
        }
        var response: HTTPResponse? = try await loop.exchange(HTTPRequest(url: server.url))
        #expect(response?.status == 200)
        #expect(await eventually { server.seen.sentBytes > 300_000 })
        let start = ContinuousClock.now
        response = nil
        await expectClosed(server, since: start)
    }

    @Test func `a name that is looked up for long holds up nobody`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.answer(body: "here")
        }
        var unknown = HTTPRequest(url: "http://slow.name.invalid/")
        unknown.limits.connect = .milliseconds(1)
        let request = unknown, loop = loop
        let lost = Task { try await loop.exchange(request) }
        let found = try await loop.exchange(HTTPRequest(url: server.url))
        #expect(try await found.body.collect(upTo: 10) == Array("here".utf8))
        await #expect(throws: TransportError.self) { try await lost.value }
    }

    @Test func `shutting down fails what is under way and what comes later`() async throws {
        let server = ScriptedServer(Self.halfAnswer)
        let silent = ScriptedServer { $0.awaitClose() }
        let body = try await loop.exchange(HTTPRequest(url: server.url)).body
        #expect(try await body.next()?.bytes == Array("half".utf8))
        let loop = loop, url = silent.url
        let waiting = Task { try await loop.exchange(HTTPRequest(url: url)) }
        #expect(await eventually { silent.seen.connections == 1 })
        await loop.shutDown()
        await #expect(throws: TransportError.shutDown) { try await waiting.value }
        await #expect(throws: TransportError.shutDown) { try await body.next() }
        await #expect(throws: TransportError.shutDown) { try await loop.exchange(HTTPRequest(url: url)) }
        #expect(await eventually { server.seen.closings.count == 1 && silent.seen.closings.count == 1 })
        await loop.shutDown()
    }

    @Test func `a loop that is dropped closes its kept connections`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.answer(body: "bye")
            connection.awaitClose()
        }
        var loop: CurlLoop? = try CurlLoop(userAgent: "nexus/test")
        var response = try await loop?.exchange(HTTPRequest(url: server.url))
        #expect(try await response?.body.collect(upTo: 10) == Array("bye".utf8))
        (loop, response) = (nil, nil)
        #expect(await eventually { server.seen.closings.count == 1 })
    }
}
