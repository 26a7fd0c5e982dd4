public import Chat

/// Looks at whole texts by a policy.
///
/// ```swift
/// let guardrails = Guard(try GuardPolicy(["input": ["injection", "pii"], "action": "mask"]))
/// var vault = MaskVault()
/// let result = await guardrails.check("Mail ana@example.com", on: .input, vault: &vault)   // "Mail [EMAIL_1_k7f3]"
/// ```
public struct Guard: Sendable {
    public let policy: GuardPolicy

    public init(_ policy: GuardPolicy) { self.policy = policy }

    /// What became of a text.
    public struct Result: Sendable, Hashable {
        /// The text to go on with; empty where it was refused.
        public var text: String
        /// One for each rule that found something or failed, in the policy's order.
        public var verdicts: [Verdict]
        public var isRefused: Bool { verdicts.contains { $0.action == .refuse } }
        /// Whether the text to go on with differs from the one that was looked at.
        public var isChanged: Bool
    }

    /// Looks at a text with all rules of a side.
    ///
    /// A finding without a place cannot be redacted or masked: where the action says so the text is refused. A rule
    /// that could not be asked refuses it, too, unless the policy is open.
    public func check(
        _ text: String, on side: GuardSide, question: String? = nil, schema: JSONValue? = nil,
        vault: inout MaskVault
    ) async -> Result {
        let subject = Rule.Subject(text: text, question: question, schema: schema)
        var verdicts: [Verdict] = []
        for entry in policy.entries(side) {
            let outcome: Rule.Outcome
            switch entry.rule.check {
            case .now(let check): outcome = check(subject)
            case .later(let check): outcome = await check(subject)
            }
            if let verdict = Guard.verdict(outcome, entry, policy.onError) { verdicts.append(verdict) }
        }
        return Guard.result(text, verdicts, vault: &vault)
    }

    static func result(_ text: String, _ verdicts: [Verdict], vault: inout MaskVault) -> Result {
        guard !verdicts.contains(where: { $0.action == .refuse }) else {
            return Result(text: "", verdicts: verdicts, isChanged: !text.isEmpty)
        }
        let entries = verdicts.flatMap { verdict in verdict.spans.map { (span: $0, action: verdict.action) } }
        let changed = Replacement.applied(entries, to: text, vault: &vault)
        return Result(text: changed, verdicts: verdicts, isChanged: !changed.hasSameBytes(as: text))
    }

    static func verdict(
        _ outcome: Rule.Outcome, _ entry: GuardPolicy.Entry, _ onError: GuardPolicy.OnError
    ) -> Verdict? {
        switch outcome {
        case .passed: return nil
        case .found(let finding):
            let needsPlace = entry.action == .redact || entry.action == .mask
            return Verdict(
                rule: entry.rule.name, action: needsPlace && finding.spans.isEmpty ? .refuse : entry.action,
                score: finding.score, spans: finding.spans, message: finding.message)
        case .failed(let reason):
            return Verdict(
                rule: entry.rule.name, action: onError == .closed ? .refuse : .flag, score: 1,
                message: "the rule could not be asked: \(reason)", isFailure: true)
        }
    }
}
