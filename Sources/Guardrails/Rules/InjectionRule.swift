/// `injection`: an attempt to turn the model against its instructions.
enum InjectionRule {
    static let definition = RuleDefinition(
        name: "injection", summary: "Attempts to turn the model against its instructions, by a score from 0 to 1.",
        sides: [.input, .output], keys: ["threshold"]
    ) { settings, _ throws(PolicyError) in
        let threshold = try settings.number("threshold", in: 0...1, standard: InjectionDetector.threshold)
        let detector = InjectionDetector()
        return Rule(
            name: "injection",
            check: .now { subject in
                let finding = detector.finding(subject.text)
                guard finding.score >= threshold else { return .passed }
                return .found(Rule.Finding(score: finding.score, message: finding.signs.joined(separator: "; ")))
            })
    }
}
