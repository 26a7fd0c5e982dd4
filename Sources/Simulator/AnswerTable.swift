import Chat
import Records

/// Answers by prompt, from rows of `{"prompt": TEXT, "answer": TEXT}`; further members are not looked at.
///
/// White space at both ends of a prompt does not count.
public struct AnswerTable: Sendable {
    /// The name of the file, for messages.
    public let file: String
    private let answers: [String: String]

    public subscript(prompt: String) -> String? { answers[AnswerTable.key(prompt)] }

    public var count: Int { answers.count }

    public init(_ answers: [String: String], file: String = "answers") {
        self.file = file
        self.answers = Dictionary(answers.map { (AnswerTable.key($0), $1) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads the table from a file, by its ending JSONL, JSON, CSV or TSV, optionally gzip.
    /// - Throws: `ScriptError` with the rows (20 at most) that lack a text or give a prompt a second, different
    ///   answer; with the line where the file stops being readable; or that there is no such file.
    public static func read(path: String, name: String) throws(ScriptError) -> AnswerTable {
        do {
            return try AnswerTable(try RecordReader(path: path), name: name)
        } catch let error as RecordError {
            throw ScriptError([finding(error, name)])
        } catch let error as ScriptError {
            throw error
        } catch {
            throw ScriptError([.init(file: name, message: "\(error)")])
        }
    }

    private init(_ reader: RecordReader, name: String) throws(ScriptError) {
        var answers: [String: String] = [:]
        var findings: [ScriptError.Finding] = []
        while findings.count < 20 {
            do throws(RecordError) {
                guard let record = try reader.next() else { break }
                let faults = ["prompt", "answer"].compactMap { AnswerTable.fault(of: $0, in: record) }
                findings += faults.map { .init(file: name, line: record.line, message: $0) }
                guard let prompt = record["prompt"]?.stringValue, let answer = record["answer"]?.stringValue else {
                    continue
                }
                let former = answers.updateValue(answer, forKey: AnswerTable.key(prompt))
                if let former, former != answer {
                    let message = "this prompt has another answer in an earlier row; keep one of them"
                    findings.append(.init(file: name, line: record.line, message: message))
                }
            } catch {
                findings.append(AnswerTable.finding(error, name))
                break
            }
        }
        guard findings.isEmpty else { throw ScriptError(findings) }
        file = name
        self.answers = answers
    }

    private static func fault(of key: String, in record: Record) -> String? {
        guard let value = record[key] else {
            return "there is no '\(key)'; a row is {\"prompt\": …, \"answer\": …}"
        }
        return value.stringValue == nil ? "'\(key)' must be a string, found \(value.kindName)" : nil
    }

    private static func finding(_ error: RecordError, _ name: String) -> ScriptError.Finding {
        let message = [error.message, error.remedy].compactMap { $0 }.joined(separator: "; ")
        return .init(file: name, line: error.line, column: error.column, message: message)
    }

    private static func key(_ prompt: String) -> String {
        let space: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace }
        let scalars = prompt.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, space(first) || space(last) else { return prompt }
        guard let start = scalars.firstIndex(where: { !space($0) }), let end = scalars.lastIndex(where: { !space($0) })
        else { return "" }
        return String(scalars[start...end])
    }
}
