import Testing

@testable import CurlTransport

/// What is refused before anything is sent, and in which words.
@Suite struct RequestCheckTests {
    private func fault(_ request: HTTPRequest) -> String? {
        do throws(TransportError) {
            _ = try RequestCheck.destination(of: request)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\u{0}b", "a\u{1B}b", "a\u{7F}b"])
    func `a header's value that splits the line`(value: String) {
        let message = fault(HTTPRequest(url: "http://h/", headers: [("X-Model", value)]))
        let reason = "the value of the header X-Model holds a line break, NUL or another control character"
        #expect(message == "invalid request: \(reason)")
    }

    @Test(arguments: ["", "a b", "a:", "a\r\nb", "a\u{0}", "é", "(a)"])
    func `a header's name that is none`(name: String) {
        #expect(
            fault(HTTPRequest(url: "http://h/", headers: [(name, "secret")]))
                == "invalid request: a header's name holds a character that no name may hold, or is empty")
    }

    @Test(arguments: ["content-length", "Transfer-Encoding", "EXPECT"])
    func `a header that belongs to the transport`(name: String) {
        #expect(
            fault(HTTPRequest(url: "http://h/", headers: [(name, "1")]))
                == "invalid request: the header \(name) is set by the transport; leave it out")
    }

    @Test(arguments: ["", "GET /", "GET\r\nX: 1", "G\u{0}T", "CONNECT"])
    func `a method that is none`(method: String) {
        #expect(
            fault(HTTPRequest(url: "http://h/", method: method))
                == "invalid request: the method must be a word such as GET or POST, other than CONNECT")
    }

    @Test(arguments: ["http://h/a b", "http://h/\r\nX: 1", "http://h/\n", "http://h/\u{0}", "http://h/\u{7F}"])
    func `a URL with a control character`(url: String) {
        #expect(
            fault(HTTPRequest(url: url))
                == "invalid request: the URL holds a space, a line break, NUL or another control character")
    }

    @Test(arguments: ["", "h/path", "/path", "http://", "http://h:99999/", "://h"])
    func `a URL that is no address`(url: String) {
        #expect(fault(HTTPRequest(url: url)) == "invalid request: the URL is not an address such as https://host/path")
    }

    @Test(arguments: ["ftp://h/", "file:///etc/passwd", "gopher://h/", "dict://h/", "httpx://h/"])
    func `a URL of another scheme`(url: String) {
        let message = fault(HTTPRequest(url: url))
        #expect(
            message == "invalid request: the URL's scheme must be http or https"
                || message == "invalid request: the URL is not an address such as https://host/path")
    }

    @Test(arguments: ["http://user@h/", "http://user:password@h/", "http://:password@h/"])
    func `a URL with a user name or password`(url: String) {
        #expect(
            fault(HTTPRequest(url: url))
                == "invalid request: the URL holds a user name or password; send an Authorization header instead")
    }

    @Test func `a limit that is not above zero`() {
        for (name, limits) in [
            ("connect", TransferLimits(connect: .zero)), ("firstByte", TransferLimits(firstByte: .seconds(-1))),
            ("idle", TransferLimits(idle: .zero)), ("total", TransferLimits(total: .zero)),
            ("bodyBytes", TransferLimits(bodyBytes: 0)), ("headBytes", TransferLimits(headBytes: -1)),
            ("headFields", TransferLimits(headFields: 0)),
        ] {
            #expect(
                fault(HTTPRequest(url: "http://h/", limits: limits))
                    == "invalid request: the limit \(name) must be above zero")
        }
    }

    @Test(arguments: [
        ("http://localhost:1/", true), ("http://a.LocalHost/", true), ("http://127.0.0.1/", true),
        ("http://127.1/", true),
        ("http://0x7f000001/", true), ("http://2130706433/", true), ("https://[::1]:1/", true),
        ("http://[::ffff:127.0.0.1]/", true), ("http://example.com/", false), ("http://127.0.0.1.example.com/", false),
        ("http://128.0.0.1/", false), ("http://localhost.example.com/", false), ("http://[::2]/", false),
    ])
    func `which hosts are this machine`(url: String, isLoopback: Bool) throws {
        #expect(try RequestCheck.destination(of: HTTPRequest(url: url)).isLoopback == isLoopback)
    }

    @Test func `a request shows no secret`() {
        let request = HTTPRequest(
            url: "https://h/p?key=secret#secret", method: "POST", headers: [("Authorization", "Bearer secret")],
            body: [1, 2])
        #expect(request.description == "POST https://h/p [Authorization] 2 bytes")
        #expect(String(reflecting: request) == request.description)
        #expect(!HTTPRequest(url: "https://u:secret@h/").description.contains("secret"))
    }

    @Test func `a user agent that splits the line`() {
        #expect(
            throws: TransportError.invalidRequest("the user agent holds a line break, NUL or another control character")
        ) {
            try CurlLoop(userAgent: "a\r\nb")
        }
    }
}
