import Chat

/// How much of the reference's JSON document the output has: the share of its fields with equal values.
///
/// A field is a value that is neither list nor mapping, named by its path, as in `person.names.0`; an empty list or
/// mapping counts as one. Numbers are equal by value (1.0 is 1), strings by their scalars. Fields that only the output
/// has count against it unless `extra` is `ignore`. An output that is not JSON scores 0. The best reference counts.
struct JSONFields: Metric {
    static let definitions = [
        MetricDefinition(
            name: "json_fields",
            summary: "the share of the reference's JSON fields that the output has with equal values",
            parameters: [
                ParameterDefinition("fields", .texts, "paths to compare, with all that is below them; else all"),
                ParameterDefinition(
                    "extra", .choice(["count", "ignore"]), default: "count",
                    "whether fields that only the output has count as wrong"),
                ParameterDefinition(
                    "tolerance", .number(0...Double.greatestFiniteMagnitude), default: 0,
                    "the largest difference between numbers that still counts as equal"),
            ]
        ) { parameters throws(MetricError) in
            try JSONFields(parameters)
        }
    ]

    let measures: [Measure]
    private let paths: [String]
    private let countsExtra: Bool
    private let tolerance: Double

    private init(_ parameters: Parameters) throws(MetricError) {
        paths = parameters.texts("fields") ?? []
        if parameters.texts("fields") != nil, paths.isEmpty || paths.contains("") {
            throw MetricError("json_fields: 'fields' takes paths such as person.name, found none", parameter: "fields")
        }
        countsExtra = parameters.text("extra") != "ignore"
        tolerance = parameters.number("tolerance") ?? 0
        measures = [
            .mean(
                id: parameters.id, title: "JSON fields",
                signature: [
                    "fields": paths.isEmpty ? "all" : paths.joined(separator: ","),
                    "extra": countsExtra ? "count" : "ignore", "tolerance": Decimals.short(tolerance),
                ])
        ]
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        guard !segment.references.isEmpty else { throw .noReference }
        var wanted: [[JSONLeaf]] = []
        for reference in segment.references {
            let document: JSONValue
            do throws(JSONError) {
                document = try JSONValue.parse(reference)
            } catch {
                throw MetricError("the reference is not valid JSON: \(error.description)")
            }
            let leaves = chosen(document)
            guard !leaves.isEmpty else {
                throw MetricError("the reference has none of the fields \(paths.joined(separator: ", "))")
            }
            wanted.append(leaves)
        }
        guard let document = try? JSONValue.parse(segment.output) else { return [SegmentStatistics([0, 1])] }
        let found = chosen(document)
        return [SegmentStatistics([wanted.map { share(of: $0, in: found) }.max() ?? 0, 1])]
    }

    private func chosen(_ document: JSONValue) -> [JSONLeaf] {
        let all = JSONLeaf.all(of: document)
        guard !paths.isEmpty else { return all }
        return all.filter { leaf in paths.contains { leaf.path == $0 || leaf.path.hasPrefix($0 + ".") } }
    }

    /// Equal fields divided by those of the reference, and those that only the output has where they count.
    private func share(of wanted: [JSONLeaf], in found: [JSONLeaf]) -> Double {
        let values = JSONLeaf.byKey(found)
        let wanted = JSONLeaf.byKey(wanted)
        let equal = wanted.count { values[$0.key].map($0.value.isEqual(tolerance: tolerance)) ?? false }
        let extra = countsExtra ? values.count { wanted[$0.key] == nil } : 0
        return Double(equal) / Double(wanted.count + extra)
    }
}

/// A value without parts, and the way to it.
private struct JSONLeaf {
    /// Keys and positions joined by points; empty for a document that is one value.
    var path: String
    /// The path, exact: keys may have points of their own, canonically equivalent keys differ, and so do the position 0
    /// of a list and the key "0".
    var key: [[UInt8]]
    var value: JSONValue

    static func all(of document: JSONValue) -> [JSONLeaf] {
        var leaves: [JSONLeaf] = []
        collect(document, [], [], into: &leaves)
        return leaves
    }

    /// The values of leaves by their keys; of a repeated key the last.
    static func byKey(_ leaves: [JSONLeaf]) -> [[[UInt8]]: JSONValue] {
        Dictionary(leaves.map { ($0.key, $0.value) }) { _, last in last }
    }

    private static func collect(
        _ value: JSONValue, _ way: [String], _ key: [[UInt8]], into leaves: inout [JSONLeaf]
    ) {
        switch value {
        case .object(let members) where !members.isEmpty:
            for member in members {
                collect(member.value, way + [member.key], key + [Array(member.key.utf8)], into: &leaves)
            }
        case .array(let items) where !items.isEmpty:
            for (index, item) in items.enumerated() {
                // no key of an object has the byte 0xFF in its UTF-8
                collect(item, way + [String(index)], key + [[0xFF] + Array(String(index).utf8)], into: &leaves)
            }
        case .null, .bool, .number, .string, .array, .object:
            leaves.append(JSONLeaf(path: way.joined(separator: "."), key: key, value: value))
        }
    }
}

extension JSONValue {
    /// A comparison with this value of one without parts.
    fileprivate func isEqual(tolerance: Double) -> (JSONValue) -> Bool {
        { other in
            switch (self, other) {
            case (.number(let one), .number(let two)):
                guard let one = Numeral.read(one, take: .last), let two = Numeral.read(two, take: .last) else {
                    return false
                }
                return one.equals(two, tolerance: tolerance)
            case (.string(let one), .string(let two)): return AnswerText.areIdentical(one, two)
            default: return self == other
            }
        }
    }
}
