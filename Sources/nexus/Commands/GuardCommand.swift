import ArgumentParser
import Chat
import Guardrails
import Records

/// `nexus guard`: the detectors on texts, for measuring them.
struct GuardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard",
        abstract: "Run a detector on texts: a line of findings for every text.",
        discussion: """
            A file has a row a text: {"id": "1", "text": "…"} (JSONL; also .json, .csv, .tsv, .gz; - reads JSONL from \
            standard input); other fields are ignored. The answer is JSONL, a line for every text, findings or none.

            --detect pii: {"id", "spans": [{"start", "end", "type"}]}, offsets in Unicode code points, end exclusive. \
            Types: \(PIIType.allCases.map(\.rawValue).sorted().joined(separator: ", ")).
            --detect injection: {"id", "score"} with a score from 0 to 1; from \(InjectionDetector.threshold) on the \
            rule of the same name takes a text for an attack.

            With --json the lines are one document: {"detect", "results": […]}.
            """)

    enum Detector: String, CaseIterable, ExpressibleByArgument {
        case injection, pii
    }

    @Argument(help: ArgumentHelp("Texts, a row each; - reads JSONL from standard input.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("pii or injection.", valueName: "name"))
    var detect: String

    @OptionGroup var shared: SharedOptions

    func run() throws {
        guard let detector = Detector(rawValue: detect) else {
            throw CommandFailure.usage(unknown: detect, of: "--detect", among: Detector.allCases.map(\.rawValue))
        }
        let reader = try RowFields.open(file)
        var results: [JSONValue] = []
        while let record = try reader.next() {
            let row = RowFields(file: reader.file, record: record)
            let finding = GuardCommand.finding(detector, id: try row.text(["id"]), text: try row.text(["text"]))
            if shared.json { results.append(finding) } else { Terminal.result(finding.text) }
        }
        guard shared.json else { return }
        Terminal.result(JSONValue.object(["detect": .string(detector.rawValue), "results": .array(results)]).text)
    }

    private static func finding(_ detector: Detector, id: String, text: String) -> JSONValue {
        switch detector {
        case .injection:
            return .object(["id": .string(id), "score": .number(InjectionDetector().score(text))])
        case .pii:
            let spans = PIIDetector().spans(in: text).map { span in
                JSONValue.object([
                    "start": .number(span.codePoints.lowerBound), "end": .number(span.codePoints.upperBound),
                    "type": .string(span.type.rawValue),
                ])
            }
            return .object(["id": .string(id), "spans": .array(spans)])
        }
    }
}
