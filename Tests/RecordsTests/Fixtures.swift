import Chat
import Foundation
import Records

/// Reads rows from text.
func rows(_ text: String, _ format: RecordFormat, limits: RecordLimits = RecordLimits()) throws(RecordError) -> [Record]
{
    try RecordReader(bytes: Array(text.utf8), name: "rows", format: format, limits: limits).rest()
}

/// The message of the failure to read bytes, or nil where they are read.
func failure(_ bytes: [UInt8], _ format: RecordFormat, limits: RecordLimits = RecordLimits()) -> String? {
    do throws(RecordError) {
        _ = try RecordReader(bytes: bytes, name: "rows", format: format, limits: limits).rest()
        return nil
    } catch {
        return error.description
    }
}

func failure(_ text: String, _ format: RecordFormat, limits: RecordLimits = RecordLimits()) -> String? {
    failure(Array(text.utf8), format, limits: limits)
}

extension Record {
    init(_ line: Int, _ fields: KeyValuePairs<String, JSONValue>) {
        self.init(fields: fields.map { .init(key: $0, value: $1) }, line: line)
    }
}

/// "hello\n" as gzip, made with gzip 1.12 (`printf 'hello\n' | gzip -n9`).
let helloGzip: [UInt8] = [
    0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xE7, 0x02, 0x00, 0x20, 0x30, 0x3A, 0x36,
    0x06, 0, 0, 0,
]

/// A folder that goes with the value.
final class ScratchFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "nexus-records-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ bytes: some Sequence<UInt8>, _ name: String) throws -> String {
        let file = url.appending(path: name)
        try Data(bytes).write(to: file)
        return file.path
    }
}
