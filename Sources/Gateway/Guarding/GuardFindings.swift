import Chat
import Guardrails

/// What the rules found in all texts of a request or an answer, a finding a rule and action.
struct GuardFindings: Sendable {
    private struct Finding {
        var rule: String
        var action: GuardAction
        var score: Double
        var count: Int
        /// Why the rule could not be asked; nil where it was.
        var failure: String?

        func isAlike(_ other: Finding) -> Bool {
            rule == other.rule && action == other.action && (failure == nil) == (other.failure == nil)
        }
    }

    let side: GuardSide
    private var findings: [Finding] = []

    init(_ side: GuardSide) { self.side = side }

    var isRefused: Bool { findings.contains { $0.action == .refuse } }

    mutating func add(_ verdicts: [Verdict]) {
        var other = GuardFindings(side)
        other.findings = verdicts.map { verdict in
            Finding(
                rule: verdict.rule, action: verdict.action, score: verdict.score, count: max(1, verdict.spans.count),
                failure: verdict.isFailure ? verdict.message : nil)
        }
        add(other)
    }

    mutating func add(_ other: GuardFindings) {
        for finding in other.findings {
            if let index = findings.firstIndex(where: { $0.isAlike(finding) }) {
                findings[index].count += finding.count
                findings[index].score = max(findings[index].score, finding.score)
            } else {
                findings.append(finding)
            }
        }
    }

    /// Refuses what cannot be read well enough to be changed.
    mutating func refuse(_ rule: String) {
        add([Verdict(rule: rule, action: .refuse, score: 1, message: "")])
    }

    /// "pii: mask 2, injection: refuse (0.93)"; nil where nothing was found.
    var note: String? {
        guard !findings.isEmpty else { return nil }
        let parts = findings.map { finding in
            if let failure = finding.failure { return "\(finding.rule): \(finding.action.rawValue), \(failure)" }
            let score = finding.score < 1 ? " (\(GuardFindings.rounded(finding.score)))" : ""
            let count = finding.action != .refuse && finding.count > 1 ? " \(finding.count)" : ""
            return "\(finding.rule): \(finding.action.rawValue)\(count)\(score)"
        }
        return parts.joined(separator: ", ")
    }

    /// As the trace and the answer's metadata have them.
    var json: [JSONValue] {
        findings.map { finding in
            .object([
                "rule": .string(finding.rule), "side": .string(side.rawValue),
                "action": .string(finding.action.rawValue), "score": .number(finding.score),
                "count": .number(finding.count), "failed": finding.failure == nil ? nil : true,
            ])
        }
    }

    /// What the caller of a refused text is told; nil where nothing was refused. A rule that could not be asked is a
    /// fault of the service, which may pass; a finding is not.
    var error: ChatError? {
        let refusing = findings.filter { $0.action == .refuse }
        guard !refusing.isEmpty else { return nil }
        let names = refusing.map(\.rule).joined(separator: ", ")
        let rules = refusing.count == 1 ? "the guardrail '\(names)'" : "the guardrails \(names)"
        if refusing.allSatisfy({ $0.failure != nil }) {
            return ChatError(
                .upstreamFailure, "\(rules) could not be asked, and nothing goes on without it", status: 503,
                code: "guardrail_unavailable")
        }
        let what = side == .input ? "the request was refused" : "the answer was held back"
        return ChatError(.refused, "\(what) by \(rules)", status: 400, code: "content_filter")
    }

    private static func rounded(_ score: Double) -> String {
        JSONValue.number((score * 100).rounded() / 100).text
    }
}
