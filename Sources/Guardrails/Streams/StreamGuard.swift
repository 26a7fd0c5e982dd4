public import Chat

/// Looks at an answer that comes in pieces, and lets go of text only once nothing that may still come can change what
/// becomes of it: the client never sees a part of a value that is redacted, masked or refused.
///
/// What it lets go does not depend on how the text is cut into pieces: it decides at places that the text itself sets
/// (the ends of words, every 64 bytes of a long one), never at the end of a piece. For rules about values it holds back
/// the word under way and the one before; words that may be part of a value, with what follows them, until
/// `lookahead` visible bytes have come behind them, as a label may stand behind its value. So plain prose waits for a
/// word, and numbers wait for about a hundred bytes. Of a word of more than `longestWord` bytes all but the last
/// `context` go on; a value as long is let go as its placeholder, or refused, from its head on. With a rule that must
/// see the whole answer, or asks others, and may change or refuse it, all is held back to the end; one that only flags
/// is asked at the end and holds back nothing. A rule that fails on a piece is handled as the policy says.
public struct StreamGuard: Sendable {
    /// Bytes that must have come behind a word that may be a value before it is decided.
    public static let lookahead = 112
    /// Longest word or private key that is held back.
    public static let longestWord = 16_384
    /// Bytes of the text let go that are looked at with what follows.
    static let context = 512

    /// What became of the answer at its end.
    public struct Ending: Sendable, Hashable {
        /// The last text to let go.
        public var text: String
        public var verdicts: [Verdict]
        public var isRefused: Bool { verdicts.contains { $0.action == .refuse } }
    }

    private let entries: [GuardPolicy.Entry]
    private let onError: GuardPolicy.OnError
    private let question: String?
    private let schema: JSONValue?
    private let holdsAll: Bool
    private let needsWhole: Bool
    private let window: Int

    /// Placeholders that were given out.
    public private(set) var vault: MaskVault
    /// Whether a value was found that must not go on: from then on nothing is let go.
    public private(set) var isRefused = false
    /// What rules about values found so far.
    public private(set) var verdicts: [Verdict] = []

    private var released: [UInt8] = []
    private var pending: [UInt8] = []
    private var whole: [UInt8] = []
    private var offset = 0
    private var codePoints = 0
    /// What follows a value that was let go before its end.
    private var swallowed: SwallowedTail?

    public init(
        _ policy: GuardPolicy, vault: MaskVault = MaskVault(), question: String? = nil, schema: JSONValue? = nil
    ) {
        entries = policy.output
        onError = policy.onError
        self.vault = vault
        self.question = question
        self.schema = schema
        holdsAll = policy.output.contains { $0.seesWhole && $0.action != .flag }
        needsWhole = policy.output.contains(where: \.seesWhole)
        window =
            policy.output.map { entry in if case .window(let bytes) = entry.rule.reach { bytes } else { 0 } }.max() ?? 0
    }

