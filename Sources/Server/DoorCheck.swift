import Chat
import HTTPTypes
import Hummingbird

/// What a request must be before anybody looks at it: framed in one way alone, and meant for this server.
enum DoorCheck {
    /// Two readers of an ambiguous head may see two requests where we see one (request smuggling; RFC 9112, section 6),
    /// so such heads are refused and their connection closed.
    static func framingFault(_ request: Request) -> String? {
        guard request.head.authority?.isEmpty == false else { return "the header Host is missing" }
        let fields = request.headers
        guard fields.contains(where: { isOfFraming($0.name) }) else { return nil }
        if fields.contains(where: { $0.name.canonicalName == "host" }) { return "the header Host stands twice" }
        let codings = fields[values: .transferEncoding]
        guard codings.count <= 1, codings.allSatisfy({ $0.lowercased() == "chunked" }) else {
            return "Transfer-Encoding may be chunked and nothing else"
        }
        return nil
    }

    private static func isOfFraming(_ name: HTTPField.Name) -> Bool {
        name.canonicalName == "host" || name == .transferEncoding
    }

    /// Whether a page of some other site may have sent this to an open server on the machine of whoever looks at it:
    /// its own name may lead here (DNS rebinding), so an open server answers to its own names alone.
    static func isForeign(_ request: Request) -> Bool {
        guard let authority = request.head.authority else { return true }
        if authority.hasPrefix("127.0.0.1:") || authority.hasPrefix("localhost:") { return false }
        return !isThisMachine(host(of: authority))
    }

    /// The host of `host:port`, in lower case.
    static func host(of authority: String) -> String {
        let isBracketed = authority.hasPrefix("[")
        let host = isBracketed ? String(authority.prefix { $0 != "]" }) + "]" : String(authority.prefix { $0 != ":" })
        return host.lowercased()
    }

    static func isThisMachine(_ host: String) -> Bool { ["127.0.0.1", "localhost", "[::1]"].contains(host) }

    /// The answer to a request after which nothing of the connection is read.
    static func closing(_ response: Response) -> Response {
        var response = response
        response.headers[.connection] = "close"
        return response
    }
}
