import Chat
import Foundation
import Gateway
import Records
import Retrieval

/// A file of documents, or one that is a document.
struct DocumentFile {
    let path: String

    /// Larger ones are refused: a document is held in memory.
    private static let mostBytes = 256 << 20
    /// What a row says itself; its other fields are metadata.
    private static let texts = ["text", "content", "document"]
    private static let fields = ["id", "title"] + texts

    /// The documents that it holds, in order.
    /// - Throws: `RecordError` with file, line, what was found and what was expected.
    func documents() throws(RecordError) -> [SourceDocument] {
        if RecordFormat(fileName: path) != nil || path == "-" { return try rows() }
        if name.hasSuffix(".pdf") { return [try document(PDFText.text(of: path), format: .plain)] }
        return [try document(text(), format: format)]
    }

    private var name: String { path.lowercased() }

    private var format: DocumentFormat {
        if name.hasSuffix(".md") || name.hasSuffix(".markdown") { return .markdown }
        return [".html", ".htm", ".xhtml"].contains { name.hasSuffix($0) } ? .html : .plain
    }

    private func document(_ source: String, format: DocumentFormat) throws(RecordError) -> SourceDocument {
        let content = format.text(of: source)
        guard content.text.contains(where: { !$0.isWhitespace }) else {
            throw RecordError(file: path, message: "found no text; expected a document")
        }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return SourceDocument(id: path, title: content.title ?? file, text: content.text)
    }

    private func rows() throws(RecordError) -> [SourceDocument] {
        let reader = try RowFields.open(path)
        var documents: [SourceDocument] = []
        var seen: [ScalarText: Int] = [:]
        while let record = try reader.next() {
            let fields = RowFields(file: reader.file, record: record)
            let id = try fields.newID(in: &seen)
            let title = record["title"].flatMap { $0.isNull ? "" : $0.plainText } ?? ""
            documents.append(
                SourceDocument(
                    id: id, title: title, text: try fields.text(DocumentFile.texts),
                    metadata: record.fields.filter { !DocumentFile.fields.contains($0.key) }))
        }
        return documents
    }

    private func text() throws(RecordError) -> String {
        let data: Data
        do {
            // A device or a pipe tells no size: what is read is counted.
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            data = try file.read(upToCount: DocumentFile.mostBytes + 1) ?? Data()
        } catch {
            throw RecordError(file: path, message: DocumentFile.reason(path))
        }
        guard data.count <= DocumentFile.mostBytes else {
            throw RecordError(
                file: path, message: "found over \(DocumentFile.mostBytes) bytes; expected at most that",
                remedy: "split it")
        }
        return try DocumentFile.text(data, of: path)
    }

    private static func reason(_ path: String) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return "no such file" }
        return isFolder.boolValue ? "found a folder; expected a document" : "cannot be read"
    }

    static func text(_ data: Data, of path: String) throws(RecordError) -> String {
        let bytes = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data[...]
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw RecordError(
                file: path, message: "found bytes that are not UTF-8; expected UTF-8 text",
                remedy: "convert the file, for example with iconv -f ISO-8859-1 -t UTF-8")
        }
        return text
    }
}
