public import Chat

/// A cursor over a document that reads values and reports what it cannot read.
///
/// Every reading function gives nil after it reported a fault, so that decoding goes on and finds the next one.
public struct SpecField {
    public let node: SpecNode
    /// The place in the document's own terms, `models[1].temperature`.
    public let path: String
    public let faults: FaultLog

    public init(node: SpecNode, path: String, faults: FaultLog) {
        self.node = node
        self.path = path
        self.faults = faults
    }

    /// Reports a fault here.
    public func report(_ message: String, remedy: String? = nil) {
        faults.report(
            SpecFault(
                file: faults.file, line: node.line, column: node.column, path: path, message: message, remedy: remedy))
    }

    /// Reports that something else was expected here.
    public func expected(_ what: String, remedy: String? = nil) {
        report("found \(node.found); expected \(what)", remedy: remedy)
    }

    /// The text of a scalar in its spelling, or nil without a report for lists and mappings.
    public var spelling: String? {
        guard case .scalar(let text, isPlain: _) = node.content else { return nil }
        return text
    }

    /// A text, in its spelling: `no` and `1.10` are texts.
    public func text(_ what: String = "a text") -> String? {
        guard let spelling, !node.isNull else {
            expected(what)
            return nil
        }
        return spelling
    }

    /// A text that is not empty or blank.
    public func filledText(_ what: String = "a text") -> String? {
        guard let text = text(what) else { return nil }
        guard text.contains(where: { !$0.isWhitespace }) else {
            report("found an empty text; expected \(what)")
            return nil
        }
        return text
    }

    /// A whole number within `range`; `1e3` counts.
    public func integer(in range: ClosedRange<Int>) -> Int? {
        guard let number = numeral, number == number.rounded(), abs(number) <= 9e18 else {
            expected(SettingRule.integer(range).words)
            return nil
        }
        guard let value = spelling.flatMap({ Int($0) }) ?? Int(exactly: number), range.contains(value) else {
            expected(SettingRule.integer(range).words)
            return nil
        }
        return value
    }

    /// A number within `range`.
    public func number(in range: ClosedRange<Double>) -> Double? {
        guard let number = numeral, range.contains(number) else {
            expected(SettingRule.number(range).words)
            return nil
        }
        return number
    }

    private var numeral: Double? {
        guard case .scalar(let text, isPlain: true) = node.content, SpecNode.isNumber(text), let value = Double(text),
            value.isFinite
        else { return nil }
        return value
    }

    /// `true` or `false`; `yes`, `no`, `on` and `off` count.
    public func flag() -> Bool? {
        if case .scalar(let text, isPlain: true) = node.content {
            switch text.lowercased() {
            case "true", "yes", "on": return true
            case "false", "no", "off": return false
            default: break
            }
        }
        expected("true or false")
        return nil
    }

    /// One of `words`; the fault of another word asks for the nearest.
    public func word(among words: [String]) -> String? {
        if let spelling, words.contains(spelling) { return spelling }
        expected(
            SettingRule.word(words).words, remedy: spelling.flatMap { NearestName.question(for: $0, among: words) })
        return nil
    }

    /// One of the words of an enumeration.
    public func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> Word? where Word.RawValue == String {
        word(among: type.allCases.map(\.rawValue)).flatMap { Word(rawValue: $0) }
    }

    /// The items of a list.
    public func list(_ what: String = "a list") -> [SpecField]? {
        guard let items else {
            expected(what)
            return nil
        }
        return items
    }

    /// The items of a list that must not be empty and not be longer than a person writes; nil with a report otherwise.
    func items(of thing: String) -> [SpecField]? {
        guard let items = list("a list of \(thing)s") else { return nil }
        guard !items.isEmpty else {
            report("found an empty list; expected at least one \(thing)")
            return nil
        }
        guard items.count <= 1000 else {
            report("found a list of \(items.count); expected at most 1000 \(thing)s")
            return nil
        }
        return items
    }

    /// The items of a list, or nil without a report for anything else.
    public var items: [SpecField]? {
        guard case .list(let items) = node.content else { return nil }
        return items.enumerated().map { index, item in
            SpecField(node: item, path: "\(path)[\(index)]", faults: faults)
        }
    }

    /// A text or a list of texts, as a list.
    public func texts(_ what: String = "a text or a list of texts") -> [String]? {
        guard let items else { return text(what).map { [$0] } }
        return items.compactMap { $0.text() }
    }

    /// The value as JSON, see `SpecNode.json`.
    public var json: JSONValue { node.json }

    /// The members of a mapping in their order, whatever their keys, or nil without a report for anything else.
    public var members: [(key: String, value: SpecField)]? {
        guard case .mapping(let entries) = node.content else { return nil }
        return entries.map { ($0.key, child($0)) }
    }

    func child(_ entry: SpecNode.Entry) -> SpecField {
        SpecField(node: entry.value, path: path.isEmpty ? entry.key : "\(path).\(entry.key)", faults: faults)
    }

    /// The mapping here, or nil with a report. Keys outside of `keys` are reported with the nearest one.
    public func mapping(keys: [String], _ what: String = "a mapping") -> SpecMapping? {
        guard case .mapping(let entries) = node.content else {
            expected(what)
            return nil
        }
        for entry in entries where !keys.contains(entry.key) && !faults.isFull {
            faults.report(
                SpecFault(
                    file: faults.file, line: entry.line, column: entry.column, path: path,
                    message: "unknown key '\(SpecNode.shortened(entry.key))'",
                    remedy: NearestName.question(for: entry.key, among: keys)
                        ?? "known keys: \(keys.joined(separator: ", "))"))
        }
        return SpecMapping(field: self, entries: entries)
    }
}
