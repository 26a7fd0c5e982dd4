import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A plain blocking client: it sees what really came over the connection, and how it ended.
struct Socket {
    /// What came back.
    struct Answer: Sendable {
        var bytes: [UInt8] = []
        /// When each read returned, in seconds from the sending of the request, and the bytes in all by then.
        var arrivals: [(seconds: Double, total: Int)] = []
        var ending = Ending.closed

        enum Ending: Sendable { case closed, reset, timedOut, refused }

        var head: String {
            let end = split ?? bytes.count
            return String(decoding: bytes[..<end], as: UTF8.self)
        }

        /// The status, or 0 where no head came.
        var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }

        func header(_ name: String) -> String? {
            let lines = head.split(separator: "\r\n").dropFirst()
            let line = lines.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            return line.map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
        }

        /// The body, chunks joined.
        var body: [UInt8] {
            guard let split else { return [] }
            let raw = Array(bytes[(split + 4)...])
            guard header("transfer-encoding") == "chunked" else { return raw }
            var body: [UInt8] = [], rest = raw[...]
            while let line = rest.firstIndex(of: 0x0D) {
                guard let size = Int(String(decoding: rest[rest.startIndex..<line], as: UTF8.self), radix: 16), size > 0
                else { break }
                let start = line + 2
                body += rest[start..<min(start + size, rest.endIndex)]
                guard start + size + 2 <= rest.endIndex else { break }
                rest = rest[(start + size + 2)...]
            }
            return body
        }

        var text: String { String(decoding: body, as: UTF8.self) }

        /// Whether a chunked body had its end, or a body of announced length all its bytes.
        var isWhole: Bool {
            if header("transfer-encoding") == "chunked" { return bytes.suffix(5) == Array("0\r\n\r\n".utf8) }
            return header("content-length").flatMap { Int($0) } == body.count
        }

        private var split: Int? {
            let mark = Array("\r\n\r\n".utf8)
            return bytes.indices.first { bytes[$0...].starts(with: mark) }
        }
    }

    /// Sends one request on a connection of its own and reads until the connection ends or `patience` is over; then the
    /// client closes.
    static func send(_ request: String, port: Int, patience: Double = 5) async -> Answer {
        // Not on the threads of Swift's pool: the simulator needs them.
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: blocking(request, port: port, patience: patience)) }
        }
    }

    static func get(_ path: String, port: Int) async -> Answer {
        await send("GET \(path) HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n", port: port)
    }

    static func post(
        _ body: String, to path: String = "/v1/chat/completions", port: Int, patience: Double = 5, headers: String = ""
    ) async -> Answer {
        let head = "POST \(path) HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\(headers)"
        return await send(
            "\(head)content-length: \(body.utf8.count)\r\n\r\n\(body)", port: port, patience: patience)
    }

    /// Asks `model` one question.
    static func ask(
        _ model: String, _ prompt: String = "one two three four", stream: Bool = false, port: Int, patience: Double = 5,
        extra: String = ""
    ) async -> Answer {
        let body =
            #"{"model":"\#(model)","stream":\#(stream),"messages":[{"role":"user","content":"\#(prompt)"}]\#(extra)}"#
        return await post(body, port: port, patience: patience)
    }

    private static func blocking(_ request: String, port: Int, patience: Double) -> Answer {
        var answer = Answer()
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            answer.ending = .refused
            return answer
        }
        let start = ContinuousClock.now
        let bytes = Array(request.utf8)
        _ = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let left = patience - seconds(since: start)
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard left > 0, poll(&wanted, 1, Int32(left * 1000) + 1) > 0 else {
                answer.ending = .timedOut
                return answer
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else {
                answer.ending = count == 0 ? .closed : .reset
                return answer
            }
            answer.bytes += buffer[..<count]
            answer.arrivals.append((seconds(since: start), answer.bytes.count))
        }
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        let elapsed = ContinuousClock.now - start
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    }
}
