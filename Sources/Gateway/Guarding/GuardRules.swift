import Chat
import Guardrails

/// A policy, taken apart by what each rule can be shown.
struct GuardRules: Sendable {
    /// All rules of the policy.
    let all: Guard
    /// Those for thoughts and tool calls: all but those about the answer as such.
    let besideAnswer: Guard
    /// Those for a text inside of a JSON document: what can be told at once.
    let inDocument: Guard
    /// Those for a JSON document as a whole: values that their neighbours tell, and what others judge.
    let ofDocument: Guard

    init(_ policy: GuardPolicy) {
        all = Guard(policy)
        besideAnswer = Guard(policy.filtered { !$0.isAboutAnswer })
        inDocument = Guard(policy.filtered { !$0.isAboutAnswer && !$0.asksOthers })
        ofDocument = Guard(policy.filtered { !$0.isAboutAnswer && ($0.asksOthers || $0.reach == .values) })
    }

    /// Whether values are replaced by placeholders that lead back to them.
    func masks(_ side: GuardSide) -> Bool { all.policy.entries(side).contains { $0.action == .mask } }
}

extension GuardPolicy {
    fileprivate func filtered(_ isWanted: (Rule) -> Bool) -> GuardPolicy {
        GuardPolicy(
            input: input.filter { isWanted($0.rule) }, output: output.filter { isWanted($0.rule) }, onError: onError)
    }
}

extension Rule {
    fileprivate var asksOthers: Bool {
        if case .later = check { return true }
        return false
    }
}
