/// One sign of an attack, with what it adds to the score's logarithm of odds.
struct InjectionFeature: Sendable {
    let name: String
    let weight: Double
    /// Whether it counts less in a question about the matter.
    var isTopical = false
    let test: @Sendable (InjectionEvidence) -> Bool

    /// The odds of a text without any sign, as a logarithm.
    static let bias = -3.2
    /// What being a question takes away from topical signs.
    static let questionDiscount = -2.6

    private static let rules: Concept = [.instruction, .systemPrompt, .restriction]

    static let all: [InjectionFeature] = [
        InjectionFeature(name: "overrides instructions", weight: 5.6) { evidence in
            evidence.pairs(.override, rules, within: 44).contains { isTargeted($0, evidence) }
        },
        InjectionFeature(name: "override beside rules", weight: 1.3, isTopical: true) { evidence in
            evidence.pairs(.override, rules, within: 44).contains { !evidence.isNegated($0.first) }
        },
        InjectionFeature(name: "overrides all that came before", weight: 3.6) { evidence in
            evidence.pairs(.override, [.prior, .all], within: 24).contains {
                evidence.has([.replyOnly, .obey, .reveal, .jailbreak], around: $0, after: 60)
                    && evidence.has([.instruction, .machine, .systemPrompt], around: $0, before: 60, after: 60)
            }
        },
        InjectionFeature(name: "sets the user aside", weight: 3.6) {
            $0.near(.override, .user, within: 36) && $0.has([.machine, .replyOnly, .favour])
        },
        InjectionFeature(name: "declares rules void", weight: 4.5) { evidence in
            evidence.pairs(rules, .voided, within: 48).contains {
                evidence.has([.prior, .you], around: $0, before: 24, after: 8)
            }
        },
        InjectionFeature(name: "void beside rules", weight: 2.1, isTopical: true) {
            $0.near(rules, .voided, within: 40)
        },
        InjectionFeature(name: "no restrictions", weight: 1.2, isTopical: true) { !unbound($0).isEmpty },
        InjectionFeature(name: "a model without restrictions", weight: 2.8, isTopical: true) { evidence in
            unbound(evidence).contains {
                evidence.has([.you, .machine, .persona, .obey, .jailbreak], around: $0, before: 60, after: 60)
            }
        },
        InjectionFeature(name: "jailbreak words", weight: 2, isTopical: true) { $0.has(.jailbreak) },
        InjectionFeature(name: "jailbreak of a model", weight: 2.8, isTopical: true) {
            $0.near(.jailbreak, [.persona, .machine, .without, .you, .obey], within: 60)
        },
        InjectionFeature(name: "asks for the system prompt", weight: 4.6, isTopical: true) { evidence in
            evidence.pairs(.reveal, .systemPrompt, within: 44).contains { !evidence.isOfAnother($0.second) }
        },
        InjectionFeature(name: "asks for your system prompt", weight: 2.4) { evidence in
            evidence.pairs(.reveal, .systemPrompt, within: 44).contains { evidence.isYours($0.second) }
        },
        InjectionFeature(name: "asks for your instructions", weight: 4.2) { evidence in
            evidence.pairs(.reveal, .instruction, within: 44).contains {
                let isSecret = evidence.has([.secret, .verbatim], around: $0, before: 20, after: 40)
                return $0.second.concept.contains(.policy)
                    ? isSecret && evidence.isYours($0.second)
                    : evidence.isYours($0.second) || evidence.has(.secret, around: $0, after: 14)
            }
        },
        InjectionFeature(name: "asks for the text above word for word", weight: 4) { evidence in
            evidence.pairs(.reveal, .prior, within: 40).contains {
                evidence.has(.verbatim, around: $0, after: 80)
                    && evidence.has([.instruction, .you], around: $0, before: 20, after: 60)
            }
        },
        InjectionFeature(name: "tells the grader what to give", weight: 5) { evidence in
            evidence.pairs(.grader, .award, within: 70).contains {
                let isScore =
                    $0.second.concept.contains(.topScore)
                    || evidence.has([.topScore, .favour], around: $0, before: 20, after: 80)
                // Judges of sports and courts are spoken about, not to.
                return isScore
                    && (evidence.isSpokenTo($0.first) || evidence.has([.address, .answer], around: $0, after: 60))
            }
        },
        InjectionFeature(name: "speaks to the grader", weight: 4.2) { evidence in
            evidence.pairs(.grader, .award, within: 60).contains {
                $0.first.concept.contains(.address) || evidence.has(.address, around: $0, before: 24)
            }
        },
        InjectionFeature(name: "grader and score", weight: 1) { $0.near(.grader, .topScore, within: 60) },
        InjectionFeature(name: "chat template", weight: 3.5, isTopical: true) { $0.marks.contains(.template) },
        InjectionFeature(name: "role tag", weight: 2.2, isTopical: true) { $0.marks.contains(.roleTag) },
        InjectionFeature(name: "speaks to the model that reads", weight: 5) { addressesModel($0) },
        InjectionFeature(name: "sends data out", weight: 4) {
            $0.near(.send, [.credential, .conversation, .systemPrompt], within: 80)
                && $0.marks.contains(.destination)
        },
        InjectionFeature(name: "asks for credentials", weight: 3.2) { evidence in
            evidence.pairs([.reveal, .send], .credential, within: 50).contains {
                evidence.has([.you, .prior], around: $0, before: 4, after: 20)
            }
        },
        InjectionFeature(name: "puts words in the mouth", weight: 2.2) { $0.has(.openWith) },
        InjectionFeature(name: "puts consent in the mouth", weight: 2.6) {
            $0.near(.openWith, [.systemPrompt, .instruction, .secret, .consent], within: 60)
        },
        InjectionFeature(name: "claims authority", weight: 1.8) { $0.has(.authority) },
        InjectionFeature(name: "claims authority over rules", weight: 2.8) {
            $0.near(
                .authority, [.override, .disable, .restriction, .voided, .reveal, .credential, .systemPrompt],
                within: 120)
        },
        InjectionFeature(name: "new rules from now on", weight: 2.4) {
            $0.near(.fromNowOn, [.voided, .obey, .without, .jailbreak, .override], within: 80)
        },
        InjectionFeature(name: "total obedience", weight: 2) { $0.has(.obey) },
        InjectionFeature(name: "switches safety off", weight: 4) { evidence in
            evidence.pairs(.disable, [.restriction, .instruction], within: 40).contains { pair in
                evidence.isYours(pair.second) || evidence.has(.machine, around: pair, before: 12, after: 20)
            }
        },
        InjectionFeature(name: "a role without limits", weight: 2.6) {
            $0.near(.persona, [.jailbreak, .obey], within: 80)
        },
    ]

