import Chat
import HTTPServing
import Hummingbird
import NIOCore
import Wire

/// Carries out the plan of one visit: waits, answers, and goes wrong where it shall.
struct Performance: Sendable {
    let visit: Visit
    let plan: Plan
    /// What a request for embeddings is answered with.
    var vectors: [[Float]]?

    /// The connection was broken off on purpose; Hummingbird closes what is left of it.
    struct BrokenOff: Error {}

    /// The longest time that a request is left without an answer.
    static let longestSilence = TimeAmount.minutes(10)

    func response() async -> Response {
        switch plan.fault?.fault.effect {
        case .status(let status):
            return visit.refuse(ErrorAnswer(simulated: status, retryAfter: plan.fault?.retryAfter))
        case .silence:
            let deadline = visit.arrival + Performance.longestSilence
            let wake = await visit.connection.wait(
                until: deadline, on: visit.channel.eventLoop, endsWhenStopping: true)
            return await abandon(wake == .left ? .left : .cut)
        case .reset(midBody: false):
            visit.close(.cut, status: nil)
            await visit.channel.reset()
            return Response(status: .ok)
        case nil, .reset, .cut, .drip, .body:
            return await answer()
        }
    }

    private func answer() async -> Response {
        guard plan.text != nil else { return visit.refuse(.noAnswer) }
        guard await visit.wait(until: plan.start) == .due else { return await abandon() }
        let body: Fault.Body? = if case .body(let body) = plan.fault?.fault.effect { body } else { nil }
        let bytes = AnswerBytes(visit, plan, vectors: vectors, fault: body)
        switch (body, visit.asked.isStream) {
        case (.empty, _), (.html, _): return send(body == .html ? Array(AnswerBytes.page.utf8) : [], bytes.contentType)
        case (.streamError, false): return visit.refuse(ErrorAnswer(simulated: 500, retryAfter: nil))
        case (_, false): return full(bytes)
        case (_, true): return stream(bytes)
        }
    }

    // MARK: Full answers

    private func full(_ bytes: AnswerBytes) -> Response {
        let body = bytes.full()
        switch plan.fault?.fault.effect {
        case .cut: return broken(body, byReset: false)
        case .reset: return broken(body, byReset: true)
        case .drip: return drip(body)
        case nil, .status, .silence, .body: return send(body, bytes.contentType)
        }
    }

    private func send(_ body: [UInt8], _ contentType: String) -> Response {
        visit.close(.whole, status: 200)
        return Response(
            status: .ok, headers: headers(contentType), body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// Half of the body, with the length of the whole one announced.
    private func broken(_ body: [UInt8], byReset: Bool) -> Response {
        var headers = headers("application/json")
        headers[.contentLength] = String(body.count)
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await writing { try await writer.write(ByteBuffer(bytes: body.prefix(body.count / 2))) }
                try await breakOff(byReset: byReset)
            })
    }

    private func drip(_ body: [UInt8]) -> Response {
        var headers = headers("application/json")
        headers[.contentLength] = String(body.count)
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await drip(body, isLast: true, to: &writer)
                try await writer.finish(nil)
            })
    }

    /// Writes one byte a second.
    private func drip(_ body: [UInt8], isLast: Bool, to writer: inout any ResponseBodyWriter) async throws {
        for (index, byte) in body.enumerated() {
            let wake = await visit.connection.wait(
                until: .now() + .seconds(1), on: visit.channel.eventLoop, endsWhenStopping: true)
            guard wake == .due else { throw await stopped(wake) }
            if isLast, index == body.count - 1 { visit.close(.whole, status: 200) }
            try await writing { try await writer.write(ByteBuffer(bytes: CollectionOfOne(byte))) }
        }
    }

    // MARK: Streams

    private func stream(_ bytes: AnswerBytes) -> Response {
        let contentType = bytes.fault == .wrongContentType ? "text/plain" : visit.dialect.streamType
        var headers = headers(contentType)
        headers[.cacheControl] = "no-cache"
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await events(bytes, to: &writer)
                try await writer.finish(nil)
            })
    }

    private func events(_ bytes: AnswerBytes, to writer: inout any ResponseBodyWriter) async throws {
        var printer = bytes.printer()
        var due = bytes.events(printer.start())
        let middle = plan.pieces.count / 2
        for (index, piece) in plan.pieces.enumerated() {
            let time = plan.pieceTimes.indices.contains(index) ? plan.pieceTimes[index] : .zero
            // What is due is gathered: pieces without a gap between them go out together.
            if visit.arrival + .microseconds(time.microseconds) > .now() || due.count > 65_536 {
                try await write(&due, to: &writer)
                let wake = await visit.wait(until: time)
                guard wake == .due else { throw await stopped(wake) }
            }
            if index == middle { try await breakOffInTheMiddle(&due, bytes, to: &writer) }
            due += bytes.piece(index, piece, isMiddle: index == middle, by: &printer)
        }
        if plan.pieces.isEmpty { try await breakOffInTheMiddle(&due, bytes, to: &writer) }
        due += bytes.ending(by: &printer)
        if case .drip = plan.fault?.fault.effect { return try await drip(due, isLast: true, to: &writer) }
        visit.close(.whole, status: 200)
        try await writer.write(ByteBuffer(bytes: due))
    }

    private func write(_ due: inout [UInt8], to writer: inout any ResponseBodyWriter) async throws {
        guard !due.isEmpty else { return }
        let bytes = due
        due = []
        if case .drip = plan.fault?.fault.effect { return try await drip(bytes, isLast: false, to: &writer) }
        try await writing { try await writer.write(ByteBuffer(bytes: bytes)) }
    }

    /// Ends a stream here if its fault says so, after what is due.
    private func breakOffInTheMiddle(
        _ due: inout [UInt8], _ bytes: AnswerBytes, to writer: inout any ResponseBodyWriter
    ) async throws {
        switch plan.fault?.fault.effect {
        case .cut, .reset:
            try await write(&due, to: &writer)
            try await breakOff(byReset: plan.fault?.fault.effect != .cut)
        case .body(.streamError):
            due += bytes.errorEvent
            try await write(&due, to: &writer)
            try await breakOff(byReset: false)
        case nil, .status, .silence, .drip, .body: break
        }
    }

    // MARK: Endings

    /// Ends a visit before anything was sent.
    func abandon(_ outcome: RequestLog.Outcome? = nil) async -> Response {
        visit.close(outcome ?? (visit.connection.hasLeft ? .left : .cut), status: nil)
        await visit.channel.cut()
        return Response(status: .ok)
    }

    /// Runs a write; where it fails, the client has left.
    private func writing(_ write: () async throws -> Void) async throws {
        do {
            try await write()
        } catch {
            visit.close(.left, status: 200)
            throw error
        }
    }

    private func stopped(_ wake: Connection.Wake) async -> BrokenOff {
        visit.close(wake == .left ? .left : .cut, status: 200)
        await visit.channel.cut()
        return BrokenOff()
    }

    private func breakOff(byReset: Bool) async throws {
        visit.close(.cut, status: 200)
        if byReset {
            // A reset discards what the client's kernel has not been sent: leave it a moment.
            _ = await visit.connection.wait(until: .now() + .milliseconds(20), on: visit.channel.eventLoop)
            await visit.channel.reset()
        } else {
            await visit.channel.cut()
        }
        throw BrokenOff()
    }

    private func headers(_ contentType: String) -> HTTPFields {
        var headers: HTTPFields = [.contentType: contentType]
        headers[named: visit.dialect.requestIDHeader] = visit.requestID
        return headers
    }
}
