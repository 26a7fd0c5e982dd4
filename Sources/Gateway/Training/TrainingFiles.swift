/// Where data sets are written to and read from, by name: the executable's folder, a test's map.
public struct TrainingFiles: Sendable {
    /// Writes a file whole, in place of an older one of its name. Clients are told what it throws.
    public typealias Write = @Sendable (_ name: String, _ bytes: [UInt8]) throws -> Void
    /// The bytes of a file that was written; nil where there is none.
    public typealias Read = @Sendable (_ name: String) throws -> [UInt8]?

    public let write: Write
    public let read: Read

    public init(write: @escaping Write, read: @escaping Read) {
        self.write = write
        self.read = read
    }
}
