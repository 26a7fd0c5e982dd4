#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A folder that files are written into, held open so that nobody can swap it for a link on the way.
final class OutputFolder {
    /// As the caller named it.
    let path: String
    private let descriptor: CInt

    /// Opens the folder, making it and its parents where they are missing.
    /// - Throws: `ReportError` where that cannot be, and where the folder itself is a symbolic link.
    init(path: String) throws(ReportError) {
        let trimmed = String(path.reversed().drop { $0 == "/" }.reversed())
        self.path = trimmed.isEmpty ? path : trimmed
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw ReportError(path: path, message: "is no name of a folder")
        }
        try OutputFolder.makeParents(of: self.path)
        descriptor = try OutputFolder.openFolder(self.path, name: self.path, in: AT_FDCWD)
    }

    private init(path: String, descriptor: CInt) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The folder of this name inside, made where it is missing; a link of this name is refused.
    func subfolder(_ name: String) throws(ReportError) -> OutputFolder {
        OutputFolder(
            path: "\(path)/\(name)",
            descriptor: try OutputFolder.openFolder("\(path)/\(name)", name: name, in: descriptor))
    }

    /// Writes a file aside, syncs it and gives it its name in one step; a failure leaves what was there.
    /// - Throws: `ReportError` where the file cannot be written or `body` throws.
    func write(_ name: String, _ body: (ReportFile) throws -> Void) throws(ReportError) {
        let file = "\(path)/\(name)"
        removeAbandoned(name)
        let aside = ".\(name).\(getpid()).tmp"
        unlinkat(descriptor, aside, 0)
        let handle = openat(descriptor, aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard handle >= 0 else { throw ReportError.system(file, "cannot be made") }
        defer { close(handle) }
        do {
            let output = ReportFile(path: file, descriptor: handle)
            try body(output)
            try output.finish()
            guard renameat(descriptor, aside, descriptor, name) == 0 else {
                throw ReportError.system(file, "cannot be put in its place")
            }
        } catch {
            unlinkat(descriptor, aside, 0)
            if let known = error as? ReportError { throw known }
            throw ReportError(path: file, message: "the run cannot be read: \(error)")
        }
    }

    /// Makes the folder and a file in it, and removes both, the folder only where it was not there before.
    static func probe(_ path: String) throws(ReportError) {
        let isNew = access(path, F_OK) != 0
        let folder = try OutputFolder(path: path)
        try folder.write(".probe") { _ in }
        folder.remove(".probe")
        if isNew { rmdir(path) }
    }

    /// Removes a file (never a folder) where there is one of this name.
    func remove(_ name: String) { unlinkat(descriptor, name, 0) }

    /// Makes the names of new files durable.
    func sync() throws(ReportError) {
        guard fsync(descriptor) == 0 else { throw ReportError.system(path, "cannot be synced") }
    }

    /// Removes what processes that are no more left of this file.
    private func removeAbandoned(_ name: String) {
        let listing = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard listing >= 0 else { return }
        guard let entries = fdopendir(listing) else {
            close(listing)
            return
        }
        defer { closedir(entries) }
        while let entry = readdir(entries) {
            let found = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard found.hasPrefix(".\(name)."), found.hasSuffix(".tmp"),
                let process = pid_t(found.dropFirst(name.utf8.count + 2).dropLast(4)), process > 0
            else { continue }
            if kill(process, 0) != 0, errno == ESRCH { unlinkat(descriptor, found, 0) }
        }
    }
}

extension OutputFolder {
    private static func makeParents(of path: String) throws(ReportError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/").dropLast() {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/\(part)"
            guard mkdir(made, 0o755) == 0 || errno == EEXIST || errno == EISDIR || errno == EROFS else {
                throw ReportError.system(made, "cannot be made")
            }
        }
    }

    /// Opens a folder, making it where it is missing, but never through a link.
    private static func openFolder(_ path: String, name: String, in parent: CInt) throws(ReportError) -> CInt {
        guard mkdirat(parent, name, 0o755) == 0 || errno == EEXIST || errno == EISDIR else {
            throw ReportError.system(path, "cannot be made")
        }
        let handle = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if handle >= 0 { return handle }
        let reason = errno
        var status = stat()
        if fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFLNK {
            throw ReportError(
                path: path, message: "is a symbolic link; reports are not written through links: name the folder itself"
            )
        }
        errno = reason
        throw ReportError.system(path, "is no folder that can be opened")
    }

    /// Points `latest`, beside this folder, to it, in one step.
    /// - Returns: a note where `latest` is something else than a link, and so was left as it is.
    func pointLatestHere() throws(ReportError) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard let name = parts.last, name != ".", name != "..", name != "latest" else { return nil }
        let parentPath = String(path.dropLast(name.count))
        let parent = open(parentPath.isEmpty ? "." : parentPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw ReportError.system(parentPath, "cannot be opened") }
        defer { close(parent) }
        var status = stat()
        if fstatat(parent, "latest", &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT != S_IFLNK {
            return "\(parentPath)latest is not a link, so it was left as it is"
        }
        let aside = ".latest.\(getpid()).tmp"
        unlinkat(parent, aside, 0)
        guard symlinkat(String(name), parent, aside) == 0 else {
            throw ReportError.system("\(parentPath)latest", "cannot be made")
        }
        guard renameat(parent, aside, parent, "latest") == 0 else {
            let failure = ReportError.system("\(parentPath)latest", "cannot be put in its place")
            unlinkat(parent, aside, 0)
            throw failure
        }
        return nil
    }
}
