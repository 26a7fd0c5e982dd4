public import Chat

/// A place in a JSON document: `$.choices[0].message.content`, `data['full name']`, `[-1].text`.
///
/// The part of RFC 9535 that names one place: members by name and items by index, negative ones from the end. The `$`
/// may be missing.
public struct JSONPath: Sendable, Hashable, CustomStringConvertible {
    private enum Step: Sendable, Hashable {
        case member(String)
        case item(Int)
    }

    private let steps: [Step]
    public let description: String

    /// - Throws: `ChatError.invalidRequest` that says what stands in the way.
    public init(_ text: String) throws(ChatError) {
        var rest = text[...]
        if rest.first == "$" { rest.removeFirst() }
        var steps: [Step] = []
        while let first = rest.first {
            if first == "[" {
                guard let end = rest.firstIndex(of: "]"), let step = JSONPath.bracketed(rest[..<end].dropFirst()) else {
                    throw ChatError(.invalidRequest, "'\(text)' is no path: '\(rest)' is no [index] or ['name']")
                }
                steps.append(step)
                rest = rest[end...].dropFirst()
                continue
            }
            if first == "." { rest.removeFirst() }
            let name = rest.prefix { $0 != "." && $0 != "[" }
            guard !name.isEmpty, first == "." || steps.isEmpty else {
                throw ChatError(.invalidRequest, "'\(text)' is no path: a name is missing after a dot")
            }
            steps.append(.member(String(name)))
            rest = rest.dropFirst(name.count)
        }
        self.steps = steps
        description = text
    }

    private static func bracketed(_ text: Substring) -> Step? {
        if let index = Int(text) { return .item(index) }
        guard let quote = text.first, quote == "'" || quote == "\"", text.count >= 2, text.last == quote else {
            return nil
        }
        return .member(String(text.dropFirst().dropLast()))
    }

    /// What stands there, or nil.
    public func value(in document: JSONValue) -> JSONValue? {
        var value = document
        for step in steps {
            switch step {
            case .member(let name):
                guard let member = value[name] else { return nil }
                value = member
            case .item(let index):
                guard let items = value.arrayValue else { return nil }
                let place = index < 0 ? items.count + index : index
                guard items.indices.contains(place) else { return nil }
                value = items[place]
            }
        }
        return value
    }
}
