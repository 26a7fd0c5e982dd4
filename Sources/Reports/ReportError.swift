/// A report that could not be written.
public struct ReportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file or folder, as the caller named it.
    public var path: String
    /// What happened, and what to do about it.
    public var message: String

    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    public var description: String { "\(path): \(message)" }
}
