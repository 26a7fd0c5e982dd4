import Chat
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// An open file descriptor, closed with its last reference.
final class InputFile {
    let descriptor: CInt
    private let isOwned: Bool

    private init(descriptor: CInt, isOwned: Bool) {
        self.descriptor = descriptor
        self.isOwned = isOwned
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    static var standardInput: InputFile { InputFile(descriptor: STDIN_FILENO, isOwned: false) }

    /// Opens a file or a pipe for reading; a folder is refused, and a missing file names its nearest neighbour.
    static func opening(_ path: String) throws(RecordError) -> InputFile {
        guard !path.utf8.contains(0) else {
            throw RecordError(file: excerpt(path), message: "found a NUL byte in the file's name; expected a path")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(opening: path, code: errno) }
        let file = InputFile(descriptor: descriptor, isOwned: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(opening: path, code: errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw RecordError(file: path, message: "found a folder; expected a file of rows")
        }
        return file
    }

    private static func failure(opening path: String, code: CInt) -> RecordError {
        let reason = String(cString: strerror(code))
        guard code == ENOENT else {
            return RecordError(file: path, message: "cannot be read: \(reason)")
        }
        let slash = path.lastIndex(of: "/")
        let name = String(slash.map { path[path.index(after: $0)...] } ?? path[...])
        let folder = slash.map { String(path[...$0]) } ?? "."
        guard let names = fileNames(in: folder) else {
            return RecordError(file: path, message: "no such file, and no folder \(folder)")
        }
        let remedy = NearestName.nearest(to: name, among: names.sorted()).map { "did you mean \(excerpt($0))?" }
        return RecordError(file: path, message: "no such file", remedy: remedy)
    }

    /// The names in a folder, at most a thousand; nil where it cannot be listed.
    private static func fileNames(in folder: String) -> [String]? {
        guard let directory = opendir(folder) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while names.count < 1000, let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
