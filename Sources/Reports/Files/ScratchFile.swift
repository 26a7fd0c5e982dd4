#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file of our own in the folder for temporary files, readable by nobody else.
struct ScratchFile {
    let path: String

    /// - Throws: `ReportError` where it cannot be made or written.
    init(_ text: String) throws(ReportError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var name = Array("\(folder)/nexus-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { throw ReportError.system(folder, "takes no temporary file") }
        defer { close(descriptor) }
        do {
            let file = ReportFile(path: path, descriptor: descriptor)
            try file.append(text)
            try file.finish()
        } catch {
            remove()
            throw error
        }
    }

    func remove() { unlink(path) }
}
