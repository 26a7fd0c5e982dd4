import Foundation

/// A YAML or JSON document read whole, every part with its line and column, and nothing decided about its meaning yet.
///
/// Hostile input ends in a message, not in a crash: the file is at most `maximumBytes` long, nested at most
/// `maximumDepth` deep and holds at most `maximumNodes` values with every alias expanded; a key may not stand twice in
/// one mapping. Anchors, aliases and merge keys (`<<`) are resolved; tags but those of plain YAML types are refused.
///
/// ```swift
/// let document = try SpecDocument.read(path: "evals/quickstart.yaml")
/// let faults = FaultLog(file: document.file)
/// let name = document.field(faults).mapping(keys: ["name"])?.required("name")?.text()
/// try faults.throwIfAny()
/// ```
public struct SpecDocument: Sendable {
    /// A spec is written by a person; larger data belongs into a dataset, which is read as a stream.
    ///
    /// The parser needs up to twenty times a document's size, so that eight mebibytes keep within the memory promised.
    public static let maximumBytes = 8 << 20
    public static let maximumDepth = 64
    public static let maximumNodes = 1_000_000

    /// The file as the user named it.
    public let file: String
    public let root: SpecNode

    /// Reads a file.
    /// - Throws: `SpecError` where the file cannot be read or is no YAML, with the line.
    public static func read(path: String) throws(SpecError) -> SpecDocument {
        try parse(bytes(path: path), file: path)
    }

    /// Parses a document from memory.
    /// - Parameter file: the name to show in messages.
    /// - Throws: `SpecError` where the bytes are no YAML within the limits, with the line.
    public static func parse(_ bytes: [UInt8], file: String) throws(SpecError) -> SpecDocument {
        guard bytes.count <= maximumBytes else { throw tooLarge(file: file) }
        do {
            let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
            let text = try SpecScan.text(of: SpecDocument.pairedEscapes(content), limit: maximumNodes)
            return SpecDocument(file: file, root: try SpecTree.parse(text))
        } catch {
            throw SpecError(
                SpecFault(
                    file: file, line: error.line, column: error.column, message: error.message, remedy: error.remedy))
        }
    }

    /// The cursor at the root, reporting to `faults`.
    public func field(_ faults: FaultLog) -> SpecField {
        SpecField(node: root, path: "", faults: faults)
    }

    private static func tooLarge(file: String) -> SpecError {
        SpecError(
            SpecFault(
                file: file, message: "larger than \(maximumBytes >> 20) MiB",
                remedy: "put the samples into a file of their own: dataset: {path: …}"))
    }

    private static func bytes(path: String) throws(SpecError) -> [UInt8] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw SpecError(SpecFault(file: path, message: "there is no such file"))
        }
        guard !isFolder.boolValue else {
            throw SpecError(SpecFault(file: path, message: "found a folder; expected a YAML or JSON file"))
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw SpecError(
                SpecFault(file: path, message: "the file cannot be opened", remedy: "check its permissions"))
        }
        defer { try? handle.close() }
        var bytes: [UInt8] = []
        while bytes.count <= maximumBytes {
            guard let piece = try? handle.read(upToCount: 1 << 16) else { break }
            if piece.isEmpty { break }
            bytes.append(contentsOf: piece)
        }
        guard bytes.count <= maximumBytes else { throw tooLarge(file: path) }
        return bytes
    }

    /// Rewrites JSON's pairs of escapes for one scalar, `\ud83d\ude00`, as YAML's `\U0001f600`: the parser of YAML does
    /// not know the pairs. Half a pair becomes U+FFFD, as it does elsewhere. Text without such escapes is left as it
    /// is.
    static func pairedEscapes(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") else { return bytes }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                out.append(bytes[index])
                index += 1
                continue
            }
            guard let unit = escapedUnit(bytes, at: index), (0xD800..<0xE000).contains(unit) else {
                out.append(contentsOf: bytes[index...(index + 1)])
                index += 2
                continue
            }
            index += 6
            var scalar: UInt32 = 0xFFFD
            if unit < 0xDC00, let low = escapedUnit(bytes, at: index), (0xDC00..<0xE000).contains(low) {
                scalar = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
                index += 6
            }
            let digits = String(scalar, radix: 16)
            out.append(contentsOf: ("\\U" + String(repeating: "0", count: 8 - digits.count) + digits).utf8)
        }
        return out
    }

    /// The value of `\uXXXX` at `index`, or nil where none stands there.
    private static func escapedUnit(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        let digits = String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self)
        return digits.hasPrefix("+") ? nil : UInt32(digits, radix: 16)
    }
}
