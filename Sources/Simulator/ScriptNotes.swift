import Chat
import Yams

/// Reads values out of the nodes of a script and notes everything that is wrong, so that all faults are told at once.
struct ScriptNotes {
    let file: String
    private(set) var findings: [ScriptError.Finding] = []

    init(file: String) { self.file = file }

    mutating func note(_ message: String, at node: Node) {
        findings.append(.init(file: file, line: node.mark?.line, column: node.mark?.column, message: message))
    }

    mutating func add(_ error: ScriptError) { findings.append(contentsOf: error.findings) }

    /// The members of a mapping by key; keys that are not in `keys` are noted. Nil, and a note, for what is no
    /// mapping.
    mutating func members(of node: Node, keys: [String], what: String) -> [String: Node]? {
        guard let mapping = node.mapping else {
            note("\(what) must be a mapping with \(ScriptNotes.list(keys)), found \(ScriptNotes.name(node))", at: node)
            return nil
        }
        var members: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, keys.contains(name) else {
                unknown(key, in: keys, what: "key", place: what)
                continue
            }
            members[name] = value
        }
        return members
    }

    /// Notes a word that is none of `words`, with the nearest one.
    mutating func unknown(_ node: Node, in words: [String], what: String, place: String) {
        let word = node.scalar?.string ?? ScriptNotes.name(node)
        let advice =
            NearestName.question(for: word, among: words)
            ?? "write one of \(ScriptNotes.list(words))"
        note("unknown \(what) '\(ScriptNotes.shown(word))' in \(place); \(advice)", at: node)
    }

    /// A finite number within `range`; nil, and a note, for anything else.
    mutating func number(_ node: Node, _ range: ClosedRange<Double>, what: String) -> Double? {
        guard let text = node.scalar?.string, let value = Double(text), value.isFinite, range.contains(value) else {
            let from = ScriptNotes.spelled(range.lowerBound), to = ScriptNotes.spelled(range.upperBound)
            note("\(what) must be a number from \(from) to \(to), found \(ScriptNotes.name(node))", at: node)
            return nil
        }
        return value
    }

    /// A whole number within `range`; nil, and a note, for anything else.
    mutating func count(_ node: Node, _ range: ClosedRange<Int>, what: String) -> Int? {
        guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
            let bounds = "from \(range.lowerBound) to \(range.upperBound)"
            note("\(what) must be a whole number \(bounds), found \(ScriptNotes.name(node))", at: node)
            return nil
        }
        return value
    }

    /// The text of a scalar as it is spelled (`no`, `1.10`); nil, and a note, for a list, a mapping or nothing.
    mutating func text(_ node: Node, what: String) -> String? {
        guard let scalar = node.scalar, !ScriptNotes.isNothing(node) else {
            note("\(what) must be text, found \(ScriptNotes.name(node))", at: node)
            return nil
        }
        return scalar.string
    }

    /// Whether a plain scalar stands for null: nothing behind the colon, `~` or `null`.
    static func isNothing(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    static func name(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): isNothing(node) ? "nothing" : "'\(shown(scalar.string))'"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }

    static func shown(_ text: String) -> String { text.count > 60 ? text.prefix(60) + "…" : text }

    static func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    private static func spelled(_ value: Double) -> String {
        abs(value) < 1e15 && value == value.rounded() ? String(Int64(value)) : String(value)
    }
}
