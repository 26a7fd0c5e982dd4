import ArgumentParser
import Chat
import Foundation
import Store

/// `nexus logs`: the gateway's inference log.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show the gateway's inference log.",
        discussion: """
            A row for each request to nexus serve, newest last: who asked which model, what came of it, tokens, cost \
            and times. It reads beside a running server. With --follow and --json, each row is one line of JSON.
            """)

    @Option(help: ArgumentHelp("Only this model, as asked for or as answered.", valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("Only this provider.", valueName: "name"))
    var provider: String?

    @Option(help: ArgumentHelp("Only this status: 200, 4xx, ok or error.", valueName: "status"))
    var status: String?

    @Option(help: ArgumentHelp("Only this outcome: stop, length, tool, refused, timeout, cut …", valueName: "word"))
    var outcome: String?

    @Option(help: ArgumentHelp("Only this long back (90s, 15m, 2h, 7d) or since this time (ISO 8601).", valueName: "t"))
    var since: String?

    @Option(help: ArgumentHelp("Only before this time, as --since.", valueName: "t"))
    var until: String?

    @Option(help: ArgumentHelp("Only this caller, by its fingerprint.", valueName: "caller"))
    var caller: String?

    @Option(help: ArgumentHelp("Only this session.", valueName: "id"))
    var session: String?

    @Option(help: ArgumentHelp("Only this request id.", valueName: "id"))
    var request: String?

    @Flag(inversion: .prefixedNo, help: "Only answers from the cache, or only others.")
    var cached: Bool?

    @Option(help: ArgumentHelp("At most so many rows, the newest (default: 50).", valueName: "n"))
    var limit: Int?

    @Flag(help: "Go on and print rows as they come.")
    var follow = false

    @OptionGroup var shared: SharedOptions

    /// How often a followed log is looked at.
    private static let pause = Duration.milliseconds(200)

    func run() async throws {
        let path = shared.gatewayStorePath(try shared.settings())
        let filter = try self.filter()
        if let limit, limit < 1 { throw CommandFailure.usage("--limit: found \(limit); expected at least 1") }
        let rows = try RunStore(reading: path).inferences(matching: filter, limit: limit ?? 50)
        guard follow else { return show(rows, path) }
        print(rows, header: true)
        do {
            try await Interruption.cancelling { try await self.follow(path, filter, after: rows.last?.number) }
        } catch is CancellationError {
            throw CommandFailure(.interrupted, "ended by a signal")
        }
    }

    private func follow(_ path: String, _ filter: InferenceFilter, after number: Int64?) async throws {
        var filter = filter
        // A store that is not there yet may come.
        var store = try RunStore(reading: path)
        filter.after = try number ?? store.inferences(limit: 1).last?.number ?? 0
        while true {
            try await Task.sleep(for: LogsCommand.pause)
            let rows = try store.inferences(matching: filter, limit: 1_000)
            if let last = rows.last { filter.after = last.number } else if !store.exists {
                store = try RunStore(reading: path)
            }
            print(rows, header: false)
        }
    }

    // MARK: what is asked

    private func filter() throws -> InferenceFilter {
        var filter = InferenceFilter()
        filter.model = model
        filter.provider = provider
        filter.caller = caller
        filter.session = session
        filter.requestID = request
        filter.sinceMilliseconds = try since.map { try LogsCommand.time($0, of: "--since") }
        filter.untilMilliseconds = try until.map { try LogsCommand.time($0, of: "--until") }
        filter.isCacheHit = cached
        if let status { try LogsCommand.read(status: status, into: &filter) }
        if let outcome {
            let known = ChatReply.FinishReason.allCases.map(\.rawValue) + ChatError.Kind.allCases.map(\.rawValue)
            guard known.contains(outcome) else {
                throw CommandFailure.usage(unknown: outcome, of: "--outcome", among: known)
            }
            filter.outcome = outcome
        }
        return filter
    }

    private static func read(status: String, into filter: inout InferenceFilter) throws {
        switch status.lowercased() {
        case "ok": filter.isError = false
        case "error": filter.isError = true
        case "1xx", "2xx", "3xx", "4xx", "5xx":
            let hundreds = status.first?.wholeNumberValue ?? 0
            filter.statuses = hundreds * 100...hundreds * 100 + 99
        default:
            guard let number = Int(status), (100...599).contains(number) else {
                throw CommandFailure.usage("--status: found '\(status)'; expected ok, error, 4xx or 404")
            }
            filter.statuses = number...number
        }
    }

    /// Milliseconds since 1970 of "15m" or of a date.
    static func time(_ text: String, of flag: String, now: Int64 = Timestamp.now()) throws -> Int64 {
        let units: [Character: Int64] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        if let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (0...1_000_000).contains(count)
        {
            return now - count * unit
        }
        let date =
            (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: .iso8601.year().month().day()))
        guard let date else {
            throw CommandFailure.usage("\(flag): found '\(text)'; expected 90s, 15m, 2h, 7d or 2026-11-21T13:14:15Z")
        }
        return Int64(date.timeIntervalSince1970 * 1000)
    }

    // MARK: what is printed

    private func show(_ rows: [StoredInference], _ path: String) {
        if shared.json {
            Terminal.result(JSONValue.object(["requests": .array(rows.map(InferenceText.json))]).text)
        } else if rows.isEmpty {
            Terminal.result("No requests in \(path) that fit. They come with: nexus serve")
        } else {
            print(rows, header: true)
        }
    }

    private func print(_ rows: [StoredInference], header: Bool) {
        if shared.json {
            for row in rows { Terminal.result(InferenceText.json(row).text) }
            return
        }
        if header { Terminal.result(InferenceText.header) }
        for row in rows { Terminal.result(InferenceText.line(row)) }
    }
}
