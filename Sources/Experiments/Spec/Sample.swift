public import Chat

/// One row of a dataset as a trial uses it.
public struct Sample: Sendable, Hashable {
    public var id: String
    /// The row's place in the file, from 0.
    public var position: Int
    /// The line on which the row begins, from 1.
    public var line: Int
    /// The row's fields in their order, without `assert`: what a prompt may take.
    public var fields: [JSONValue.Member]
    /// The accepted answers; empty where the dataset has none.
    public var references: [String]
    /// What groups the sample with those that depend on it; nil where the spec names no such field.
    public var cluster: String?
    /// The metrics that this sample alone is scored with.
    public var assertions: [MetricSpec]

    /// The fields as text, for `CallContext.variables`: strings as they are, other values as compact JSON.
    public var texts: [String: String] {
        var texts: [String: String] = [:]
        for member in fields { texts[member.key] = member.value.stringValue ?? member.value.text }
        return texts
    }
}

/// How a row becomes a sample.
struct SampleRules: Sendable {
    /// The field that holds the id, `id` where the spec names none.
    var idField: String
    /// The line of the first row where that has no id and the spec asks for none: rows are numbered then.
    var numberedFrom: Int?
    /// The fields that hold references; each must be there.
    var referenceFields: [String]
    var clusterField: String?
    let reader: SpecReader

    /// Where references are looked for where the spec does not say; the first that the first row has is taken.
    static let referenceFields = [
        "references", "reference", "answers", "answer", "targets", "target", "expected", "label", "summary",
    ]

    /// Reads a row.
    /// - Throws: the faults of the row, as sentences without a place.
    func sample(of record: [JSONValue.Member], position: Int, line: Int) throws(RowFaults) -> Sample {
        var faults: [RowFaults.Fault] = []
        let id = id(of: record, position: position, line: line, &faults)
        let references = references(of: record, &faults)
        let cluster = clusterField.flatMap { text(of: $0, in: record, what: "a group", &faults) }
        let assertions = assertions(of: record, &faults)
        guard faults.isEmpty else { throw RowFaults(faults: faults) }
        return Sample(
            id: id, position: position, line: line, fields: record.filter { $0.key != "assert" },
            references: references, cluster: cluster, assertions: assertions)
    }

    private func id(
        of record: [JSONValue.Member], position: Int, line: Int, _ faults: inout [RowFaults.Fault]
    ) -> String {
        if let numberedFrom {
            if record.contains(where: { $0.key == idField }) {
                faults.append(
                    .init(
                        "the field '\(idField)' is missing, though line \(line) has one",
                        "give every row an id, or none",
                        line: numberedFrom))
            }
            let number = String(position + 1)
            return "row-" + String(repeating: "0", count: max(0, 6 - number.count)) + number
        }
        guard let id = text(of: idField, in: record, what: "an id", &faults) else { return "" }
        if id.allSatisfy(\.isWhitespace) {
            faults.append(.init("found an empty id", "give every sample an id of its own"))
        }
        return id
    }

    /// A field that must be a text or a number.
    private func text(
        of name: String, in record: [JSONValue.Member], what: String, _ faults: inout [RowFaults.Fault]
    ) -> String? {
        guard let value = record.first(where: { $0.key == name })?.value else {
            faults.append(.missing(name, in: record, what: what))
            return nil
        }
        guard let text = value.spelling else {
            faults.append(.init("found \(value.kindName) in '\(name)'; expected \(what), as a text or a number"))
            return nil
        }
        return text
    }

    private func references(of record: [JSONValue.Member], _ faults: inout [RowFaults.Fault]) -> [String] {
        referenceFields.flatMap { name -> [String] in
            guard let value = record.first(where: { $0.key == name })?.value else {
                faults.append(.missing(name, in: record, what: "references"))
                return []
            }
            if let text = value.spelling { return [text] }
            if case .bool(let flag) = value { return [String(flag)] }
            if let items = value.arrayValue, items.allSatisfy({ $0.spelling != nil }) {
                return items.compactMap(\.spelling)
            }
            faults.append(
                .init("found \(value.kindName) in '\(name)'; expected a text, a number or a list of them"))
            return []
        }
    }

    private func assertions(of record: [JSONValue.Member], _ faults: inout [RowFaults.Fault]) -> [MetricSpec] {
        guard let value = record.first(where: { $0.key == "assert" })?.value, !value.isNull else { return [] }
        guard value.arrayValue != nil else {
            faults.append(.init("found \(value.kindName) in 'assert'; expected a list of metrics"))
            return []
        }
        let log = FaultLog(file: "")
        let field = SpecField(node: SpecNode(json: value), path: "assert", faults: log)
        let assertions = (field.items ?? []).compactMap { reader.metric($0) }
        faults += log.faults.map { .init($0.path.isEmpty ? $0.message : "\($0.path): \($0.message)", $0.remedy) }
        return assertions
    }
}

/// What is wrong with one row.
struct RowFaults: Error {
    struct Fault {
        var message: String
        var remedy: String?

        /// Another line than the row's own.
        var line: Int?

        init(_ message: String, _ remedy: String? = nil, line: Int? = nil) {
            self.message = message
            self.remedy = remedy
            self.line = line
        }

        static func missing(_ name: String, in record: [JSONValue.Member], what: String) -> Fault {
            let names = record.map(\.key)
            return Fault(
                "the field '\(name)' is missing; expected \(what) there",
                NearestName.question(for: name, among: names) ?? "fields of this row: \(SpecChecks.listed(names))")
        }
    }

    var faults: [Fault]
}

extension JSONValue {
    /// The text of a string, or a number as it is spelled; nil for all else.
    fileprivate var spelling: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .null, .bool, .array, .object: nil
        }
    }
}

extension SpecNode {
    /// A document that has no places, for values that come from a dataset's row.
    init(json: JSONValue) {
        let content: Content =
            switch json {
            case .null: .scalar("null", isPlain: true)
            case .bool(let flag): .scalar(String(flag), isPlain: true)
            case .number(let text): .scalar(text, isPlain: true)
            case .string(let text): .scalar(text, isPlain: false)
            case .array(let items): .list(items.map(SpecNode.init(json:)))
            case .object(let members):
                .mapping(members.map { Entry(key: $0.key, line: 1, column: 1, value: SpecNode(json: $0.value)) })
            }
        self.init(content, line: 1, column: 1)
    }
}
