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
        closes: Bool, _ out: inout ByteBuffer
    ) -> BodyFraming {
        out.writeStaticString("HTTP/1.1 ")
        out.writeString(String(status.code))
        out.writeStaticString(" ")
        out.writeString(status.reasonPhrase)
        out.writeStaticString("\r\n")
        var hasLength = false
        for field in fields {
            let name = field.name.canonicalName
            if name == "content-length" { hasLength = true }
            if name == "connection" { continue }
            out.writeString(field.name.rawName)
            out.writeStaticString(": ")
            out.writeString(field.value)
            out.writeStaticString("\r\n")
        }
        let framing = framing(status, head, hasLength: hasLength)
        if case .chunks = framing { out.writeStaticString("Transfer-Encoding: chunked\r\n") }
        if closes || framing == .close {
            out.writeStaticString("Connection: close\r\n")
        } else if head.version == .http1_0 {
            out.writeStaticString("Connection: keep-alive\r\n")
        }
        out.writeString(letterhead.ending)
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
    private var text = ""

    init(server: String) { self.server = server }

    /// Both lines, and the empty one behind the head.
    var ending: String {
        let now = time(nil)
        guard now != second else { return text }
        second = now
        text = "Date: \(Letterhead.date(now))\r\nServer: \(server)\r\n\r\n"
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
