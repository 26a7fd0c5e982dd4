import Chat
import Foundation
import Glibc

/// An HTTP server of a few lines on a real socket: keeps what was sent to it, and answers as told. One request a
/// connection.
final class Listener: Sendable {
    struct Received: Sendable {
        var line: String
        var headers: [String: String]
        var body: String

        var json: JSONValue? { try? JSONValue.parse(body) }
    }

    let port: Int
    private let socket: CInt
    private let kept = Locked<[Received]>([])

    var received: [Received] { kept.withLock { $0 } }

    /// - Parameters:
    ///   - status: of every answer.
    ///   - answer: gives the body of the answer, JSON.
    init(status: Int = 200, _ answer: @escaping @Sendable (Received) -> String = { _ in "{}" }) throws {
        let listening = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        socket = listening
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listening, address, size) == 0 && listen(listening, 64) == 0
                    && getsockname(listening, address, &size) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let kept = kept
        Thread.detachNewThread {
            while true {
                let connection = accept(listening, nil, nil)
                guard connection >= 0 else { return }
                if let request = Listener.read(connection) {
                    kept.withLock { $0.append(request) }
                    let body = answer(request)
                    let head = "HTTP/1.1 \(status) Told\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    let bytes = Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
                    _ = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
                }
                close(connection)
            }
        }
    }

    deinit {
        shutdown(socket, CInt(SHUT_RDWR))
        close(socket)
    }

    private static func read(_ connection: CInt) -> Received? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                let lines = head.split(separator: "\r\n").map(String.init)
                var headers: [String: String] = [:]
                for line in lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    if parts.count == 2 { headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces) }
                }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                if bytes.count >= end.upperBound + length {
                    let body = String(decoding: bytes[end.upperBound...].prefix(length), as: UTF8.self)
                    return Received(line: lines.first ?? "", headers: headers, body: body)
                }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }
}
