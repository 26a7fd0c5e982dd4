import Chat
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

    /// 128 random bits.
    static func made() -> String {
        "req_" + TraceIdentity.text(.random(in: 0...(.max))) + TraceIdentity.text(.random(in: 0...(.max)))
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
    /// What a call's stages told: whether a cache had the answer, and what its rate limit leaves to the caller.
    mutating func tell(_ notes: Trace.Notes) {
        self[.nexusCache] = notes.cache ?? "off"
        if let explanation = notes.cacheExplanation { self[.nexusCacheExplanation] = Reply.headerText(explanation) }
        guard let limits = notes.allowance else { return }
        self[.limitRequests] = limits.limitRequests.map(String.init)
        self[.remainingRequests] = limits.remainingRequests.map(String.init)
        self[.resetRequests] = limits.resetRequests.map(HTTPFields.seconds)
        self[.limitTokens] = limits.limitTokens.map(String.init)
        self[.remainingTokens] = limits.remainingTokens.map(String.init)
        self[.resetTokens] = limits.resetTokens.map(HTTPFields.seconds)
    }

    /// A time as OpenAI's own headers have it, in seconds to a thousandth: `1.5s`.
    private static func seconds(_ duration: Duration) -> String {
        JSONValue.number((duration.milliseconds.rounded(.up)) / 1000).text + "s"
    }
}
