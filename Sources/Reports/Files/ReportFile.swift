#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A file being written aside, in blocks of 256 KiB.
public final class ReportFile {
    static let blockBytes = 256 << 10

    /// As messages name it.
    let path: String
    private let descriptor: CInt
    private var block: [UInt8] = []

    init(path: String, descriptor: CInt) {
        self.path = path
        self.descriptor = descriptor
        block.reserveCapacity(ReportFile.blockBytes)
    }

    /// Appends bytes.
    /// - Throws: `ReportError` where the disk takes no more.
    public func append(_ bytes: [UInt8]) throws(ReportError) {
        block += bytes
        if block.count >= ReportFile.blockBytes { try flush() }
    }

    /// Appends text as UTF-8.
    /// - Throws: `ReportError` where the disk takes no more.
    public func append(_ text: String) throws(ReportError) {
        block += text.utf8
        if block.count >= ReportFile.blockBytes { try flush() }
    }

    /// Hands everything to the disk and waits until it is there.
    func finish() throws(ReportError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw ReportError.system(path, "cannot be written") }
    }

    private func flush() throws(ReportError) {
        var written = 0
        while written < block.count {
            let count = block.withUnsafeBytes { bytes in
                Self.put(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw ReportError.system(path, "cannot be written")
            }
            written += count
        }
        block.removeAll(keepingCapacity: true)
    }

    /// `write(2)`, which a method named `write` would hide.
    private static func put(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
        write(descriptor, bytes, count)
    }
}

extension ReportError {
    /// An error of the system's last call: "cannot be made: Permission denied".
    static func system(_ path: String, _ what: String) -> ReportError {
        ReportError(path: path, message: "\(what): \(String(cString: strerror(errno)))")
    }
}