    /// Takes a piece; returns what may go on.
    public mutating func feed(_ piece: String) -> String {
        guard !isRefused, !entries.isEmpty else { return isRefused ? "" : piece }
        if needsWhole { whole += Array(piece.utf8) }
        guard !holdsAll else { return "" }
        var out: [UInt8] = []
        for byte in piece.utf8 {
            if var tail = swallowed {
                let rest = tail.take(byte)
                swallowed = rest == nil ? tail : nil
                guard let rest else { continue }
                pending += rest
            } else {
                pending.append(byte)
            }
            let isEndOfWord = byte == 0x20 || byte == 0x0A
            if isEndOfWord || pending.count % 64 == 0 { step(&out) }
            if isRefused { break }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Ends the answer: what was held back is decided, and rules about the whole answer are asked.
    public mutating func finish() async -> Ending {
        var out: [UInt8] = []
        if holdsAll {
            let guardrails = Guard(GuardPolicy(output: entries, onError: onError))
            let result = await guardrails.check(
                String(decoding: whole, as: UTF8.self), on: .output, question: question, schema: schema, vault: &vault)
            verdicts = result.verdicts
            isRefused = result.isRefused
            return Ending(text: result.text, verdicts: verdicts)
        }
        if !isRefused { release(pending.count, isEnd: true, &out) }
        if needsWhole, !isRefused { await askAboutWhole() }
        return Ending(text: String(decoding: out, as: UTF8.self), verdicts: verdicts)
    }

    private mutating func askAboutWhole() async {
        let subject = Rule.Subject(text: String(decoding: whole, as: UTF8.self), question: question, schema: schema)
        for entry in entries where entry.seesWhole {
            let outcome: Rule.Outcome
            switch entry.rule.check {
            case .now(let check): outcome = check(subject)
            case .later(let check): outcome = await check(subject)
            }
            if let verdict = Guard.verdict(outcome, entry, onError) { verdicts.append(verdict) }
        }
        isRefused = verdicts.contains { $0.action == .refuse }
    }

    // MARK: - Deciding

    private mutating func step(_ out: inout [UInt8]) {
        if pending.count >= StreamGuard.longestWord {
            releaseLong(&out)
            return
        }
        var boundary = PendingWords.boundary(in: pending, lookahead: StreamGuard.lookahead)
        if window > 0 { boundary = min(boundary, PendingWords.wordStart(in: pending, before: pending.count - window)) }
        if boundary > 0 { release(boundary, isEnd: false, &out) }
    }

    /// Lets go of a long word but for its end, up to the value that reaches into it; where one value covers all, of
    /// that value, with all that follows of it.
    private mutating func releaseLong(_ out: inout [UInt8]) {
        let key = PendingWords.openKey(in: pending)
        var boundary = max(0, PendingWords.start(of: pending, keeping: StreamGuard.context))
        boundary = min(boundary, key ?? boundary)
        while boundary > 0, pending[boundary] & 0xC0 == 0x80 { boundary -= 1 }
        let count = pending.count
        if boundary > 0 { release(boundary, isEnd: false, &out) }
        guard pending.count == count, !isRefused else { return }
        release(count - PendingWords.openScalar(in: pending), isEnd: true, &out)
        // What goes on belongs to what was just let go.
        if key != nil || wasReplacedAtEnd {
            pending = []
            swallowed = SwallowedTail(isKey: key != nil)
        }
    }

    private var wasReplacedAtEnd = false

    /// Lets go of the first bytes, as far as no value crosses their end.
    private mutating func release(_ count: Int, isEnd: Bool, _ out: inout [UInt8]) {
        wasReplacedAtEnd = false
        guard count > 0 else { return }
        guard window > 0 || PendingWords.mayHoldValue(pending[...]) else {
            letGo(count, [], &out)
            return
        }
        let text = String(decoding: released + (isEnd ? pending[..<count] : pending[...]), as: UTF8.self)
        let start = released.count
        var boundary = count
        var found: [(entry: GuardPolicy.Entry, span: GuardSpan)] = []
        for entry in entries where !entry.seesWhole {
            guard case .now(let check) = entry.rule.check else { continue }
            let outcome = check(Rule.Subject(text: text))
            if case .found(let finding) = outcome, !finding.spans.isEmpty {
                for span in finding.spans where span.utf8.upperBound > start { found.append((entry, span)) }
            } else if let verdict = Guard.verdict(outcome, entry, onError) {
                noteWhole(verdict)
            }
            if isRefused { return }
        }
        if !isEnd {
            // A value across the boundary waits with all that overlaps it.
            var isMoved = true
            while isMoved {
                isMoved = false
                for (_, span) in found
                where span.utf8.lowerBound < start + boundary && span.utf8.upperBound > start + boundary {
                    boundary = max(0, span.utf8.lowerBound - start)
                    isMoved = true
                }
            }
        }
        wasReplacedAtEnd = found.contains {
            $0.span.utf8.upperBound == start + count && $0.entry.action != .flag
        }
        letGo(boundary, found.filter { $0.span.utf8.upperBound <= start + boundary }, &out)
    }

    private mutating func letGo(
        _ count: Int, _ found: [(entry: GuardPolicy.Entry, span: GuardSpan)], _ out: inout [UInt8]
    ) {
        guard count > 0 else { return }
        let start = released.count
        let piece = Array(pending[..<count])
        var counted = CodePointOffsets(piece)
        var replaced: [(span: GuardSpan, action: GuardAction)] = []
        for (entry, span) in found.sorted(by: { $0.span.utf8.lowerBound < $1.span.utf8.lowerBound }) {
            let local = max(0, span.utf8.lowerBound - start)..<(span.utf8.upperBound - start)
            let first = counted.offset(of: local.lowerBound)
            let last = counted.offset(of: local.upperBound)
            note(
                entry,
                GuardSpan(
                    label: span.label, utf8: (offset + local.lowerBound)..<(offset + local.upperBound),
                    codePoints: (codePoints + first)..<(codePoints + last)))
            if entry.action == .refuse { return }
            replaced.append((GuardSpan(label: span.label, utf8: local, codePoints: first..<last), entry.action))
        }
        let text = String(decoding: piece, as: UTF8.self)
        out += Array(Replacement.applied(replaced, to: text, vault: &vault).utf8)
        codePoints += counted.offset(of: count)
        offset += count
        released += piece
        let cut = PendingWords.start(of: released, keeping: StreamGuard.context)
        if cut > 0 { released.removeFirst(cut) }
        if released.count > StreamGuard.longestWord { released.removeFirst(released.count - StreamGuard.context) }
        pending.removeFirst(count)
    }

    /// Takes a verdict without places: a rule that failed, or a finding about no place.
    private mutating func noteWhole(_ verdict: Verdict) {
        let isKnown = verdicts.contains {
            $0.rule == verdict.rule && $0.isFailure == verdict.isFailure && $0.spans.isEmpty
        }
        if !isKnown { verdicts.append(verdict) }
        if verdict.action == .refuse { isRefused = true }
    }

    private mutating func note(_ entry: GuardPolicy.Entry, _ span: GuardSpan) {
        if let index = verdicts.firstIndex(where: { $0.rule == entry.rule.name && !$0.isFailure }) {
            verdicts[index].spans.append(span)
        } else {
            verdicts.append(
                Verdict(
                    rule: entry.rule.name, action: entry.action, score: 1, spans: [span], message: "found in the stream"
                ))
        }
        if entry.action == .refuse { isRefused = true }
    }
}

extension GuardPolicy.Entry {
    /// Whether the rule is asked about an answer once it is whole: it says so itself, or has to ask somebody.
    fileprivate var seesWhole: Bool {
        if case .later = rule.check { return true }
        return rule.reach == .whole
    }
}
