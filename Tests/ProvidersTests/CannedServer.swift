#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Chat
import Dispatch

/// A server that gives each connection the next of some ready answers, to the byte, and closes it: for what the
/// simulator does not say.
final class CannedServer: Sendable {
    let port: Int
    private let listener: Int32
    private let received = Locked<[String]>([])
    private let serving = DispatchGroup()

    var origin: String { "http://127.0.0.1:\(port)" }
    /// The requests so far, head and body.
    var requests: [String] { received.withLock { $0 } }

    /// - Parameter answers: whole HTTP responses, or lists of pieces that are sent apart.
    init(_ answers: [[String]]) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw ChatError(.internal, "no port for a test's server") }
        port = Int(UInt16(bigEndian: address.sin_port))
        let received = received
        DispatchQueue(label: "canned").async(group: serving) {
            for pieces in answers {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                let request = CannedServer.request(of: connection)
                received.withLock { $0.append(request) }
                for piece in pieces {
                    let bytes = Array(piece.utf8)
                    _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                    if pieces.count > 1 { usleep(10_000) }
                }
                shutdown(connection, Int32(SHUT_WR))
                close(connection)
            }
        }
    }

    deinit {
        // The listener is closed only when nobody accepts on it: its number may be another server's a moment later.
        shutdown(listener, Int32(SHUT_RDWR))
        serving.wait()
        close(listener)
    }

    /// An answer of this status, type and body.
    static func response(status: Int = 200, type: String = "application/json", headers: String = "", _ body: String)
        -> String
    {
        "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\n\(headers)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    }

    private static func request(of connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            let head = text[..<end.lowerBound].lowercased()
            let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) }
            if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