    /// Whether rules that are overridden are the model's own: those before, all of them, yours, the system's.
    private static func isTargeted(_ pair: InjectionEvidence.Pair, _ evidence: InjectionEvidence) -> Bool {
        guard !evidence.isNegated(pair.first) else { return false }
        if evidence.isYours(pair.second) { return true }
        guard !evidence.isOfAnother(pair.second) else { return false }
        if pair.second.concept.contains(.systemPrompt) { return true }
        if evidence.has([.prior, .secret], around: pair, before: 24, after: 18) { return true }
        // All rules are everybody's, unless the text is about a model.
        return evidence.has(.all, around: pair, before: 24, after: 18)
            && evidence.has(
                [.machine, .replyOnly, .obey, .jailbreak, .systemPrompt], around: pair, before: 60, after: 80)
    }

    /// Words for rules and restrictions with a "no" before them.
    private static func unbound(_ evidence: InjectionEvidence) -> [InjectionEvidence.Pair] {
        evidence.pairs(.without, [.restriction, .instruction], within: 16).filter {
            $0.first.start < $0.second.start || evidence.bytes[$0.first.start] >= 0x80
        }
    }

    private static let orders: Concept = [.override, .replyOnly, .send, .favour, .obey, .disable, .award, .reveal]

    /// Whether a text speaks to the model that will read it and tells it to do something.
    private static func addressesModel(_ evidence: InjectionEvidence) -> Bool {
        let named = evidence.pairs(.machine, .address, within: 30).contains {
            evidence.has(orders, around: $0, after: 100)
        }
        if named { return true }
        return evidence.hits.contains { hit in
            guard hit.concept.contains(.machine) else { return false }
            let mark = evidence.mark(after: hit)
            guard mark == UInt8(ascii: ":") || mark == UInt8(ascii: ",") else { return false }
            // A transcript, and a user who calls his assistant, have the same form at a line's start.
            guard !evidence.isAtLineStart(hit), evidence.isAtSentenceStart(hit) else { return false }
            let reach = mark == UInt8(ascii: ":") ? 60 : 90
            return evidence.hits[evidence.first(from: hit.end + 1)...].prefix { $0.start - hit.end <= reach }
                .contains { !$0.concept.isDisjoint(with: [.override, .replyOnly, .send, .favour, .obey]) }
        }
    }
}
