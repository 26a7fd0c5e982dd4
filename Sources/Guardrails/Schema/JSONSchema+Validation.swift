public import Chat

extension JSONSchema {
    /// What of a value does not fit, in order of place; empty where all fits, about twenty at most.
    /// - Throws: `PolicyError` where the value and the schema need more than 100,000 steps to be compared, as
    ///   alternatives within alternatives do.
    public func faults(in value: JSONValue) throws(PolicyError) -> [Fault] {
        var tally = Tally()
        check(value, document, path: "", depth: 0, &tally)
        guard tally.steps >= 0 else {
            throw PolicyError(message: "the schema needs more than \(Tally.mostSteps) steps to be checked")
        }
        return tally.faults
    }

    /// What was found so far, and the steps that are left.
    private struct Tally {
        static let mostSteps = 100_000
        var faults: [Fault] = []
        var steps = Tally.mostSteps

        mutating func append(_ path: String, _ message: String) {
            if faults.count < JSONSchema.mostFaults { faults.append(Fault(path: path, message: message)) }
        }

        /// Takes steps; false once there are none left.
        mutating func take(_ count: Int = 1) -> Bool {
            steps -= steps < 0 ? 0 : count
            return steps >= 0
        }
    }

    private func check(_ value: JSONValue, _ schema: JSONValue, path: String, depth: Int, _ faults: inout Tally) {
        guard faults.take(), faults.faults.count < JSONSchema.mostFaults else { return }
        func fault(_ message: String) { faults.append(path, message) }
        guard depth < JSONSchema.deepest else { return fault("is nested too deep to be checked") }
        if let isAllowed = schema.boolValue {
            if !isAllowed { fault("is not allowed") }
            return
        }
        if value.isNull, schema["nullable"] == true { return }
        if let reference = schema["$ref"]?.stringValue, let target = JSONSchema.resolve(reference, in: document) {
            check(value, target, path: path, depth: depth + 1, &faults)
        }
        if let message = typeFault(value, schema["type"]) { return fault(message) }
        if let allowed = schema["enum"]?.arrayValue, faults.take(allowed.count),
            !allowed.contains(where: { JSONSchema.isEqual($0, value) })
        {
            let names = allowed.prefix(8).map(\.text).joined(separator: ", ")
            fault("is none of \(names)")
        }
        if let only = schema["const"], !JSONSchema.isEqual(only, value) {
            fault("is not \(only.text)")
        }
        checkCombinations(value, schema, path: path, depth: depth, &faults)
        switch value {
        case .object(let members): checkObject(members, schema, path: path, depth: depth, &faults)
        case .array(let items): checkArray(items, schema, path: path, depth: depth, &faults)
        case .string(let text): for message in textFaults(text, schema) { fault(message) }
        case .number: for message in numberFaults(value, schema) { fault(message) }
        case .null, .bool: break
        }
    }

    // MARK: - Types

    private func typeFault(_ value: JSONValue, _ type: JSONValue?) -> String? {
        guard let type else { return nil }
        let names = type.stringValue.map { [$0] } ?? type.arrayValue?.compactMap(\.stringValue) ?? []
        guard !names.contains(where: { JSONSchema.isOfType(value, $0) }) else { return nil }
        return "found \(value.kindName); expected \(names.joined(separator: " or "))"
    }

    private static func isOfType(_ value: JSONValue, _ name: String) -> Bool {
        switch value {
        case .null: name == "null"
        case .bool: name == "boolean"
        case .string: name == "string"
        case .array: name == "array"
        case .object: name == "object"
        case .number(let text):
            name == "number"
                || name == "integer" && (value.intValue != nil || Double(text).map { $0 == $0.rounded() } == true)
        }
    }

