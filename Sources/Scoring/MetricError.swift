/// Why a metric cannot be made, or cannot score a segment; a segment with an error has no score, never a zero.
public struct MetricError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was found and what to write instead, as a sentence for the user.
    public var message: String
    /// The parameter at fault, where it is one.
    public var parameter: String?
    /// The name that was probably meant, where one was misspelt.
    public var nearest: String?

    /// - Parameters: as the properties of their names.
    public init(_ message: String, parameter: String? = nil, nearest: String? = nil) {
        self.message = message
        self.parameter = parameter
        self.nearest = nearest
    }

    /// The message, with the nearest name as a question.
    public var description: String {
        nearest.map { "\(message); did you mean '\($0)'?" } ?? message
    }

    /// Whether a reason kept with a missing score is that a pattern was stopped: its time or memory was used up.
    public static func isStoppedPattern(_ reason: String) -> Bool { reason.hasPrefix("the pattern '") }

    /// What a metric throws for a segment that has nothing to be compared with.
    public static let noReference = MetricError("the sample has no reference to compare the output with")
}
