import ArgumentParser
import Simulator

/// `nexus simulate`: the provider simulator as a server.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Serve scripted models over the vendors' own APIs: the sandbox.",
        discussion: """
            Speaks OpenAI's dialect, Anthropic's, Google's and Ollama's, each on its vendor's routes. \
            Prints 'listening on http://HOST:PORT' to standard error once it is ready. GET /_log gives what was asked, \
            GET /_stats the counts.
            """)

    @Option(help: "Port to listen on; 0 takes a free one.")
    var port = 8100

    @Option(help: "Address to listen on.")
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("Script of models, latencies, answers and faults (YAML or JSON).", valueName: "file"))
    var script: String?

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port: found \(port); expected 0 to 65535") }
    }

    func run() async throws {
        let script = try self.script.map { file throws(ScriptError) in try SimulatorScript.read(file: file) }
        let server = SimulatorServer(script: script ?? SimulatorScript(), host: host, port: port)
        try await server.runUntilSignal { bound in
            Terminal.error("listening on http://\(host):\(bound)")
        }
    }
}
