import Experiments
import Foundation

/// `${NAME}` in a text stands for an environment variable.
struct Substitution: Sendable {
    var variables: [String: String]

    /// The variables that a text names and that are not set.
    func unset(in text: String) -> [String] {
        text.matches(of: /\$\{([^}]*)\}/).map { String($0.output.1) }
            .filter { variables[$0, default: ""].isEmpty }
    }

    /// The field's text with variables filled in; a variable that is not set leaves the field as if absent.
    func text(of field: SpecField, _ what: String) -> String? {
        field.filledText(what).flatMap { filled($0) }
    }

    /// The text with variables filled in; nil where one of them is not set.
    func filled(_ text: String) -> String? {
        var text = text
        while let start = text.range(of: "${"), let end = text.range(of: "}", range: start.upperBound..<text.endIndex) {
            let name = String(text[start.upperBound..<end.lowerBound])
            guard let value = variables[name], !value.isEmpty else { return nil }
            text.replaceSubrange(start.lowerBound..<end.upperBound, with: value)
        }
        return text
    }

    /// Reports the variables that a field names and that are not set.
    func reportUnset(in field: SpecField?, to log: FaultLog) {
        guard let field else { return }
        for name in unset(in: field.spelling ?? "") {
            log.report(
                SpecFault(
                    file: log.file, line: field.node.line, column: field.node.column, path: field.path,
                    message: "${\(name)} is not set",
                    remedy: "set it in the environment or in .env, or remove the key"))
        }
    }
}
