import Chat
import Foundation
import FoundationNetworking

/// A running `nexus serve`, and requests to it.
struct Served {
    let binary: Binary
    let port: Int
    let process: Process

    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: String

        var json: JSONValue? { try? JSONValue.parse(body) }
    }

    /// What the server has written on standard error so far.
    var log: String { (try? binary.read("serve.err")) ?? "" }

    /// Waits until a line of its log holds `text`.
    func waitForLog(_ text: String) async throws -> Bool {
        for _ in 0..<200 {
            if log.contains(text) { return true }
            try await Task.sleep(for: .milliseconds(25))
        }
        return false
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send(URLRequest(url: url(path)), headers)
    }

    func chat(_ model: String, _ text: String = "hi", headers: [String: String] = [:], extra: String = "") async throws
        -> Answer
    {
        var request = URLRequest(url: url("/v1/chat/completions"))
        request.httpMethod = "POST"
        request.httpBody = Data(
            #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}]\#(extra)}"#.utf8)
        return try await send(request, headers.merging(["Content-Type": "application/json"]) { $1 })
    }

    func ask(
        _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = URLRequest(url: url(path))
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        return try await send(request, headers.merging(["Content-Type": "application/json"]) { $1 })
    }

    private func url(_ path: String) -> URL { URL(string: "http://127.0.0.1:\(port)\(path)") ?? URL(filePath: "/") }

    private func send(_ request: URLRequest, _ headers: [String: String]) async throws -> Answer {
        var request = request
        request.timeoutInterval = 30
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        let (data, response) = try await URLSession.shared.data(for: request)
        let head = response as? HTTPURLResponse
        let fields = head?.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") } ?? []
        return Answer(
            status: head?.statusCode ?? 0, headers: Dictionary(fields) { $1 },
            body: String(decoding: data, as: UTF8.self))
    }

    /// Ends the server as a user would, and waits.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}

/// Runs `body` with a `nexus serve` whose standard error goes to `serve.err`.
func withServed<Value>(
    _ configuration: String, _ arguments: [String] = [], environment: [String: String] = [:],
    _ body: (Served) async throws -> Value
) async throws -> Value {
    try await withBinary { binary in
        var binary = binary
        binary.environment = environment
        if !configuration.isEmpty { try binary.write(configuration, to: "nexus.yaml") }
        let served = try await start(binary, arguments)
        defer { if served.process.isRunning { served.stop() } }
        return try await body(served)
    }
}

/// A `nexus serve` that listens, in the folder of `binary`; its standard error goes to `serve.err`.
func start(_ binary: Binary, _ arguments: [String] = []) async throws -> Served {
    try binary.write("", to: "serve.err")
    let process = Process()
    process.executableURL = URL(filePath: Binary.path)
    process.arguments = ["serve", "--port", "0"] + arguments
    process.currentDirectoryURL = binary.folder
    process.environment = ProcessInfo.processInfo.environment.merging(binary.environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: binary.folder.appending(path: "serve.err"))
    try process.run()
    let served = Served(binary: binary, port: 0, process: process)
    guard try await served.waitForLog("listening on http://127.0.0.1:") else {
        served.stop()
        throw ServedError(description: "it does not listen: \(served.log)")
    }
    let port = served.log.split(separator: "listening on http://127.0.0.1:").last.flatMap { Int($0.prefix { $0.isNumber }) }
    return Served(binary: binary, port: port ?? 0, process: process)
}

struct ServedError: Error, CustomStringConvertible {
    var description: String
}
