import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// A request that comes in: its head is here, its body may still be on the way. It is used on its connection's loop
/// alone.
final class IncomingRequest: @unchecked Sendable {
    /// Why a body does not come in whole.
    enum Fault: Error {
        case cut, malformed
    }

    let head: HTTPRequestHead
    private(set) var isWhole = false
    private(set) var fault: Fault?
    /// Nobody reads what else comes.
    private var isDropped = false
    private var bytes: ByteBuffer?
    private var reader: UnsafeContinuation<Void, Never>?
    /// Told when what waits was taken.
    private let onTake: @Sendable () -> Void

    init(_ head: HTTPRequestHead, onTake: @escaping @Sendable () -> Void) {
        self.head = head
        self.onTake = onTake
    }

    /// Whether the client would go on in another protocol: nothing is read behind such a request, for it might be that.
    var asksForUpgrade: Bool { head.headers.contains(name: "Upgrade") }

    /// How many bytes wait for being read.
    var waiting: Int { bytes?.readableBytes ?? 0 }

    /// The body; nil where not all of it is here, or it is broken.
    var wholeBody: ByteBuffer? { isWhole && fault == nil ? bytes ?? ByteBuffer() : nil }

    func append(_ part: ByteBuffer) {
        guard !isDropped else { return }
        var part = part
        if bytes?.writeBuffer(&part) == nil { bytes = part }
        wake()
    }

    /// - Parameter fault: nil where the body is whole.
    func end(_ fault: Fault? = nil) {
        isWhole = true
        self.fault = fault
        wake()
    }

    func drop() {
        isDropped = true
        bytes = nil
    }

    private func wake() {
        let reader = reader
        self.reader = nil
        reader?.resume()
    }

    fileprivate func next() async throws -> ByteBuffer? {
        while true {
            if let bytes {
                self.bytes = nil
                onTake()
                return bytes
            }
            if let fault { throw fault }
            if isWhole { return nil }
            await withUnsafeContinuation { reader = $0 }
        }
    }

    /// The request for who answers it; nil where its method is no word, or it is framed by chunks, which HTTP/1.0 does
    /// not know (RFC 9112, section 6.1).
    var request: Request? {
        guard let method = IncomingRequest.method(head.method),
            head.version != .http1_0 || !head.headers.contains(name: "Transfer-Encoding")
        else { return nil }
        let (fields, host) = IncomingRequest.fields(head.headers)
        let request = HTTPRequest(
            method: method, scheme: "http", authority: host, path: IncomingRequest.path(head.uri), headerFields: fields)
        guard isWhole, fault == nil else {
            return Request(head: request, body: RequestBody(asyncSequence: IncomingBody(request: self)))
        }
        defer { bytes = nil }
        return Request(head: request, body: RequestBody(buffer: bytes ?? ByteBuffer()))
    }

    private static func method(_ method: HTTPMethod) -> HTTPRequest.Method? {
        switch method {
        case .POST: .post
        case .GET: .get
        default: HTTPRequest.Method(rawValue: method.rawValue)
        }
    }

    /// All fields but the first `Host`, and that.
    private static func fields(_ headers: HTTPHeaders) -> (HTTPFields, host: String?) {
        var fields = HTTPFields()
        fields.reserveCapacity(headers.count)
        var host: String?
        for (name, value) in headers {
            guard let name = HTTPField.Name(name) else { continue }
            if host == nil, name.canonicalName == "host" {
                host = value
            } else {
                fields.append(HTTPField(name: name, value: value))
            }
        }
        return (fields, host)
    }

    /// The path with its query; of a whole address (RFC 9112, section 3.2.2) what follows its host.
    private static func path(_ target: String) -> String {
        guard !target.hasPrefix("/"), target != "*", let scheme = target.firstRange(of: "://") else { return target }
        let rest = target[scheme.upperBound...]
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
    }
}

/// The body of a request as it comes, for one reader.
private struct IncomingBody: AsyncSequence, Sendable {
    let request: IncomingRequest

    struct AsyncIterator: AsyncIteratorProtocol {
        let request: IncomingRequest

        mutating func next() async throws -> ByteBuffer? { try await request.next() }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(request: request) }
}
