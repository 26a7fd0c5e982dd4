import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What curl says about a transfer that failed, and how far the transfer had come.
struct CurlFailure {
    let code: CURLcode
    /// curl's own words; may be empty.
    var text = ""
    /// The system's error number at the last connection attempt or read; 0: none.
    var systemError: Int32 = 0
    let host: String
    let limits: TransferLimits
    /// The connection had been ready for the request.
    var wasConnected = false
    var headWasComplete = false
    var bodyBytes = 0

    /// The error a caller can act on.
    var error: TransportError {
        switch code {
        case CURLE_URL_MALFORMAT: .invalidRequest("the URL is not an address such as https://host/path")
        case CURLE_COULDNT_RESOLVE_HOST: .couldNotResolve(host: host)
        case CURLE_COULDNT_RESOLVE_PROXY: .couldNotResolve(host: "the proxy for \(host)")
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED, CURLE_PROXY: couldNotConnect
        case CURLE_OPERATION_TIMEDOUT: .timedOut(phase: .connect, host: host, after: limits.connect)
        case CURLE_SSL_CONNECT_ERROR where systemError == ECONNRESET || systemError == EPIPE: couldNotConnect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_INITFAILED,
            CURLE_USE_SSL_FAILED:
            .tls(host: host, reason: words)
        case CURLE_RECV_ERROR where isMalformedChunk: .protocolViolation(host: host, reason: words)
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_ABORTED_BY_CALLBACK: cut
        case CURLE_OUT_OF_MEMORY where isHeadUnderWay, nexus_too_large where isHeadUnderWay:
            .tooLarge(part: .head, limit: limits.headBytes)
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: .outOfResources("memory")
        default: .protocolViolation(host: host, reason: words)
        }
    }

    /// curl reports a line of the head that is too long for it as memory it would not give.
    private var isHeadUnderWay: Bool { wasConnected && !headWasComplete }

    /// curl gives a broken chunk the code of a broken connection and tells them apart in words only.
    private var isMalformedChunk: Bool { headWasComplete && systemError == 0 && text.contains("chunk") }

    private var cut: TransportError {
        if headWasComplete { return .truncated(host: host, received: bodyBytes) }
        return wasConnected ? .reset(host: host) : couldNotConnect
    }

    private var couldNotConnect: TransportError {
        if systemError == EMFILE || systemError == ENFILE { return .outOfResources("file descriptors") }
        return .couldNotConnect(host: host, reason: systemError > 0 ? Self.words(of: systemError) : words)
    }

    private var words: String {
        text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
    }

    private static func words(of systemError: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, strerror_r(systemError, start, buffer.count) == 0 else {
                return "system error \(systemError)"
            }
            return String(cString: start)
        }
    }
}
