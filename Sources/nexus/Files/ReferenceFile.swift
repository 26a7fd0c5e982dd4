import Chat
import Records

/// References by id, from a dataset that stands beside the outputs.
struct ReferenceFile {
    let file: String
    private var references: [ScalarText: [String]] = [:]

    /// - Throws: `RecordError` with file and line for a row without id or references, or an id that stands twice.
    init(_ path: String) throws(RecordError) {
        let reader = try RowFields.open(path)
        file = reader.file
        var lines: [ScalarText: Int] = [:]
        while let record = try reader.next() {
            let row = RowFields(file: file, record: record)
            let id = try row.newID(in: &lines)
            let found = try row.texts(RowFields.referenceNames)
            guard !found.isEmpty else { throw row.missing(RowFields.referenceNames) }
            references[ScalarText(id)] = found
        }
        guard !references.isEmpty else {
            throw RecordError(
                file: file,
                message: "found no rows; expected at least one, such as {\"id\": \"1\", \"references\": [\"…\"]}")
        }
    }

    /// The references of a row's sample.
    func references(of id: String, for row: RowFields) throws(RecordError) -> [String] {
        guard let found = references[ScalarText(id)] else {
            throw row.fault(
                "found the id \(RowFields.quoted(id)), which \(file) does not have; expected one of its "
                    + "\(references.count) ids",
                remedy: NearestName.question(for: id, among: references.keys.map(\.text).sorted()))
        }
        return found
    }
}
