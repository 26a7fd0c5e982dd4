public import Chat

/// What a setting accepts.
public enum SettingRule: Sendable, Hashable {
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    /// One of a few words.
    case word([String])
    /// A list of such words; one alone counts as a list of one.
    case words([String])
    case text
    /// A list of texts; one alone counts as a list of one.
    case texts
    case flag
    /// A list or a mapping that its owner reads by itself; what it is, for a message.
    case document(String)

    /// What to write, for a message: "a whole number from 1 to 10".
    public var words: String {
        switch self {
        case .integer(let range):
            range.upperBound == .max
                ? "a whole number from \(range.lowerBound)"
                : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range):
            switch (range.lowerBound.isFinite, range.upperBound.isFinite) {
            case (true, true): "a number from \(short(range.lowerBound)) to \(short(range.upperBound))"
            case (true, false): "a number from \(short(range.lowerBound))"
            case (false, true): "a number up to \(short(range.upperBound))"
            case (false, false): "a number"
            }
        case .word(let words): words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
        case .words(let words): "a list of \(words.joined(separator: ", "))"
        case .text: "a text"
        case .texts: "a text or a list of texts"
        case .flag: "true or false"
        case .document(let what): what
        }
    }

    private func short(_ number: Double) -> String {
        JSONValue.number(number).text
    }

    /// Reads the value of a field by this rule; numbers keep their spelling. Nil with a report where it does not fit.
    public func read(_ field: SpecField) -> JSONValue? {
        switch self {
        case .integer(let range): field.integer(in: range).map { .number($0) }
        case .number(let range): field.number(in: range).map { _ in field.json }
        case .word(let words): field.word(among: words).map { .string($0) }
        case .words(let words): readWords(field, words)
        case .text: field.text().map { .string($0) }
        case .texts: field.texts().map { .array($0.map { .string($0) }) }
        case .flag: field.flag().map { .bool($0) }
        case .document(let what): readDocument(field, what)
        }
    }

    private func readDocument(_ field: SpecField, _ what: String) -> JSONValue? {
        guard field.spelling == nil else {
            field.expected(what)
            return nil
        }
        return field.json
    }

    private func readWords(_ field: SpecField, _ words: [String]) -> JSONValue? {
        let items = field.items ?? [field]
        return .array(items.compactMap { $0.word(among: words) }.map { .string($0) })
    }
}

/// One setting of a stage: its key and what it accepts.
public struct SettingKind: Sendable, Hashable {
    public var name: String
    public var rule: SettingRule

    public init(_ name: String, _ rule: SettingRule) {
        self.name = name
        self.rule = rule
    }
}

/// A stage of the pipeline as a spec may write it.
public struct StageKind: Sendable {
    /// What is wrong with a setting whose keys and values are each as they may be: the path of the key at fault under
    /// the stage's name, `input[0].threshold`, and what was found there and what to write.
    public typealias Fault = (path: String, message: String)

    /// The key in the spec, `cache`.
    public var name: String
    /// The words that may stand alone, `cache: exact`; `off` always may.
    public var words: [String]
    /// The keys of its mapping; empty where it takes none.
    public var settings: [SettingKind]
    /// Keys of which the mapping must have one at least; empty where all may be absent.
    public var needsOneOf: [String]
    /// Whether it is on where nobody mentions it.
    public var isDefault: Bool
    /// Nil where there is nothing else to look at.
    public var fault: (@Sendable (JSONValue) -> Fault?)?

    public init(
        _ name: String, words: [String] = [], settings: [SettingKind] = [], needsOneOf: [String] = [],
        isDefault: Bool = false, fault: (@Sendable (JSONValue) -> Fault?)? = nil
    ) {
        self.name = name
        self.words = words
        self.settings = settings
        self.needsOneOf = needsOneOf
        self.isDefault = isDefault
        self.fault = fault
    }
}
