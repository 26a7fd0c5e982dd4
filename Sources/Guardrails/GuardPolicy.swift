public import Chat

/// The guardrails of a pipeline: rules for what goes in and what comes out, what is done about findings, and what where
/// a rule fails.
///
/// ```yaml
/// guardrails:
///   input: [injection, pii]
///   output: [pii, {regex: {name: codes, pattern: 'X-\d+'}}]
///   action: redact
///   on_error: closed
/// ```
public struct GuardPolicy: Sendable {
    /// A rule with what is done about its findings.
    public struct Entry: Sendable {
        public var rule: Rule
        public var action: GuardAction

        public init(rule: Rule, action: GuardAction) {
            self.rule = rule
            self.action = action
        }
    }

    /// What a rule that could not be asked means.
    public enum OnError: String, Sendable, Hashable, CaseIterable {
        /// The text is refused.
        case closed
        /// The text goes on, and the failure is recorded.
        case open
    }

    public var input: [Entry]
    public var output: [Entry]
    public var onError: OnError

    public init(input: [Entry] = [], output: [Entry] = [], onError: OnError = .closed) {
        self.input = input
        self.output = output
        self.onError = onError
    }

    private static let keys = ["action", "input", "on_error", "output"]

    /// Reads the value of the key `guardrails`.
    ///
    /// A rule is a name, or a mapping of its name to its settings, among which `action` stands in the place of the
    /// policy's own. The standard action is redact, the standard for errors closed.
    /// - Throws: `PolicyError` naming the key at fault: unknown (with the nearest one), of the wrong type, out of
    /// range;
    ///   a rule on a side where it has no place, or without what it needs from outside.
    public init(_ setting: JSONValue, resources: RuleResources = RuleResources()) throws(PolicyError) {
        guard let members = setting.objectValue else {
            throw PolicyError(
                message: "found \(setting.text); expected a mapping such as {input: [injection], output: [pii]}")
        }
        for member in members where !GuardPolicy.keys.contains(member.key) {
            throw PolicyError(
                key: member.key,
                message: NearestName.question(for: member.key, among: GuardPolicy.keys).map { "unknown key; \($0)" }
                    ?? "unknown key; known: \(GuardPolicy.keys.joined(separator: ", "))")
        }
        let action = try GuardPolicy.word(setting["action"], key: "action", standard: GuardAction.redact)
        onError = try GuardPolicy.word(setting["on_error"], key: "on_error", standard: OnError.closed)
        input = try GuardPolicy.entries(setting["input"], .input, action, resources)
        output = try GuardPolicy.entries(setting["output"], .output, action, resources)
    }

    /// The rules of a side.
    public func entries(_ side: GuardSide) -> [Entry] { side == .input ? input : output }

    private static func word<Word>(
        _ value: JSONValue?, key: String, standard: Word
    ) throws(PolicyError) -> Word where Word: RawRepresentable<String> & CaseIterable {
        guard let value else { return standard }
        guard let word = value.stringValue.flatMap({ Word(rawValue: $0) }) else {
            let known = Word.allCases.map(\.rawValue)
            let question = value.stringValue.flatMap { NearestName.question(for: $0, among: known) }
            throw PolicyError(
                key: key, message: "found \(value.text); \(question ?? "expected \(known.joined(separator: ", "))")")
        }
        return word
    }

    private static func entries(
        _ value: JSONValue?, _ side: GuardSide, _ action: GuardAction, _ resources: RuleResources
    ) throws(PolicyError) -> [Entry] {
        guard let value else { return [] }
        guard let items = value.arrayValue else {
            throw PolicyError(key: side.rawValue, message: "found \(value.text); expected a list of rules")
        }
        var entries: [Entry] = []
        for (index, item) in items.enumerated() {
            entries.append(try entry(item, side, "\(side.rawValue)[\(index)]", action, resources))
        }
        return entries
    }

    private static func entry(
        _ item: JSONValue, _ side: GuardSide, _ path: String, _ action: GuardAction, _ resources: RuleResources
    ) throws(PolicyError) -> Entry {
        var name = item.stringValue
        var members: [JSONValue.Member] = []
        if let only = item.objectValue, only.count == 1 {
            name = only[0].key
            guard let settings = only[0].value.objectValue else {
                throw PolicyError(
                    key: path, message: "found \(only[0].value.text) under \(only[0].key); expected a mapping")
            }
            members = settings
        }
        let known = Rules.all.filter { $0.sides.contains(side) }.map(\.name)
        guard let name else {
            throw PolicyError(
                key: path, message: "found \(item.text); expected a rule: \(known.joined(separator: ", "))")
        }
        guard let definition = Rules.all.first(where: { $0.name == name && $0.sides.contains(side) }) else {
            let question = NearestName.question(for: name, among: known)
            throw PolicyError(
                key: path,
                message: "there is no \(side.rawValue) rule '\(name)'; "
                    + (question ?? "there are \(known.joined(separator: ", "))"))
        }
        let keys = definition.keys + ["action"]
        for member in members where !keys.contains(member.key) {
            throw PolicyError(
                key: "\(path).\(member.key)",
                message: "unknown key; "
                    + (NearestName.question(for: member.key, among: keys) ?? "known: \(keys.joined(separator: ", "))"))
        }
        let settings = RuleSettings(path: path, members: members)
        let own = try word(settings.document("action"), key: "\(path).action", standard: action)
        return Entry(rule: try definition.make(settings, resources), action: own)
    }
}
