import Chat

/// What a configuration says under a rule's name, read with checks.
struct RuleSettings {
    /// Where the rule stands: `input[0]`.
    let path: String
    let members: [JSONValue.Member]

    private func value(_ key: String) -> JSONValue? { members.last { $0.key == key }?.value }

    func fault(_ key: String, _ message: String) -> PolicyError {
        PolicyError(key: "\(path).\(key)", message: message)
    }

    /// A number in a range; `standard` where the key is absent.
    func number(_ key: String, in range: ClosedRange<Double>, standard: Double) throws(PolicyError) -> Double {
        guard let value = value(key) else { return standard }
        guard let number = value.doubleValue, range.contains(number) else {
            throw fault(key, "found \(value.text); expected a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A whole number in a range; nil where the key is absent.
    func integer(_ key: String, in range: ClosedRange<Int>) throws(PolicyError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let number = value.intValue, range.contains(number) else {
            throw fault(
                key, "found \(value.text); expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A text that is not empty; nil where the key is absent.
    func text(_ key: String) throws(PolicyError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.stringValue, !text.isEmpty else {
            throw fault(key, "found \(value.text); expected a text")
        }
        return text
    }

    func required(_ key: String) throws(PolicyError) -> String {
        guard let text = try text(key) else { throw fault(key, "is missing; expected a text") }
        return text
    }

    func document(_ key: String) -> JSONValue? { value(key) }

    /// Names out of a list of known ones; nil where the key is absent.
    func words(_ key: String, among known: [String]) throws(PolicyError) -> [String]? {
        guard let value = value(key) else { return nil }
        guard let items = value.arrayValue else { throw fault(key, "found \(value.text); expected a list of names") }
        var words: [String] = []
        for item in items {
            guard let word = item.stringValue, known.contains(word) else {
                let question = item.stringValue.flatMap { NearestName.question(for: $0, among: known) }
                throw fault(key, "found \(item.text); \(question ?? "expected \(known.joined(separator: ", "))")")
            }
            words.append(word)
        }
        return words
    }
}
