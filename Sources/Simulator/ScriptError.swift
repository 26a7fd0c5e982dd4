/// Everything that is wrong with a script, each with its place and what to write instead.
public struct ScriptError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One fault of the text.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        public var file: String
        /// From 1; nil where the fault belongs to the whole file.
        public var line: Int?
        /// From 1, in Unicode scalars.
        public var column: Int?
        /// What was found and what to write.
        public var message: String

        public init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
            self.file = file
            self.line = line
            self.column = column
            self.message = message
        }

        public var description: String {
            let place = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
            return "\(file)\(place): \(message)"
        }
    }

    /// In the order of the text; never empty.
    public var findings: [Finding]

    public init(_ findings: [Finding]) { self.findings = findings }

    public var description: String { findings.map(\.description).joined(separator: "\n") }
}
