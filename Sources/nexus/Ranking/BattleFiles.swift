import Chat
import Experiments
import Records
import Statistics

/// The battles of some files, contestants and questions numbered in the order in which they turn up.
///
/// A row is a whole outcome, `{"id", "model_a", "model_b", "winner"}`, or a graded preference, `{"id", "model_a",
/// "model_b", "preference_b"}`; both may stand in one file. Rows of the same id are of the same question, in whichever
/// file.
struct BattleFiles {
    /// The battles by question, ready to be fitted.
    let table: BattleTable
    private let rows: Intake

    /// - Throws: `RecordError` with file and line for a row that is no battle, and where there is none at all.
    init(_ paths: [String]) throws(RecordError) {
        var rows = Intake()
        for path in paths {
            let reader = try RowFields.open(path)
            var isEmpty = true
            while let record = try reader.next() {
                isEmpty = false
                try rows.add(RowFields(file: reader.file, record: record))
            }
            if isEmpty {
                throw RecordError(
                    file: reader.file,
                    message: "found no rows; expected at least one, such as "
                        + "{\"id\": \"1\", \"model_a\": \"x\", \"model_b\": \"y\", \"winner\": \"model_a\"}")
            }
        }
        self.rows = rows
        let files = paths.joined(separator: ", ")
        guard !rows.battles.isEmpty else {
            throw RecordError(
                file: files,
                message: "found \(Count.text(rows.selfBattles, "battle")) of a model with itself and \(rows.unjudged) "
                    + "without a verdict; expected at least one battle of two models")
        }
        do throws(StatisticsError) {
            table = try BattleTable(rows.battles, players: rows.models.count)
        } catch {
            throw RecordError(file: files, message: error.description)
        }
    }

    var models: [String] { rows.models }
    var battles: [Battle] { rows.battles }
    /// The number of each question by its id.
    var questions: [ScalarText: Int] { rows.questions }
    /// Rows in which a model meets itself.
    var selfBattles: Int { rows.selfBattles }
    /// Rows whose verdict is null.
    var unjudged: Int { rows.unjudged }
    /// Rows with a preference in the place of a winner.
    var graded: Int { rows.graded }
}

/// What the rows so far hold.
private struct Intake {
    private(set) var models: [String] = []
    private(set) var battles: [Battle] = []
    private(set) var questions: [ScalarText: Int] = [:]
    private(set) var selfBattles = 0
    private(set) var unjudged = 0
    private(set) var graded = 0
    private var numbers: [ScalarText: Int] = [:]

    mutating func add(_ row: RowFields) throws(RecordError) {
        let id = try row.text(["id"])
        let (first, second) = (try Intake.model("model_a", row), try Intake.model("model_b", row))
        let verdict = try Intake.verdict(row, first, second)
        guard !first.hasSameBytes(as: second) else {
            selfBattles += 1
            return
        }
        guard let verdict else {
            unjudged += 1
            return
        }
        if case .share = verdict { graded += 1 }
        let question = questions[ScalarText(id)] ?? questions.count
        questions[ScalarText(id)] = question
        // Seen from model_b, so that a preference for it is a score as it stands.
        battles.append(Battle(question: question, first: number(second), second: number(first), outcome: verdict))
    }

    private mutating func number(_ model: String) -> Int {
        let key = ScalarText(model)
        if let known = numbers[key] { return known }
        numbers[key] = models.count
        models.append(model)
        return models.count - 1
    }

    private static func model(_ field: String, _ row: RowFields) throws(RecordError) -> String {
        let name = try row.text([field])
        guard !name.isEmpty else { throw row.fault("'\(field)': found an empty string; expected a model's name") }
        return name
    }
}

extension Intake {
    /// The verdict as `model_b` sees it; nil for null.
    private static func verdict(
        _ row: RowFields, _ first: String, _ second: String
    ) throws(RecordError) -> Battle.Outcome? {
        switch (row.record["winner"], row.record["preference_b"]) {
        case (nil, nil): throw row.missing(["winner", "preference_b"])
        case (_?, _?): throw row.fault("found both 'winner' and 'preference_b'; expected one of them")
        case (let winner?, nil): return winner.isNull ? nil : try outcome(row, first, second)
        case (nil, _?): return try preference(row).map { .share($0) }
        }
    }

    private static func outcome(
        _ row: RowFields, _ first: String, _ second: String
    ) throws(RecordError) -> Battle.Outcome {
        let text = try row.text(["winner"])
        switch text {
        case "model_a": return .second
        case "model_b": return .first
        case "tie", "tie (bothbad)": return .tie
        default: break
        }
        let words = ["model_a", "model_b", "tie", "tie (bothbad)"]
        let meant = text == first ? "model_a" : text == second ? "model_b" : NearestName.nearest(to: text, among: words)
        throw row.fault(
            "'winner': found \(RowFields.quoted(text)); expected \(words.map { "'\($0)'" }.joined(separator: " or "))",
            remedy: meant.map { "write '\($0)' for it" })
    }

    private static func preference(_ row: RowFields) throws(RecordError) -> Double? {
        guard let value = try row.number("preference_b") else { return nil }
        guard 0...1 ~= value else {
            throw row.fault(
                "'preference_b': found \(JSONValue.number(value).text); expected a number from 0 to 1",
                remedy: 1...2 ~= value ? "AlpacaEval's own files count from 1 to 2: subtract 1" : nil)
        }
        return value
    }
}
