public import Chat

extension JSONSchema {
    /// What of a value does not fit, in order of place; empty where all fits, at most twenty.
    public func faults(in value: JSONValue) -> [Fault] {
        var faults: [Fault] = []
        check(value, document, path: "", depth: 0, &faults)
        return faults
    }

    private func check(_ value: JSONValue, _ schema: JSONValue, path: String, depth: Int, _ faults: inout [Fault]) {
        guard faults.count < JSONSchema.mostFaults else { return }
        func fault(_ message: String) { faults.append(Fault(path: path, message: message)) }
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
        if let allowed = schema["enum"]?.arrayValue, !allowed.contains(where: { JSONSchema.isEqual($0, value) }) {
            let names = allowed.prefix(8).map(\.text).joined(separator: ", ")
            fault("found \(JSONSchema.shown(value)); expected one of \(names)")
        }
        if let only = schema["const"], !JSONSchema.isEqual(only, value) {
            fault("found \(JSONSchema.shown(value)); expected \(only.text)")
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

    private static func shown(_ value: JSONValue) -> String {
        let text = value.text
        return text.count <= 40 ? text : text.prefix(40) + "…"
    }

    // MARK: - Combinations

    private func checkCombinations(
        _ value: JSONValue, _ schema: JSONValue, path: String, depth: Int, _ faults: inout [Fault]
    ) {
        for all in schema["allOf"]?.arrayValue ?? [] { check(value, all, path: path, depth: depth + 1, &faults) }
        if let any = schema["anyOf"]?.arrayValue {
            let tried = any.map { faultsOf(value, $0, path: path, depth: depth) }
            if !tried.contains(where: \.isEmpty) {
                // The alternative that fits best says what is missing.
                faults += tried.min { $0.count < $1.count } ?? []
            }
        }
        if let one = schema["oneOf"]?.arrayValue {
            let fitting = one.count { faultsOf(value, $0, path: path, depth: depth).isEmpty }
            if fitting != 1 {
                faults.append(
                    Fault(path: path, message: "fits \(fitting) of the \(one.count) alternatives; expected exactly one")
                )
            }
        }
        if let not = schema["not"], faultsOf(value, not, path: path, depth: depth).isEmpty {
            faults.append(Fault(path: path, message: "fits what it must not"))
        }
    }

    private func faultsOf(_ value: JSONValue, _ schema: JSONValue, path: String, depth: Int) -> [Fault] {
        var faults: [Fault] = []
        check(value, schema, path: path, depth: depth + 1, &faults)
        return faults
    }

    // MARK: - Containers

    private func checkObject(
        _ members: [JSONValue.Member], _ schema: JSONValue, path: String, depth: Int, _ faults: inout [Fault]
    ) {
        let keys = Set(members.map(\.key))
        for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] where !keys.contains(name) {
            faults.append(Fault(path: path, message: "'\(name)' is missing"))
        }
        let properties = schema["properties"]?.objectValue ?? []
        let known = Dictionary(properties.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        for member in members {
            let inner = "\(path)/\(member.key.replacing("~", with: "~0").replacing("/", with: "~1"))"
            if let property = known[member.key] {
                check(member.value, property, path: inner, depth: depth + 1, &faults)
            } else if let additional = schema["additionalProperties"] {
                if additional == false {
                    let question = NearestName.question(for: member.key, among: properties.map(\.key))
                    faults.append(
                        Fault(path: inner, message: "is not a known name" + (question.map { "; \($0)" } ?? "")))
                } else {
                    check(member.value, additional, path: inner, depth: depth + 1, &faults)
                }
            }
        }
        let count = keys.count
        if let least = schema["minProperties"]?.intValue, count < least {
            faults.append(Fault(path: path, message: "has \(count) members; expected \(least) at least"))
        }
        if let most = schema["maxProperties"]?.intValue, count > most {
            faults.append(Fault(path: path, message: "has \(count) members; expected \(most) at most"))
        }
    }

    private func checkArray(
        _ items: [JSONValue], _ schema: JSONValue, path: String, depth: Int, _ faults: inout [Fault]
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
            faults.append(Fault(path: path, message: "has \(items.count) items; expected \(least) at least"))
        }
        if let most = schema["maxItems"]?.intValue, items.count > most {
            faults.append(Fault(path: path, message: "has \(items.count) items; expected \(most) at most"))
        }
        if schema["uniqueItems"] == true,
            Set(items.map { String(decoding: $0.canonicalBytes, as: UTF8.self) }).count < items.count
        {
            faults.append(Fault(path: path, message: "has an item twice"))
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
            faults.append("found \(value.text); expected \(least) at least")
        }
        if let most = schema["maximum"]?.doubleValue, number > most {
            faults.append("found \(value.text); expected \(most) at most")
        }
        if let least = schema["exclusiveMinimum"]?.doubleValue, number <= least {
            faults.append("found \(value.text); expected more than \(least)")
        }
        if let most = schema["exclusiveMaximum"]?.doubleValue, number >= most {
            faults.append("found \(value.text); expected less than \(most)")
        }
        if let step = schema["multipleOf"]?.doubleValue, step > 0 {
            let quotient = number / step
            if abs(quotient - quotient.rounded()) > 1e-9 * max(1, abs(quotient)) {
                faults.append("found \(value.text); expected a multiple of \(step)")
            }
        }
        return faults
    }
}
