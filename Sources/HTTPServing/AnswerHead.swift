import Chat
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// How the body of an answer is told from what follows it.
enum BodyFraming {
    /// By its length, which the head tells.
    case length
    case chunks
    /// By the connection's end, for clients of HTTP/1.0.
    case close
    /// There is none: of a HEAD request, or by its status.
    case none
}

/// Prints heads of answers (RFC 9112, section 4).
enum AnswerHead {
    /// Appends the head.
    /// - Returns: how its body is framed.
    static func write(
        _ status: HTTPResponse.Status, _ fields: HTTPFields, to head: HTTPRequestHead, _ letterhead: Letterhead,
        closes: Bool, _ out: inout [UInt8]
    ) -> BodyFraming {
        write(status, &out)
        var hasLength = false
        for field in fields {
            if field.name == .contentLength { hasLength = true }
            if field.name == .connection { continue }
            out.append(contentsOf: field.name.rawName.utf8)
            out.append(": ")
            out.append(contentsOf: field.value.utf8)
            out.append("\r\n")
        }
        return end(status, hasLength: hasLength, to: head, letterhead, closes: closes, &out)
    }

    /// Appends the head of an answer whose body has so many bytes.
    /// - Returns: how its body is framed.
    static func write(
        _ status: HTTPResponse.Status, _ fields: PrintedFields, length: Int, to head: HTTPRequestHead,
        _ letterhead: Letterhead, closes: Bool, _ out: inout [UInt8]
    ) -> BodyFraming {
        write(status, &out)
        out.append(contentsOf: fields.bytes)
        out.append("Content-Length: ")
        out.append(contentsOf: String(length).utf8)
        out.append("\r\n")
        return end(status, hasLength: true, to: head, letterhead, closes: closes, &out)
    }

    private static func write(_ status: HTTPResponse.Status, _ out: inout [UInt8]) {
        guard status != .ok else { return out.append("HTTP/1.1 200 OK\r\n") }
        out.append("HTTP/1.1 ")
        out.append(contentsOf: String(status.code).utf8)
        out.append(" ")
        out.append(contentsOf: status.reasonPhrase.utf8)
        out.append("\r\n")
    }

    private static func end(
        _ status: HTTPResponse.Status, hasLength: Bool, to head: HTTPRequestHead, _ letterhead: Letterhead,
        closes: Bool, _ out: inout [UInt8]
    ) -> BodyFraming {
        let framing = framing(status, head, hasLength: hasLength)
        if case .chunks = framing { out.append("Transfer-Encoding: chunked\r\n") }
        if closes || framing == .close {
            out.append("Connection: close\r\n")
        } else if head.version == .http1_0 {
            out.append("Connection: keep-alive\r\n")
        }
        out.append(contentsOf: letterhead.ending)
        return framing
    }

    private static func framing(
        _ status: HTTPResponse.Status, _ head: HTTPRequestHead, hasLength: Bool
    ) -> BodyFraming {
        if head.method == .HEAD || status.code == 204 || status.code == 304 { return .none }
        if hasLength { return .length }
        return head.version == .http1_0 ? .close : .chunks
    }
}

/// The fields that every head ends with, `Date` (RFC 9110, section 5.6.7) and `Server`, printed once a second. It is
/// used on one loop alone.
final class Letterhead: @unchecked Sendable {
    private let server: String
    private var second: time_t = -1
    private var text: [UInt8] = []

    init(server: String) { self.server = server }

    /// Both lines, and the empty one behind the head.
    var ending: [UInt8] {
        let now = time(nil)
        guard now != second else { return text }
        second = now
        text = Array("Date: \(Letterhead.date(now))\r\nServer: \(server)\r\n\r\n".utf8)
        return text
    }

    private static func date(_ now: time_t) -> String {
        var (seconds, parts) = (now, tm())
        gmtime_r(&seconds, &parts)
        func digits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(digits).joined(separator: ":")
        let (day, month) = (days[Int(parts.tm_wday) % 7], months[Int(parts.tm_mon) % 12])
        return "\(day), \(digits(parts.tm_mday)) \(month) \(parts.tm_year + 1900) \(clock) GMT"
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
