/// `regex`: what the operator's own pattern finds.
enum RegexRule {
    static let definition = RuleDefinition(
        name: "regex", summary: "What a pattern finds; its name makes the placeholder.", sides: [.input, .output],
        keys: ["name", "pattern"]
    ) { settings, resources throws(PolicyError) in
        let pattern = try settings.required("pattern")
        let name = try settings.text("name") ?? "regex"
        guard let compile = resources.pattern else {
            throw settings.fault("pattern", "there is no engine for patterns here")
        }
        let search: RuleResources.Search
        switch compile(pattern) {
        case .success(let compiled): search = compiled
        case .failure(let error): throw settings.fault("pattern", error.message)
        }
        let label = String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
        return Rule(
            name: name,
            check: .now { subject in
                switch search(subject.text) {
                case .failure(let error): return .failed(error.message)
                case .success(let ranges):
                    guard !ranges.isEmpty else { return .passed }
                    return .found(
                        Rule.Finding(
                            spans: GuardSpan.spans(ranges, label: label, in: subject.text),
                            message: "the pattern is found \(ranges.count) times"))
                }
            })
    }
}

extension GuardSpan {
    /// Places of one label from ranges of bytes; those that are not in the text or overlap an earlier one are left out.
    static func spans(_ ranges: [Range<Int>], label: String, in text: String) -> [GuardSpan] {
        let bytes = Array(text.utf8)
        var offsets = CodePointOffsets(bytes)
        var spans: [GuardSpan] = []
        var end = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound })
        where range.lowerBound >= end && range.upperBound <= bytes.count && !range.isEmpty {
            let start = offsets.offset(of: range.lowerBound)
            spans.append(
                GuardSpan(label: label, utf8: range, codePoints: start..<offsets.offset(of: range.upperBound)))
            end = range.upperBound
        }
        return spans
    }
}
