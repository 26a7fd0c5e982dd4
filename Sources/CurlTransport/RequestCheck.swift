import CCurl

/// Where a checked request goes.
struct Destination {
    /// The address as curl took it apart.
    let address: Address
    /// The host as it may be shown in messages.
    let host: String
    /// Whether the host is this machine: then no proxy stands between.
    let isLoopback: Bool
}

/// An address that curl has taken apart, so that it need not be for each exchange.
final class Address: @unchecked Sendable {
    /// Good while the address is; nobody changes it.
    let parts: OpaquePointer

    /// - Parameter parts: are the address's own from now on.
    init(_ parts: OpaquePointer) { self.parts = parts }

    deinit { curl_url_cleanup(parts) }
}

/// Refuses what must never reach the wire: split lines, foreign schemes, fields that contradict the body.
enum RequestCheck {
    /// - Throws: ``TransportError/invalidRequest(_:)`` naming the faulty part, never a value.
    static func destination(of request: HTTPRequest) throws(TransportError) -> Destination {
        guard isToken(request.method), request.method != "CONNECT" else {
            throw .invalidRequest("the method must be a word such as GET or POST, other than CONNECT")
        }
        for (name, value) in request.headers { try check(name: name, value: value) }
        try check(request.limits)
        return try destination(url: request.url)
    }

    static func check(_ limits: TransferLimits) throws(TransportError) {
        if let limit = limits.faultyLimit { throw .invalidRequest("the limit \(limit) must be above zero") }
    }

    private static func check(name: String, value: String) throws(TransportError) {
        guard isToken(name) else {
            throw .invalidRequest("a header's name holds a character that no name may hold, or is empty")
        }
        guard !value.utf8.contains(where: { ($0 < 0x20 && $0 != .tab) || $0 == 0x7F }) else {
            throw .invalidRequest(
                "the value of the header \(name) holds a line break, NUL or another control character")
        }
        guard !ownFields.contains(where: { HTTPHeaders.match($0, name) }) else {
            throw .invalidRequest("the header \(name) is set by the transport; leave it out")
        }
    }

    private static let ownFields = ["Content-Length", "Transfer-Encoding", "Expect"]

    /// A `token` of RFC 9110, 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    /// Reads the address with curl's own parser, so that what is checked is what is asked.
    private static func destination(url: String) throws(TransportError) -> Destination {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw .invalidRequest("the URL holds a space, a line break, NUL or another control character")
        }
        guard let parsed = curl_url() else { throw .outOfResources("memory") }
        let address = Address(parsed)
        guard curl_url_set(parsed, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK,
            let scheme = part(CURLUPART_SCHEME, of: parsed), let host = part(CURLUPART_HOST, of: parsed), !host.isEmpty
        else {
            throw .invalidRequest("the URL is not an address such as https://host/path")
        }
        guard scheme == "http" || scheme == "https" else {
            throw .invalidRequest("the URL's scheme must be http or https")
        }
        guard part(CURLUPART_USER, of: parsed) == nil, part(CURLUPART_PASSWORD, of: parsed) == nil else {
            throw .invalidRequest("the URL holds a user name or password; send an Authorization header instead")
        }
        return Destination(address: address, host: host, isLoopback: isLoopback(host))
    }

    private static func part(_ name: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, name, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }

    /// Whether that host is this machine. curl has already written every form of an IPv4 address as four decimal
    /// numbers.
    static func isLoopback(_ host: String) -> Bool {
        if host.hasPrefix("127.") {
            let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
            return numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
        }
        if host.hasPrefix("[") {
            return host == "[::1]" || host == "[0:0:0:0:0:0:0:1]" || host.hasPrefix("[::ffff:127.")
        }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        return labels.last.map { HTTPHeaders.match($0, "localhost") } ?? false
    }
}
