import Chat
import CurlTransport
import Testing

/// What a caller is told when the other side fails, over real sockets.
@Suite struct FailureTests {
    let loop: CurlLoop

    init() throws {
        loop = try CurlLoop(userAgent: "nexus/test")
    }

    /// The error of the whole exchange, body included, and how long it took to come.
    private func failure(_ request: HTTPRequest) async -> (error: TransportError?, took: Duration) {
        let start = ContinuousClock.now
        do throws(TransportError) {
            let response = try await loop.exchange(request)
            while try await response.body.next() != nil {}
            return (nil, ContinuousClock.now - start)
        } catch {
            return (error, ContinuousClock.now - start)
        }
    }

    @Test func `nobody listens`() async throws {
        let port = ScriptedServer.unusedPort()
        let outcome = await failure(HTTPRequest(url: "http://127.0.0.1:\(port)/?key=secret"))
        #expect(outcome.error == .couldNotConnect(host: "127.0.0.1", reason: "Connection refused"))
        #expect(outcome.error?.description == "could not connect to 127.0.0.1: Connection refused")
    }

    @Test func `the host has no address`() async throws {
        var request = HTTPRequest(url: "http://name.invalid/")
        request.limits.connect = .seconds(20)
        let outcome = await failure(request)
        #expect(outcome.error == .couldNotResolve(host: "name.invalid"))
        #expect(outcome.error?.description == "could not find the address of name.invalid")
    }

    @Test func `cut before the head, after half of it`() async throws {
        for sent in ["", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"] {
            let server = ScriptedServer { connection in
                connection.readRequest()
                connection.send(sent)
            }
            let outcome = await failure(HTTPRequest(url: server.url))
            #expect(outcome.error == .reset(host: "127.0.0.1"), "after \(sent)")
            #expect(server.seen.requests.count == 1)
        }
        #expect(
            TransportError.reset(host: "127.0.0.1").description == "127.0.0.1 closed the connection before it answered")
    }

    @Test func `reset before the head`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.reset()
        }
        #expect(await failure(HTTPRequest(url: server.url)).error == .reset(host: "127.0.0.1"))
    }

    @Test func `a request is never sent twice, even where a kept connection dies under it`() async throws {
        for isReset in [false, true] {
            let server = ScriptedServer { connection in
                connection.readRequest()
                connection.answer(body: "first")
                connection.readRequest()
                if isReset { connection.reset() }
            }
            let post = HTTPRequest(url: server.url, method: "POST", body: [1])
            #expect(await failure(post).error == nil)
            #expect(await failure(post).error == .reset(host: "127.0.0.1"))
            #expect(server.seen.requests.count == 2)
        }
    }

    @Test func `reset in mid body`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.sendChunk("half")
            connection.wait(50)
            connection.reset()
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url))
        #expect(try await response.body.next()?.bytes == Array("half".utf8))
        await #expect(throws: TransportError.truncated(host: "127.0.0.1", received: 4)) {
            try await response.body.next()
        }
        await #expect(throws: TransportError.truncated(host: "127.0.0.1", received: 4)) {
            try await response.body.next()
        }
        #expect(response.body.timings == nil)
    }

    @Test(arguments: [
        "Content-Length: 10\r\n\r\nfour", "Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n",
        "Transfer-Encoding: chunked\r\n\r\na\r\nfour", "Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n",
    ])
    func `a body that ends too early is never whole`(answer: String) async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\(answer)")
        }
        let outcome = await failure(HTTPRequest(url: server.url))
        #expect(outcome.error == .truncated(host: "127.0.0.1", received: 4))
        #expect(outcome.error?.description == "127.0.0.1 cut its answer off after 4 bytes of body")
    }

    @Test func `what came before the cut is handed out first`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfour")
        }
        let response = try await loop.exchange(HTTPRequest(url: server.url))
        #expect(await eventually { server.seen.sentBytes >= 42 })
        #expect(try await response.body.next()?.bytes == Array("four".utf8))
        await #expect(throws: TransportError.truncated(host: "127.0.0.1", received: 4)) {
            try await response.body.next()
        }
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 2 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n"])
    func `what is not HTTP is called so`(answer: String) async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send(answer)
            connection.awaitClose()
        }
        let error = await failure(HTTPRequest(url: server.url)).error
        guard case .protocolViolation(let host, let reason) = error else {
            Issue.record("\(answer) gave \(String(describing: error))")
            return
        }
        #expect(host == "127.0.0.1")
        #expect(!reason.isEmpty)
    }

    @Test func `a broken chunk is not HTTP`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nfour\r\n0\r\n\r\n")
            connection.awaitClose()
        }
        let error = await failure(HTTPRequest(url: server.url)).error
        guard case .protocolViolation = error else {
            Issue.record("a broken chunk gave \(String(describing: error))")
            return
        }
    }

    @Test func `a plain server does not speak TLS`() async throws {
        let server = ScriptedServer { connection in
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.awaitClose()
        }
        let error = await failure(HTTPRequest(url: "https://localhost:\(server.port)/")).error
        guard case .tls(let host, let reason) = error else {
            Issue.record("a plain server gave \(String(describing: error))")
            return
        }
        #expect(host == "localhost")
        #expect(error?.description == "no secure connection to localhost: \(reason)")
    }
}
