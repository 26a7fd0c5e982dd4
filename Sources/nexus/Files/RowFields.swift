import Chat
import Records
import Scoring

/// The fields of one row of a user's file, with messages that name file, line and the nearest name.
struct RowFields {
    /// What may hold an output, the first found is taken.
    static let outputNames = ["output", "hypothesis", "prediction"]
    /// What may hold the references, the first found is taken.
    static let referenceNames = ["references", "reference", "answer", "target"]

    let file: String
    let record: Record

    /// Opens a file of rows; a name without a known ending is read as JSONL.
    static func open(_ path: String) throws(RecordError) -> RecordReader {
        try RecordReader(path: path, format: path == "-" ? nil : RecordFormat(fileName: path) ?? .jsonLines)
    }

    func fault(_ message: String, remedy: String? = nil) -> RecordError {
        RecordError(file: file, line: record.line, message: message, remedy: remedy)
    }

    /// What a row without any of `names` is told.
    /// - Parameter flag: the flag that gave the name, if one did: then the name is misspelt, not the field.
    func missing(_ names: [String], remedy: String? = nil, flag: String? = nil) -> RecordError {
        let found = record.fields.map { RowFields.quoted($0.key) }
        let near = record.fields.lazy.compactMap { field in
            NearestName.nearest(to: field.key, among: names).map { name in
                flag == nil
                    ? "write '\(name)' for \(RowFields.quoted(field.key))"
                    : "did you mean \(RowFields.quoted(field.key))?"
            }
        }.first
        return fault(
            "found \(found.isEmpty ? "no field" : found.prefix(8).joined(separator: ", ")); "
                + "expected \(names.map { "'\($0)'" }.joined(separator: " or "))"
                + (flag.map { ", as \($0) says" } ?? ""),
            remedy: near ?? remedy)
    }

    /// A string, or a number in its spelling.
    func text(
        _ names: [String], remedy: String? = nil, flag: String? = nil
    ) throws(RecordError) -> String {
        guard let field = first(of: names) else { throw missing(names, remedy: remedy, flag: flag) }
        guard let text = field.value.plainText else {
            throw fault("'\(field.key)': found \(field.value.kindName); expected a string")
        }
        return text
    }

    /// A string or a list of strings, numbers in their spelling; empty where the row has none of `names`.
    func texts(_ names: [String]) throws(RecordError) -> [String] {
        guard let field = first(of: names) else { return [] }
        if let text = field.value.plainText { return [text] }
        guard let items = field.value.arrayValue else {
            throw fault("'\(field.key)': found \(field.value.kindName); expected a string or a list of strings")
        }
        var texts: [String] = []
        for item in items {
            guard let text = item.plainText else {
                throw fault("'\(field.key)': found \(item.kindName) in the list; expected strings")
            }
            texts.append(text)
        }
        return texts
    }

    /// A finite number, or one spelled in a string, as CSV has it; nil for null and an empty cell: not scored.
    func number(_ name: String, remedy: String? = nil, flag: String? = nil) throws(RecordError) -> Double? {
        guard let value = record[name] else { throw missing([name], remedy: remedy, flag: flag) }
        if value.isNull || value.stringValue == "" { return nil }
        if let flag = value.boolValue { return flag ? 1 : 0 }
        guard let text = value.plainText, let number = Double(text), number.isFinite else {
            let shown = value.plainText.map(RowFields.quoted) ?? value.kindName
            throw fault("'\(name)': found \(shown); expected a finite number")
        }
        return number
    }

    /// The row's id, which must be new.
    /// - Parameter lines: the line of each id so far; the row's is added.
    func newID(in lines: inout [ScalarText: Int]) throws(RecordError) -> String {
        let id = try text(["id"])
        if let earlier = lines.updateValue(record.line, forKey: ScalarText(id)) { throw repeated(id, line: earlier) }
        return id
    }

    /// The fault of an id that stands on an earlier line, too.
    func repeated(_ id: String, line: Int) -> RecordError {
        fault("found the id \(RowFields.quoted(id)) again, which stands on line \(line); expected each id once")
    }

    /// Output and references of the row.
    func segment() throws(RecordError) -> Segment {
        let output = try text(
            RowFields.outputNames,
            remedy: record["score"] == nil ? nil : "ready scores are compared without --metric: nexus compare A B")
        return Segment(output: output, references: try texts(RowFields.referenceNames))
    }

    /// What a row without references is told where a metric needs one.
    func withoutReference(_ metric: String) -> RecordError {
        if let field = first(of: RowFields.referenceNames) {
            return fault("'\(field.key)': found an empty list; \(metric) expects at least one reference")
        }
        return missing(RowFields.referenceNames)
    }

    private func first(of names: [String]) -> JSONValue.Member? {
        for name in names {
            if let value = record[name] { return JSONValue.Member(key: name, value: value) }
        }
        return nil
    }

    /// Text from a file as a message may show it: short, on one line.
    static func quoted(_ text: String) -> String {
        let shown = String(text.unicodeScalars.prefix(40).map { VisibleScalar.shown($0) }.joined())
        return "'\(shown)\(text.unicodeScalars.count > 40 ? "…" : "")'"
    }
}

extension JSONValue {
    /// A string as it is, a number as it is spelled; nil for everything else.
    var plainText: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .null, .bool, .array, .object: nil
        }
    }
}

/// Characters that could steer a terminal, made visible.
enum VisibleScalar {
    static func shown(_ scalar: Unicode.Scalar) -> String {
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        let isFormat = scalar.properties.generalCategory == .format
        return isControl || isFormat ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }

    static func line(_ text: String) -> String { text.unicodeScalars.map(shown).joined() }
}
