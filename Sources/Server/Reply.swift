import Chat
import HTTPTypes
import Hummingbird
import NIOCore
import Telemetry

/// What a request is called in every header, log and error: the client's own `x-request-id` where it is fit to be
/// printed, else one of ours.
struct RequestID: Sendable, Hashable {
    let text: String

    init(_ request: Request) {
        let given = request.headers[.requestID] ?? ""
        let isFit = (1...128).contains(given.utf8.count) && given.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        text = isFit ? given : RequestID.made()
    }
}

extension RequestID {
    /// One of ours.
    static var random: RequestID { RequestID(text: made()) }

    private init(text: String) { self.text = text }

    /// Drawn many at a time: each draw is a call of the system.
    private static let numbers = Locked(RandomStock())

    /// 128 random bits.
    static func made() -> String {
        let (first, second) = numbers.withLock { ($0.next(), $0.next()) }
        return String(unsafeUninitializedCapacity: 36) { buffer in
            _ = buffer.initialize(from: "req_".utf8)
            for place in 0..<32 {
                let word = place < 16 ? first : second
                let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (place % 16))) & 0xF
                buffer[4 + place] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
            }
            return 36
        }
    }
}

/// Responses that are whole at once.
enum Reply {
    static func headers(_ id: RequestID, contentType: String = "application/json") -> HTTPFields {
        [.contentType: contentType, .requestID: id.text, .anthropicRequestID: id.text]
    }

    /// Lines as the value of one header, at most 1,000 printable ASCII characters; nil where there are none.
    static func headerText(_ lines: [String]) -> String? {
        guard !lines.isEmpty else { return nil }
        let bytes = lines.joined(separator: "; ").utf8.prefix(1_000)
        return String(decoding: bytes.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// A JSON document as the value of one header: all but ASCII as `\\u` escapes, which stand in its strings alone.
    static func headerText(_ document: JSONValue) -> String {
        var text = ""
        for unit in document.text.utf16 {
            if let scalar = Unicode.Scalar(unit), (0x20...0x7E).contains(unit) {
                text.unicodeScalars.append(scalar)
            } else {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return text
    }

    static func whole(_ bytes: [UInt8], status: HTTPResponse.Status = .ok, _ headers: HTTPFields) -> Response {
        Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func json(_ value: JSONValue, _ id: RequestID) -> Response {
        whole(value.bytes, headers(id))
    }

    /// All counters, as Prometheus reads them.
    static func metrics(_ telemetry: GatewayTelemetry, _ id: RequestID) -> Response {
        whole(telemetry.prometheusText(), headers(id, contentType: "text/plain; version=0.0.4; charset=utf-8"))
    }

    /// - Parameter trace: of a call that was refused, or failed; nil where it did not come so far.
    static func refusal(
        _ refusal: Refusal, _ family: any Surface.Type, _ id: RequestID, _ trace: Trace? = nil
    ) -> Response {
        var headers = headers(id)
        if let trace { headers.tell(trace.notes) }
        if let wait = refusal.retryAfter {
            headers[.retryAfter] = String(max(1, Int((wait.milliseconds / 1000).rounded(.up))))
        }
        // The rest of such a body is not waited for.
        if refusal.code == "request_too_large" { headers[.connection] = "close" }
        return whole(
            family.printError(refusal, requestID: id.text), status: .init(code: refusal.status), headers)
    }
}

extension HTTPFields {
    /// What a call's stages told.
    mutating func tell(_ notes: Trace.Notes) {
        notes.tell { name, value in self[name] = value }
    }
}

extension Trace.Notes {
    /// Tells what a call's stages told as headers: whether a cache had the answer, and what its rate limit leaves to
    /// the caller; nil where there is nothing to tell.
    func tell(_ add: (HTTPField.Name, String?) -> Void) {
        add(.nexusCache, cache ?? "off")
        add(.nexusCacheExplanation, cacheExplanation.map { Reply.headerText($0) })
        guard let allowance else { return }
        add(.limitRequests, allowance.limitRequests.map(String.init))
        add(.remainingRequests, allowance.remainingRequests.map(String.init))
        add(.resetRequests, allowance.resetRequests.map(Trace.Notes.seconds))
        add(.limitTokens, allowance.limitTokens.map(String.init))
        add(.remainingTokens, allowance.remainingTokens.map(String.init))
        add(.resetTokens, allowance.resetTokens.map(Trace.Notes.seconds))
    }

    /// A time as OpenAI's own headers have it, in seconds to a thousandth: `1.5s`.
    private static func seconds(_ duration: Duration) -> String {
        JSONValue.number((duration.milliseconds.rounded(.up)) / 1000).text + "s"
    }
}
