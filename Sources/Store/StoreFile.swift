#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The database file as a file: what can be told of it before SQLite opens it.
enum StoreFile {
    /// `application_id` of our databases: "NXUS".
    static let applicationID: Int32 = 0x4E58_5553

    enum Finding: Equatable {
        case absent
        /// A database by its header, of this many bytes.
        case database(bytes: Int)
    }

    /// Looks at the header and the length of the file.
    /// - Throws: `StoreError.corrupt` for what is no whole SQLite database: an empty file is damage too, as a store
    ///   comes into being whole.
    static func inspect(_ path: String) throws(StoreError) -> Finding {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return .absent }
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, reason: "not a file") }
        let size = Int(status.st_size)
        let header = [UInt8](unsafeUninitializedCapacity: 100) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        guard header.count == 100 else { throw .corrupt(path: path, detail: "it has only \(size) bytes") }
        guard header.starts(with: Array("SQLite format 3".utf8) + [0]) else {
            throw .corrupt(path: path, detail: "it does not begin as a SQLite database does")
        }
        if fileBytes(path + "-wal") == 0 { try checkLength(header, size: size, path: path) }
        return .database(bytes: size)
    }

    /// Compares the length with the page count in the header; holds only while no write-ahead log waits.
    private static func checkLength(_ header: [UInt8], size: Int, path: String) throws(StoreError) {
        func number(at offset: Int, bytes: Int) -> Int {
            header[offset..<(offset + bytes)].reduce(0) { $0 << 8 | Int($1) }
        }
        let stored = number(at: 16, bytes: 2)
        let pageBytes = stored == 1 ? 65536 : stored
        let isCountValid = number(at: 24, bytes: 4) == number(at: 92, bytes: 4)
        let expected = number(at: 28, bytes: 4) * pageBytes
        guard !isCountValid || size >= expected else {
            throw .corrupt(path: path, detail: "it has \(size) bytes of \(expected)")
        }
    }

    /// The length of a file; 0 where there is none.
    static func fileBytes(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// The path with links resolved, so that one database has one lock.
    static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// Makes the folders above a file, readable by their owner alone.
    static func makeFolder(of path: String) throws(StoreError) {
        var folder = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            folder += part + "/"
            guard mkdir(folder, 0o700) != 0, errno != EEXIST, errno != EISDIR else { continue }
            let code = errno
            var status = stat()
            guard stat(folder, &status) == 0 else {
                throw .cannotOpen(path: folder, reason: String(cString: strerror(code)))
            }
        }
    }

    /// Makes the empty file in which a new database is built, readable by its owner alone.
    static func makeEmpty(_ path: String) throws(StoreError) {
        unlink(path)
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
        close(descriptor)
    }

    /// Puts a finished new database in its place. A log left by a database that is gone is set aside: SQLite would
    /// replay it into the new one.
    static func moveIntoPlace(_ new: String, _ path: String) throws(StoreError) {
        if fileBytes(path + "-wal") > 0 { rename(path + "-wal", path + "-wal.orphan") }
        unlink(path + "-shm")
        guard rename(new, path) == 0 else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
