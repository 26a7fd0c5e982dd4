import Chat
import Foundation

/// A WebSocket client made of a bare socket, which may also break the protocol.
final class SocketClient: Sendable {
    private let descriptor: Int32
    private let buffer = Locked<[UInt8]>([])

    struct Frame: Equatable {
        var opcode: UInt8
        var payload: [UInt8]
        var text: String { String(decoding: payload, as: UTF8.self) }
        /// Of a close frame.
        var code: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    }

    /// Nothing came in time, or the connection is closed.
    struct Silence: Error {}

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { Foundation.close(descriptor) }

    /// Connects and shakes hands.
    /// - Returns: the client, and the head of the answer.
    static func open(
        port: Int, path: String = "/socket/websocket?vsn=2.0.0", headers: [String] = [],
        key: String = "dGhlIHNhbXBsZSBub25jZQ==", behind: [UInt8] = [], receiveBuffer: Int32? = nil
    ) async throws -> (client: SocketClient, head: String) {
        try await SocketClient.blocking {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            if var size = receiveBuffer {
                setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
            }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            address.sin_port = UInt16(port).bigEndian
            let isConnected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected else { throw Silence() }
            var patience = timeval(tv_sec: 10, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            let client = SocketClient(descriptor)
            let lines = [
                "GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Upgrade: websocket", "Connection: keep-alive, Upgrade",
                "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13",
            ]
            client.write(Array((lines + headers).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8) + behind)
            return (client, try client.head())
        }
    }

    static func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }

    // MARK: frames

    static func frame(_ payload: [UInt8], opcode: UInt8 = 1, fin: Bool = true, masked: Bool = true, rsv: UInt8 = 0)
        -> [UInt8]
    {
        var out: [UInt8] = [(fin ? 0x80 : 0) | rsv | opcode]
        let bit: UInt8 = masked ? 0x80 : 0
        switch payload.count {
        case ..<126: out.append(bit | UInt8(payload.count))
        case ..<65_536: out += [bit | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            out.append(bit | 127)
            out += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        guard masked else { return out + payload }
        let mask: [UInt8] = [1, 2, 3, 4]
        return out + mask + payload.enumerated().map { $0.element ^ mask[$0.offset % 4] }
    }

    func send(_ text: String) { write(SocketClient.frame(Array(text.utf8))) }

    /// Writes bytes as they are, as far as they are taken.
    func write(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    func writeAll(_ bytes: [UInt8]) async throws { try await SocketClient.blocking { self.write(bytes) } }

    /// Closes without a word.
    func vanish() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// The next frame.
    /// - Throws: `Silence` after ten seconds, and at the connection's end.
    func receive() async throws -> Frame { try await SocketClient.blocking { try self.next() } }

    /// The next text as JSON.
    func json() async throws -> JSONValue {
        let frame = try await receive()
        guard frame.opcode == 1 else { throw Silence() }
        return try JSONValue.parse(frame.payload)
    }

    /// The events of version 2 until one of this name, that included.
    func events(until last: String) async throws -> [(event: String, payload: JSONValue)] {
        var events: [(event: String, payload: JSONValue)] = []
        repeat {
            let parts = try await json().arrayValue ?? []
            guard parts.count == 5 else { throw Silence() }
            events.append((parts[3].stringValue ?? "", parts[4]))
        } while events.last?.event != last
        return events
    }

    /// The code that the server closes with, behind whatever else comes before; nil where it closes without.
    func closeCode() async throws -> Int? {
        while let frame = try? await receive() {
            if frame.opcode == 8 { return frame.code }
        }
        return nil
    }

    private func head() throws -> String {
        try buffer.withLock { buffer in
            while true {
                if let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) {
                    let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
                    buffer.removeFirst(end.upperBound)
                    return head
                }
                try fill(&buffer)
            }
        }
    }

    private func next() throws -> Frame {
        try buffer.withLock { buffer in
            while true {
                if let (frame, length) = SocketClient.parse(buffer) {
                    buffer.removeFirst(length)
                    return frame
                }
                try fill(&buffer)
            }
        }
    }

    private static func parse(_ bytes: [UInt8]) -> (Frame, Int)? {
        guard bytes.count >= 2 else { return nil }
        var start = 2
        var length = Int(bytes[1] & 0x7F)
        if length >= 126 {
            let digits = length == 126 ? 2 : 8
            guard bytes.count >= 2 + digits else { return nil }
            length = bytes[2..<(2 + digits)].reduce(0) { $0 << 8 | Int($1) }
            start += digits
        }
        guard bytes.count >= start + length else { return nil }
        return (Frame(opcode: bytes[0] & 0x0F, payload: Array(bytes[start..<(start + length)])), start + length)
    }

    private func fill(_ buffer: inout [UInt8]) throws {
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count > 0 else { throw Silence() }
        buffer += piece[..<count]
    }
}
