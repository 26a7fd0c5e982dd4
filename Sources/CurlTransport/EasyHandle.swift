import CCurl
import Chat

/// One of curl's easy handles with the memory it points to. It is used by one thread at a time: the caller's while it
/// is configured, the loop's while it is on its way.
final class EasyHandle: @unchecked Sendable {
    let easy: UnsafeMutableRawPointer
    /// Where curl writes what went wrong, as text.
    private let message: UnsafeMutablePointer<CChar>
    private var fields: UnsafeMutablePointer<curl_slist>?
    /// What curl is set to, but for the body's bytes: the next exchange is often with the same host.
    private var configured: (shape: Shape, destination: Destination)?

    /// All of a request that curl is told and that stays when the next one asks the same host.
    private struct Shape: Equatable {
        let url: String
        let method: String
        let hasBody: Bool
        let connect: Duration
        let headers: [(String, String)]

        init(_ request: HTTPRequest) {
            url = request.url
            method = request.method
            hasBody = !request.body.isEmpty
            connect = request.limits.connect
            headers = request.headers
        }

        static func == (one: Shape, other: Shape) -> Bool {
            one.url.hasSameBytes(as: other.url) && one.method == other.method && one.hasBody == other.hasBody
                && one.connect == other.connect
                && one.headers.elementsEqual(other.headers) {
                    $0.0.hasSameBytes(as: $1.0) && $0.1.hasSameBytes(as: $1.1)
                }
        }
    }

    /// `nil` when memory has run out.
    init?() {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        message = .allocate(capacity: Int(CURL_ERROR_SIZE))
        message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(fields)
        message.deallocate()
    }

    /// Lets go of the body that it sent, which may be large.
    func forgetBody() {
        guard configured?.shape.hasBody == true else { return }
        _ = nexus_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, nil)
    }

    /// Forgets the exchange it was used for; what curl keeps between exchanges (TLS sessions) stays.
    private func reset() {
        configured = nil
        curl_easy_reset(easy)
        curl_slist_free_all(fields)
        fields = nil
    }

    /// What curl wrote about the failure; empty when it wrote nothing.
    var failureText: String {
        String(cString: message)
    }

    /// Checks the request and tells curl everything about the exchange but whom to call back.
    func configure(_ request: HTTPRequest, settings: CurlSettings) throws(TransportError) -> Destination {
        message[0] = 0
        let shape = Shape(request)
        if let configured, configured.shape == shape {
            try RequestCheck.check(request.limits)
            try EasyHandle.check(shape.hasBody ? set(body: request.body) : [])
            return configured.destination
        }
        let destination = try RequestCheck.destination(of: request)
        reset()
        try configure(request, to: destination, settings: settings)
        configured = (shape, destination)
        return destination
    }

    private func configure(
        _ request: HTTPRequest, to destination: Destination, settings: CurlSettings
    ) throws(TransportError) {
        var codes = [
            nexus_easy_set_string(easy, CURLOPT_URL, request.url),
            nexus_easy_set_pointer(easy, CURLOPT_CURLU, UnsafeMutableRawPointer(destination.address.parts)),
            nexus_easy_allow_http_alone(easy),
            nexus_easy_set_long(easy, CURLOPT_FOLLOWLOCATION, 0),
            nexus_easy_set_long(easy, CURLOPT_NOSIGNAL, 1),
            nexus_easy_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            nexus_easy_set_long(easy, CURLOPT_TCP_NODELAY, 1),
            nexus_easy_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
            nexus_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, request.limits.connect.curlMilliseconds),
            nexus_easy_set_string(easy, CURLOPT_USERAGENT, settings.userAgent),
            nexus_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, message),
        ]
        nexus_easy_never_wait_for_lookup(easy)
        if let certificates = settings.certificates {
            codes.append(nexus_easy_set_string(easy, CURLOPT_CAINFO, certificates))
        }
        if destination.isLoopback { codes.append(nexus_easy_set_string(easy, CURLOPT_PROXY, "")) }
        codes += set(method: request.method, body: request.body)
        codes.append(set(headers: request.headers))
        try EasyHandle.check(codes)
    }

    private static func check(_ codes: [CURLcode]) throws(TransportError) {
        guard codes.allSatisfy({ $0 == CURLE_OK }) else {
            throw codes.contains(CURLE_OUT_OF_MEMORY)
                ? .outOfResources("memory") : .invalidRequest("curl refuses one of the request's settings")
        }
    }

    private func set(method: String, body: [UInt8]) -> [CURLcode] {
        if body.isEmpty, method == "GET" { return [nexus_easy_set_long(easy, CURLOPT_HTTPGET, 1)] }
        if body.isEmpty, method == "HEAD" { return [nexus_easy_set_long(easy, CURLOPT_NOBODY, 1)] }
        let name = method == "POST" ? CURLE_OK : nexus_easy_set_string(easy, CURLOPT_CUSTOMREQUEST, method)
        if body.isEmpty, method != "POST", method != "PUT", method != "PATCH" { return [name] }
        return [name, nexus_easy_set_long(easy, CURLOPT_POST, 1)] + set(body: body)
    }

    private func set(body: [UInt8]) -> [CURLcode] {
        [
            nexus_easy_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)),
            body.withUnsafeBytes { bytes in
                bytes.baseAddress.map {
                    nexus_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0))
                } ?? nexus_easy_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
            },
        ]
    }

    /// A name with nothing behind its colon takes one of curl's own fields away; an empty value is written with a
    /// semicolon.
    private func set(headers: [(String, String)]) -> CURLcode {
        var lines = headers.map { name, value in
            value.utf8.allSatisfy { $0 == .space || $0 == .tab } ? "\(name);" : "\(name): \(value)"
        }
        lines.append("Expect:")
        if !headers.contains(where: { HTTPHeaders.match($0.0, "Content-Type") }) { lines.append("Content-Type:") }
        for line in lines {
            guard let longer = curl_slist_append(fields, line) else { return CURLE_OUT_OF_MEMORY }
            fields = longer
        }
        return nexus_easy_set_pointer(easy, CURLOPT_HTTPHEADER, fields)
    }

    /// When the steps of the exchange were done.
    var timings: TransferTimings {
        func time(_ info: CURLINFO) -> Duration { .microseconds(max(0, nexus_easy_get_size(easy, info))) }
        return TransferTimings(
            nameLookup: time(CURLINFO_NAMELOOKUP_TIME_T), connect: time(CURLINFO_CONNECT_TIME_T),
            tls: time(CURLINFO_APPCONNECT_TIME_T), firstByte: time(CURLINFO_STARTTRANSFER_TIME_T),
            total: time(CURLINFO_TOTAL_TIME_T),
            reusedConnection: nexus_easy_get_long(easy, CURLINFO_NUM_CONNECTS) == 0)
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, as curl takes them: 1 ms to one day.
    var curlMilliseconds: Int {
        let day = Duration.seconds(86_400)
        let (seconds, attoseconds) = Swift.min(Swift.max(self, .milliseconds(1)), day).components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
