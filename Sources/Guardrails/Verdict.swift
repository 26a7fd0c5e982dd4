/// A place in a text that a rule found.
public struct GuardSpan: Sendable, Hashable {
    /// What stands there: a `PIIType`'s name, or the rule's own word. Placeholders are made of it.
    public var label: String
    /// Offsets in bytes of UTF-8, end exclusive.
    public var utf8: Range<Int>
    /// Offsets in Unicode code points, end exclusive.
    public var codePoints: Range<Int>

    public init(label: String, utf8: Range<Int>, codePoints: Range<Int>) {
        self.label = label
        self.utf8 = utf8
        self.codePoints = codePoints
    }

    init(_ span: PIISpan) { self.init(label: span.type.rawValue, utf8: span.utf8, codePoints: span.codePoints) }
}

/// What a rule found in a text, and what was done about it: what the trace tells.
public struct Verdict: Sendable, Hashable {
    /// The rule's name.
    public var rule: String
    public var action: GuardAction
    /// How sure the rule is, 0 to 1; 1 for a rule that knows no doubt.
    public var score: Double
    /// Where; empty for a finding about the whole text.
    public var spans: [GuardSpan]
    /// Why, without a word of the text itself.
    public var message: String
    /// Whether the rule could not be asked: then `action` is what `on_error` makes of it.
    public var isFailure: Bool

    public init(
        rule: String, action: GuardAction, score: Double, spans: [GuardSpan] = [], message: String,
        isFailure: Bool = false
    ) {
        self.rule = rule
        self.action = action
        self.score = score
        self.spans = spans
        self.message = message
        self.isFailure = isFailure
    }
}
