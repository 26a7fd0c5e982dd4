import Chat
import Foundation
import Records
import Scoring

/// The style of the contestants' outputs, from a folder of `MODEL.jsonl` with rows of `{"id", "output"}`.
struct OutputFiles {
    let folder: String
    /// By model, then question; empty for a model without a file.
    private(set) var styles: [[Int: OutputStyle]] = []
    /// Models whose outputs are all the same text, whatever the question.
    private(set) var constant: Set<Int> = []
    /// Models without a file, a sentence each, with the nearest.
    private(set) var missing: [String] = []

    /// - Throws: `RecordError` where the folder is missing or has none of the models, and with file and line for a row
    ///   without id or output, or with an id that stands twice.
    init(_ folder: String, models: [String], questions: [ScalarText: Int]) throws(RecordError) {
        self.folder = folder
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder).sorted() else {
            throw RecordError(
                file: folder, message: "found no such folder; expected one with MODEL.jsonl for each model")
        }
        for (number, model) in models.enumerated() {
            let path = "\(folder)/\(model).jsonl"
            let isInside = !model.split(separator: "/").contains("..")
            if isInside, FileManager.default.fileExists(atPath: path) {
                styles.append(try read(path, number, questions))
            } else {
                styles.append([:])
                let nearest = NearestName.question(for: model + ".jsonl", among: names).map { " (\($0))" } ?? ""
                missing.append("\(folder) has no \(RowFields.quoted(model + ".jsonl"))\(nearest)")
            }
        }
        guard missing.count < models.count else {
            throw RecordError(
                file: folder, message: "found outputs of none of the \(models.count) models; expected MODEL.jsonl",
                remedy: missing.first)
        }
    }

    private mutating func read(
        _ path: String, _ model: Int, _ questions: [ScalarText: Int]
    ) throws(RecordError) -> [Int: OutputStyle] {
        let reader = try RowFields.open(path)
        var found: [Int: OutputStyle] = [:]
        var lines: [ScalarText: Int] = [:]
        var first: String?
        var isConstant = true
        while let record = try reader.next() {
            let row = RowFields(file: reader.file, record: record)
            let id = try row.newID(in: &lines)
            let output = try row.text(RowFields.outputNames)
            isConstant = isConstant && output.hasSameBytes(as: first ?? output)
            first = first ?? output
            if let question = questions[ScalarText(id)] { found[question] = OutputStyle(output) }
        }
        if isConstant, lines.count > 1 { constant.insert(model) }
        return found
    }
}
