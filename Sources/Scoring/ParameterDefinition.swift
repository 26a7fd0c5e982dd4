public import Chat

/// One parameter that a metric takes.
public struct ParameterDefinition: Sendable {
    /// What values a parameter accepts.
    public enum Kind: Sendable, Hashable {
        case text
        case flag
        case whole(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case choice([String])
        /// A list of texts; a single text counts as a list of one.
        case texts
    }

    /// The key in specs.
    public let name: String
    /// What values it accepts.
    public let kind: Kind
    /// The value of an absent key; nil where the parameter may be absent altogether, or is required.
    public let defaultValue: JSONValue?
    /// Whether the metric cannot be made without it.
    public let isRequired: Bool
    /// What the parameter does, in one line.
    public let summary: String

    /// - Parameters: as the properties of their names; the summary is one line.
    public init(
        _ name: String, _ kind: Kind, default defaultValue: JSONValue? = nil, isRequired: Bool = false,
        _ summary: String
    ) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.summary = summary
    }

    /// What the parameter accepts, in words: "a whole number from 1 to 8".
    public var takes: String {
        switch kind {
        case .text: "a text"
        case .flag: "true or false"
        case .whole(let range) where range.upperBound == .max: "a whole number from \(range.lowerBound)"
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range) where range.upperBound == .infinity: "a number from \(Decimals.short(range.lowerBound))"
        case .number(let range):
            "a number from \(Decimals.short(range.lowerBound)) to \(Decimals.short(range.upperBound))"
        case .choice(let names): "one of \(names.joined(separator: ", "))"
        case .texts: "a text or a list of texts"
        }
    }

    static let id = ParameterDefinition("id", .text, "names the column, to tell two metrics of a kind apart")

    /// Checks a value against the kind.
    func check(_ value: JSONValue, metric: String) throws(MetricError) {
        let accepted =
            switch kind {
            case .text: value.stringValue != nil || value.isNumber
            case .flag: value.boolValue != nil
            case .whole(let range): value.intValue.map(range.contains) ?? false
            case .number(let range): value.doubleValue.map(range.contains) ?? false
            case .choice(let names): value.stringValue.map { names.contains($0) } ?? false
            case .texts:
                value.stringValue != nil || value.isNumber
                    || (value.arrayValue?.allSatisfy { $0.stringValue != nil || $0.isNumber } ?? false)
            }
        guard !accepted else { return }
        var nearest: String?
        if case .choice(let names) = kind, let found = value.stringValue {
            nearest = NearestName.nearest(to: found, among: names)
        }
        throw MetricError(
            "\(metric): '\(name)' takes \(takes), found \(Self.shown(value))", parameter: name, nearest: nearest)
    }

    private static func shown(_ value: JSONValue) -> String {
        switch value {
        case .null, .array, .object: value.kindName
        case .bool(let flag): String(flag)
        case .number(let text): text
        case .string(let text): "'\(text.count > 40 ? String(text.prefix(40)) + "…" : text)'"
        }
    }
}

extension JSONValue {
    fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
}

/// The parameters of one metric, checked: every key is known and every value of its kind.
public struct Parameters: Sendable {
    /// The metric's name, for messages and as the default id.
    public let metric: String
    private let values: [String: JSONValue]
    /// The `id` that the spec gave, if it gave one.
    public let givenID: String?

    init(_ given: [String: JSONValue], metric: String, definitions: [ParameterDefinition]) throws(MetricError) {
        self.metric = metric
        let known = [ParameterDefinition.id] + definitions
        for key in given.keys.sorted() where !known.contains(where: { $0.name == key }) {
            throw MetricError(
                "\(metric) takes no '\(key)'; it takes \(known.map(\.name).joined(separator: ", "))", parameter: key,
                nearest: NearestName.nearest(to: key, among: known.map(\.name)))
        }
        var values: [String: JSONValue] = [:]
        for definition in known {
            if let value = given[definition.name], !value.isNull {
                try definition.check(value, metric: metric)
                values[definition.name] = value
            } else if definition.isRequired {
                throw MetricError(
                    "\(metric) needs '\(definition.name)': \(definition.summary)", parameter: definition.name)
            } else {
                values[definition.name] = definition.defaultValue
            }
        }
        self.values = values
        givenID = values["id"]?.spelling
        if let id = givenID, id.isEmpty || id.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            throw MetricError("\(metric): 'id' takes a name for a column, found an empty text or line", parameter: "id")
        }
    }

    /// The column's name: the spec's `id`, else the metric's own name.
    public var id: String { givenID ?? metric }

    /// The value as text; a number keeps its spelling.
    public func text(_ name: String) -> String? { values[name]?.spelling }

    /// The list of texts; a single text is a list of one; nil where absent.
    public func texts(_ name: String) -> [String]? {
        guard let value = values[name] else { return nil }
        return value.arrayValue?.compactMap(\.spelling) ?? value.spelling.map { [$0] }
    }

    /// The flag; false where absent.
    public func flag(_ name: String) -> Bool { values[name]?.boolValue ?? false }

    /// The whole number; nil where absent.
    public func whole(_ name: String) -> Int? { values[name]?.intValue }

    /// The number; nil where absent.
    public func number(_ name: String) -> Double? { values[name]?.doubleValue }
}

extension JSONValue {
    fileprivate var spelling: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .null, .bool, .array, .object: nil
        }
    }
}
