/// `pii`: personal data and secrets.
enum PIIRule {
    static let definition = RuleDefinition(
        name: "pii", summary: "Personal data and secrets: addresses, phone, card and account numbers, documents, keys.",
        sides: [.input, .output], keys: ["types"]
    ) { settings, _ throws(PolicyError) in
        let names = try settings.words("types", among: PIIType.allCases.map(\.rawValue).sorted())
        let types = names.map { Set($0.compactMap { PIIType(rawValue: $0) }) }
        return rule(PIIDetector(types: types ?? Set(PIIType.allCases)))
    }

    static func rule(_ detector: PIIDetector) -> Rule {
        Rule(
            name: "pii", reach: .values,
            check: .now { subject in
                let spans = detector.spans(in: subject.text)
                guard !spans.isEmpty else { return .passed }
                let kinds = Set(spans.map(\.type)).sorted().map(\.rawValue)
                return .found(
                    Rule.Finding(spans: spans.map(GuardSpan.init), message: "found \(kinds.joined(separator: ", "))"))
            })
    }
}
