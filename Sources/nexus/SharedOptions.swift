import ArgumentParser
import Foundation
import Logging
import Telemetry

/// The flags that every command knows.
struct SharedOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Configuration file (default: nexus.yaml if there).", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Environment file (default: .env if there).", valueName: "file"))
    var envFile: String?

    @Option(help: ArgumentHelp("Store (default: .nexus/nexus.db).", valueName: "path"))
    var store: String?

    @Flag(help: "Print the result as one JSON document.")
    var json = false

    @Flag(help: "Print no progress.")
    var quiet = false

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: LogLevel = .notice

    enum LogLevel: String, ExpressibleByArgument, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    static let standardStorePath = ".nexus/nexus.db"

    /// The path of the store of runs: the flag's, else that of `DATABASE_URL`, else the standard one.
    var storePath: String {
        get throws {
            if let store { return store }
            return try settings().storePath ?? SharedOptions.standardStorePath
        }
    }

    static let gatewayStorePath = ".nexus/gateway.db"

    /// The path of the store of `serve` and `logs`.
    func gatewayStorePath(_ settings: Settings) -> String {
        store ?? settings.storePath ?? SharedOptions.gatewayStorePath
    }

    /// Writes lines on standard error, from the level that was asked for on.
    var logger: Logger {
        let level = Logger.Level(rawValue: logLevel.rawValue) ?? .notice
        return Logger(label: "nexus") { _ in
            LineLogHandler(level: level, now: { Timestamp.precise() }, write: { Terminal.error($0) })
        }
    }

    /// What flags, environment, `.env` and `nexus.yaml` say together. What of it is not used is told once.
    func settings() throws -> Settings {
        let settings = try readSettings()
        if !quiet { SettingsWarnings.tell(settings.warnings) }
        return settings
    }

    /// The same without a word.
    func readSettings() throws -> Settings {
        try SettingsReader(
            configFile: config, environmentFile: envFile, environment: ProcessInfo.processInfo.environment
        )
        .read()
    }
}
