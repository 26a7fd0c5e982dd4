import Chat
import CurlTransport
import Testing

/// Each time limit, over real sockets: the error comes at its time and names its phase.
@Suite struct TimeLimitTests {
    let loop: CurlLoop

    init() throws {
        loop = try CurlLoop(userAgent: "nexus/test")
    }

    /// Expects the exchange to fail at that limit, at most half a second late.
    ///
    /// What a plain sleep of the same length is late at the same time is the machine's doing and is allowed on top.
    private func expectTimeout(_ phase: TimeLimit, _ limit: Duration, _ request: HTTPRequest) async {
        let start = ContinuousClock.now
        let sleep = Task { () -> Duration in
            try? await Task.sleep(for: limit)
            return ContinuousClock.now - start - limit
        }
        do throws(TransportError) {
            let response = try await loop.exchange(request)
            while try await response.body.next() != nil {}
            Issue.record("no limit was reached")
        } catch {
            #expect(error == .timedOut(phase: phase, host: "127.0.0.1", after: limit))
        }
        let late = ContinuousClock.now - start - limit
        let lag = await sleep.value
        #expect(late >= .zero)
        #expect(late < .milliseconds(500) + lag * 2)
    }

    @Test func `a host that accepts and stays silent`() async throws {
        let server = ScriptedServer { $0.awaitClose() }
        let limits = TransferLimits(firstByte: .milliseconds(300), idle: .seconds(20))
        await expectTimeout(.firstByte, .milliseconds(300), HTTPRequest(url: server.url, limits: limits))
        #expect(await eventually(within: .seconds(1)) { server.seen.closings.count == 1 })
    }

    @Test func `a head at once and then no byte of body`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.awaitClose()
        }
        let limits = TransferLimits(firstByte: .milliseconds(300), idle: .milliseconds(100))
        await expectTimeout(.firstByte, .milliseconds(300), HTTPRequest(url: server.url, limits: limits))
    }

    @Test func `interim heads do not lengthen the wait`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            while connection.send("HTTP/1.1 102 Processing\r\n\r\n") { connection.wait(50) }
        }
        let limits = TransferLimits(firstByte: .milliseconds(300))
        await expectTimeout(.firstByte, .milliseconds(300), HTTPRequest(url: server.url, limits: limits))
    }

    @Test func `silence in mid body`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.sendChunk("and then")
            connection.awaitClose()
        }
        let limits = TransferLimits(firstByte: .seconds(20), idle: .milliseconds(300))
        await expectTimeout(.idle, .milliseconds(300), HTTPRequest(url: server.url, limits: limits))
        #expect(await eventually(within: .seconds(1)) { server.seen.closings.count == 1 })
    }

    @Test func `a drip outlives the idle limit and ends whole`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n")
            for _ in 0..<8 {
                connection.wait(100)
                connection.send(".")
            }
        }
        let limits = TransferLimits(idle: .milliseconds(600))
        let response = try await loop.exchange(HTTPRequest(url: server.url, limits: limits))
        #expect(try await response.body.collect(upTo: 10).count == 8)
    }

    @Test func `a drip ends at the total`() async throws {
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while connection.send(".") { connection.wait(50) }
        }
        let limits = TransferLimits(total: .milliseconds(400))
        await expectTimeout(.total, .milliseconds(400), HTTPRequest(url: server.url, limits: limits))
    }

    @Test func `a reader slower than the idle limit is not the host's fault`() async throws {
        let size = 24 << 20
        let server = ScriptedServer { connection in
            connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            connection.send([UInt8](repeating: 7, count: size))
        }
        let limits = TransferLimits(idle: .milliseconds(500), bodyBytes: size)
        let response = try await loop.exchange(HTTPRequest(url: server.url, limits: limits))
        try await Task.sleep(for: .milliseconds(900))
        #expect(try await response.body.collect(upTo: size).count == size)
    }

    @Test func `messages say what was waited for and how long`() {
        let limit = Duration.milliseconds(1500)
        let messages = [TimeLimit.connect, .firstByte, .idle, .total].map {
            TransportError.timedOut(phase: $0, host: "h", after: limit).description
        }
        #expect(
            messages == [
                "h took no connection within 1.5 seconds", "h sent no first byte of an answer within 1.5 seconds",
                "h fell silent in mid answer for 1.5 seconds", "h did not finish its answer within 1.5 seconds",
            ])
    }
}
