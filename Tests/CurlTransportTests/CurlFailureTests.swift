import CCurl
import Testing

@testable import CurlTransport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The table from curl's codes to our errors.
@Suite struct CurlFailureTests {
    private func error(
        _ code: CURLcode, text: String = "", systemError: Int32 = 0, connected: Bool = true, head: Bool = false
    ) -> TransportError {
        CurlFailure(
            code: code, text: text, systemError: systemError, host: "h", limits: TransferLimits(),
            wasConnected: connected,
            headWasComplete: head, bodyBytes: 7
        ).error
    }

    @Test func `before the connection`() {
        #expect(error(CURLE_URL_MALFORMAT) == .invalidRequest("the URL is not an address such as https://host/path"))
        #expect(error(CURLE_COULDNT_RESOLVE_HOST, connected: false) == .couldNotResolve(host: "h"))
        #expect(error(CURLE_COULDNT_RESOLVE_PROXY, connected: false) == .couldNotResolve(host: "the proxy for h"))
        #expect(
            error(CURLE_COULDNT_CONNECT, systemError: ENETUNREACH, connected: false)
                == .couldNotConnect(host: "h", reason: "Network is unreachable"))
        #expect(
            error(CURLE_OPERATION_TIMEDOUT, connected: false)
                == .timedOut(phase: .connect, host: "h", after: .seconds(10)))
        #expect(
            error(CURLE_RECV_ERROR, text: "Received HTTP code 407 from proxy after CONNECT", connected: false)
                == .couldNotConnect(host: "h", reason: "Received HTTP code 407 from proxy after CONNECT"))
    }

    @Test func `TLS, but for a connection cut while it is agreed on`() {
        for code in [CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE] {
            #expect(error(code, text: "self-signed", connected: false) == .tls(host: "h", reason: "self-signed"))
        }
        #expect(
            error(CURLE_SSL_CONNECT_ERROR, systemError: ECONNRESET, connected: false)
                == .couldNotConnect(host: "h", reason: "Connection reset by peer"))
    }

    @Test func `a cut means what the transfer had come to`() {
        for code in [
            CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_ABORTED_BY_CALLBACK,
        ] {
            #expect(error(code) == .reset(host: "h"))
            #expect(error(code, head: true) == .truncated(host: "h", received: 7))
        }
    }

    @Test func `the rest`() {
        #expect(error(CURLE_OUT_OF_MEMORY) == .tooLarge(part: .head, limit: 65_536))
        #expect(error(nexus_too_large) == .tooLarge(part: .head, limit: 65_536))
        #expect(error(CURLE_OUT_OF_MEMORY, head: true) == .outOfResources("memory"))
        #expect(
            error(CURLE_RECV_ERROR, text: "Illegal or missing hexadecimal sequence in chunked-encoding", head: true)
                == .protocolViolation(host: "h", reason: "Illegal or missing hexadecimal sequence in chunked-encoding"))
        #expect(
            error(CURLE_WEIRD_SERVER_REPLY).description == "h does not answer in proper HTTP: Weird server reply")
    }
}

/// Messages not read elsewhere.
@Suite struct TransportErrorTests {
    @Test func `each says what happened`() {
        #expect(TransportError.cancelled.description == "the exchange was cancelled")
        #expect(TransportError.shutDown.description == "the HTTP client is shut down")
        #expect(TransportError.outOfResources("threads").description == "this machine has run out of threads")
    }
}
