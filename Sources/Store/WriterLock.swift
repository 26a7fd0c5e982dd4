#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The process that writes to a store.
public struct LockHolder: Sendable, Hashable, CustomStringConvertible {
    public var pid: Int32
    /// What it was started as, without secrets.
    public var command: String

    public init(pid: Int32, command: String) {
        self.pid = pid
        self.command = command
    }

    public var description: String { "pid \(pid)" + (command.isEmpty ? "" : " (\(command))") }
}

/// An exclusive lock on a store, held by a file beside the database for as long as this value lives.
///
/// The kernel gives the lock up with the process, however it ends, so a killed writer leaves nothing to clean up. The
/// file stays; its text says who holds it.
final class WriterLock: Sendable {
    private let descriptor: CInt

    /// Takes the lock.
    /// - Throws: `StoreError.busy` within half a second where another process, or another store of this one, holds it.
    init(database path: String, command: String) throws(StoreError) {
        let lockPath = WriterLock.path(of: path)
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: lockPath, reason: String(cString: strerror(errno)))
        }
        // A reader that asks whether somebody writes holds a shared lock for a moment: hence a few attempts.
        var attempts = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            attempts += 1
            guard code == EWOULDBLOCK || code == EINTR, attempts < 6 else {
                let holder = WriterLock.holder(of: descriptor)
                close(descriptor)
                guard code == EWOULDBLOCK || code == EINTR else {
                    throw .cannotOpen(path: lockPath, reason: String(cString: strerror(code)))
                }
                throw .busy(path: path, holder: holder)
            }
            usleep(50_000)
        }
        self.descriptor = descriptor
        let text = Array("\(getpid())\n\(command.prefix(500))\n".utf8)
        ftruncate(descriptor, 0)
        // Who holds the lock is told for people; the lock itself does not hang on it.
        _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit {
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    /// Whether a process holds the lock of this database now.
    static func isHeld(database path: String) -> Bool {
        let descriptor = open(WriterLock.path(of: path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    private static func path(of database: String) -> String { database + ".lock" }

    private static func holder(of descriptor: CInt) -> LockHolder? {
        let text = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let pid = Int32(first) else { return nil }
        return LockHolder(pid: pid, command: lines.dropFirst().first.map(String.init) ?? "")
    }
}
