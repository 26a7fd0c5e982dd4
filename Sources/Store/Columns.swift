import Chat
import Foundation
import GRDB

/// A row read with care: what a damaged file may hold in a column is an error, never a trap.
struct Columns {
    let row: Row
    let path: String

    func integer(_ index: Int) throws(StoreError) -> Int64 {
        guard let value = try optionalInteger(index) else { throw mismatch(index, "a number") }
        return value
    }

    func optionalInteger(_ index: Int) throws(StoreError) -> Int64? {
        switch storage(index) {
        case .null: return nil
        case .int64(let value): return value
        case .double, .string, .blob: throw mismatch(index, "a number")
        }
    }

    func count(_ index: Int) throws(StoreError) -> Int { Int(try integer(index)) }

    func optionalDouble(_ index: Int) throws(StoreError) -> Double? {
        switch storage(index) {
        case .null: return nil
        case .double(let value): return value
        case .int64(let value): return Double(value)
        case .string, .blob: throw mismatch(index, "a number")
        }
    }

    func text(_ index: Int) throws(StoreError) -> String {
        guard let value = try optionalText(index) else { throw mismatch(index, "text") }
        return value
    }

    func optionalText(_ index: Int) throws(StoreError) -> String? {
        switch storage(index) {
        case .null: return nil
        case .string(let value): return value
        case .blob(let data): return String(decoding: data, as: UTF8.self)
        case .int64, .double: throw mismatch(index, "text")
        }
    }

    func optionalBytes(_ index: Int) throws(StoreError) -> Data? {
        switch storage(index) {
        case .null: return nil
        case .blob(let data): return data
        case .string, .int64, .double: throw mismatch(index, "bytes")
        }
    }

    func json(_ index: Int) throws(StoreError) -> JSONValue {
        guard let value = try optionalJSON(index) else { throw mismatch(index, "JSON") }
        return value
    }

    func optionalJSON(_ index: Int) throws(StoreError) -> JSONValue? {
        guard let text = try optionalText(index) else { return nil }
        do throws(JSONError) {
            return try JSONValue.parse(text)
        } catch {
            throw mismatch(index, "JSON")
        }
    }

    func strings(_ index: Int) throws(StoreError) -> [String] {
        guard let items = try optionalJSON(index) else { return [] }
        let texts = items.arrayValue?.compactMap(\.stringValue)
        guard let texts, texts.count == items.arrayValue?.count else { throw mismatch(index, "a list of texts") }
        return texts
    }

    func word<Word: RawRepresentable<String>>(_ index: Int, _: Word.Type) throws(StoreError) -> Word {
        guard let word = Word(rawValue: try text(index)) else { throw mismatch(index, "a known word") }
        return word
    }

    func duration(_ index: Int) throws(StoreError) -> Duration? {
        try optionalInteger(index).map { .microseconds($0) }
    }

    private func storage(_ index: Int) -> DatabaseValue.Storage { (row[index] as DatabaseValue).storage }

    func mismatch(_ index: Int, _ expected: String) -> StoreError {
        let names = Array(row.columnNames)
        let name = names.indices.contains(index) ? names[index] : "\(index)"
        return .corrupt(path: path, detail: "column \(name) does not hold \(expected)")
    }
}

/// Text as it is stored: SQLite's C interface ends a text at its first NUL, so one that has a NUL is stored as bytes.
func stored(_ text: String) -> DatabaseValue {
    text.utf8.contains(0) ? Data(text.utf8).databaseValue : text.databaseValue
}

func stored(_ text: String?) -> DatabaseValue {
    text.map { stored($0) } ?? .null
}