    /// Equality as JSON Schema has it: members in any order, numbers by value.
    static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.number(let one), .number(let other)):
            one == other || (left.doubleValue ?? .nan) == (right.doubleValue ?? .nan)
        case (.array(let one), .array(let other)):
            one.count == other.count && zip(one, other).allSatisfy { isEqual($0, $1) }
        case (.object(let one), .object(let other)):
            one.count == other.count
                && one.allSatisfy { member in right[member.key].map { isEqual(member.value, $0) } ?? false }
        default: left == right
        }
    }

    // MARK: - Combinations

    private func checkCombinations(
        _ value: JSONValue, _ schema: JSONValue, path: String, depth: Int, _ faults: inout Tally
    ) {
        for all in schema["allOf"]?.arrayValue ?? [] { check(value, all, path: path, depth: depth + 1, &faults) }
        if let any = schema["anyOf"]?.arrayValue {
            var best: [Fault]?
            for one in any {
                let tried = faultsOf(value, one, path: path, depth: depth, &faults)
                if tried.count < best?.count ?? .max { best = tried }
                if tried.isEmpty || faults.steps < 0 { break }
            }
            // The alternative that fits best says what is missing.
            for fault in best ?? [] { faults.append(fault.path, fault.message) }
        }
        if let one = schema["oneOf"]?.arrayValue {
            var fitting = 0
            for alternative in one where faults.steps >= 0 {
                if faultsOf(value, alternative, path: path, depth: depth, &faults).isEmpty { fitting += 1 }
            }
            if fitting != 1 {
                faults.append(path, "fits \(fitting) of the \(one.count) alternatives; expected exactly one")
            }
        }
        if let not = schema["not"], faultsOf(value, not, path: path, depth: depth, &faults).isEmpty {
            faults.append(path, "fits what it must not")
        }
    }

    /// What does not fit an alternative; the steps are those of the whole.
    private func faultsOf(
        _ value: JSONValue, _ schema: JSONValue, path: String, depth: Int, _ faults: inout Tally
    ) -> [Fault] {
        var tried = Tally(steps: faults.steps)
        check(value, schema, path: path, depth: depth + 1, &tried)
        faults.steps = tried.steps
        return tried.faults
    }

    // MARK: - Containers

    private func checkObject(
        _ members: [JSONValue.Member], _ schema: JSONValue, path: String, depth: Int, _ faults: inout Tally
    ) {
        let keys = Set(members.map(\.key))
        for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where !keys.contains(name) {
            faults.append(path, "'\(name)' is missing")
        }
        let properties = schema["properties"]?.objectValue ?? []
        let known = Dictionary(properties.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        for (number, member) in members.enumerated() where faults.faults.count < JSONSchema.mostFaults {
            if let property = known[member.key] {
                let inner = "\(path)/\(member.key.replacing("~", with: "~0").replacing("/", with: "~1"))"
                check(member.value, property, path: inner, depth: depth + 1, &faults)
            } else if let additional = schema["additionalProperties"] {
                // A name that the schema does not have is the answer's own text, and is not told.
                if additional == false {
                    let question = NearestName.question(for: member.key, among: properties.map(\.key))
                    let hint = question.map { "; \($0)" } ?? ""
                    faults.append(path, "the name of member \(number + 1) is not known\(hint)")
                } else {
                    check(member.value, additional, path: "\(path)/*", depth: depth + 1, &faults)
                }
            }
        }
        let count = keys.count
        if let least = schema["minProperties"]?.intValue, count < least {
            faults.append(path, "has \(count) members; expected \(least) at least")
        }
        if let most = schema["maxProperties"]?.intValue, count > most {
            faults.append(path, "has \(count) members; expected \(most) at most")
        }
    }

    private func checkArray(
        _ items: [JSONValue], _ schema: JSONValue, path: String, depth: Int, _ faults: inout Tally
    ) {
        let first = schema["prefixItems"]?.arrayValue ?? []
        for (index, item) in items.enumerated() {
            if index < first.count {
                check(item, first[index], path: "\(path)/\(index)", depth: depth + 1, &faults)
            } else if let rest = schema["items"] {
                check(item, rest, path: "\(path)/\(index)", depth: depth + 1, &faults)
            }
        }
        if let least = schema["minItems"]?.intValue, items.count < least {
            faults.append(path, "has \(items.count) items; expected \(least) at least")
        }
        if let most = schema["maxItems"]?.intValue, items.count > most {
            faults.append(path, "has \(items.count) items; expected \(most) at most")
        }
        if schema["uniqueItems"] == true, faults.take(items.count),
            Set(items.map { String(decoding: $0.canonicalBytes, as: UTF8.self) }).count < items.count
        {
            faults.append(path, "has an item twice")
        }
    }

    // MARK: - Scalars

    private func textFaults(_ text: String, _ schema: JSONValue) -> [String] {
        var faults: [String] = []
        let count = text.unicodeScalars.count
        if let least = schema["minLength"]?.intValue, count < least {
            faults.append("has \(count) characters; expected \(least) at least")
        }
        if let most = schema["maxLength"]?.intValue, count > most {
            faults.append("has \(count) characters; expected \(most) at most")
        }
        if let pattern = schema["pattern"]?.stringValue, let search = searches[pattern] {
            switch search(text) {
            case .success(let found): if found.isEmpty { faults.append("does not match '\(pattern)'") }
            case .failure(let error): faults.append("could not be matched: \(error.message)")
            }
        }
        return faults
    }

    private func numberFaults(_ value: JSONValue, _ schema: JSONValue) -> [String] {
        guard let number = value.doubleValue else { return ["is outside the range of a double"] }
        var faults: [String] = []
        if let least = schema["minimum"]?.doubleValue, number < least {
            faults.append("is too small; expected \(least) at least")
        }
        if let most = schema["maximum"]?.doubleValue, number > most {
            faults.append("is too large; expected \(most) at most")
        }
        if let least = schema["exclusiveMinimum"]?.doubleValue, number <= least {
            faults.append("is too small; expected more than \(least)")
        }
        if let most = schema["exclusiveMaximum"]?.doubleValue, number >= most {
            faults.append("is too large; expected less than \(most)")
        }
        if let step = schema["multipleOf"]?.doubleValue, step > 0 {
            let quotient = number / step
            if abs(quotient - quotient.rounded()) > 1e-9 * max(1, abs(quotient)) {
                faults.append("is no multiple of \(step)")
            }
        }
        return faults
    }
}
