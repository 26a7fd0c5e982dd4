import Chat

/// The statuses that the process ends with: a promise to scripts and CI jobs.
enum ExitStatus: Int32, Sendable {
    case success = 0
    case internalError = 1
    /// Wrong usage, spec, configuration or input.
    case usage = 2
    case gateFailed = 100
    case gateInconclusive = 101
    /// The run is not valid or not complete.
    case invalidRun = 102
    case interrupted = 130

    /// Which of several reasons decides, the first first.
    static let precedence: [ExitStatus] = [.interrupted, .internalError, .invalidRun, .gateFailed, .gateInconclusive]

    /// The one that decides among `reasons`; success where there is none.
    static func deciding(among reasons: [ExitStatus]) -> ExitStatus {
        precedence.first { reasons.contains($0) } ?? .success
    }
}

/// Why a command ended without success: its message is the last thing on standard error.
struct CommandFailure: Error, CustomStringConvertible {
    var status: ExitStatus
    var description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    static func usage(_ description: String) -> CommandFailure { CommandFailure(.usage, description) }

    /// A name that a flag does not know, with those that it does and the nearest.
    static func usage(unknown name: String, of flag: String, among names: [String]) -> CommandFailure {
        let nearest = NearestName.question(for: name, among: names).map { "; \($0)" } ?? ""
        return .usage("\(flag): there is no '\(name)'; there are \(names.joined(separator: ", "))\(nearest)")
    }
}
