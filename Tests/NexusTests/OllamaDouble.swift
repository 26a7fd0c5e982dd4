#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif
import Chat
import Dispatch

/// A stand-in for Ollama on a port of its own: it lists two models and answers every chat with its model's name.
final class OllamaDouble: Sendable {
    let port: Int
    private let listener: Int32
    private let serving = DispatchGroup()

    var origin: String { "http://127.0.0.1:\(port)" }

    init() throws {
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
        DispatchQueue(label: "ollama").async(group: serving) {
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                let bytes = Array(OllamaDouble.answer(to: OllamaDouble.request(of: connection)).utf8)
                _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                shutdown(connection, Int32(SHUT_WR))
                close(connection)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        serving.wait()
        close(listener)
    }

    private static func answer(to request: String) -> String {
        guard !request.hasPrefix("GET /api/tags") else {
            return response(#"{"models":[{"name":"first:latest"},{"name":"llama3.2"}]}"#)
        }
        let body = request.firstRange(of: "\r\n\r\n").map { request[$0.upperBound...] } ?? ""
        let model = (try? JSONValue.parse(String(body)))?["model"]?.stringValue ?? "?"
        return response(
            #"{"model":"\#(model)","message":{"role":"assistant","content":"I am \#(model)"},"done":true,"#
                + #""done_reason":"stop","prompt_eval_count":1,"eval_count":1}"#)
    }

    private static func response(_ body: String) -> String {
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\n\r\n\(body)\n"
    }

    /// The request, head and body.
    private static func request(of connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            let length = text[..<end.lowerBound].split(separator: "\r\n")
                .first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.drop { $0 != ":" }.dropFirst().drop { $0 == " " }) }
            if text[end.upperBound...].utf8.count >= length ?? 0 { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
