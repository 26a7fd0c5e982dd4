import Chat

/// Whether the output has a text somewhere within: the one given, or one of the references.
struct Contains: Metric {
    static let definitions = [
        MetricDefinition(
            name: "contains", summary: "whether the output contains a given text, or one of the references",
            parameters: [
                ParameterDefinition(
                    "value", .texts, "the text looked for, or several of which one is enough; else the references"),
                ParameterDefinition("ignore_case", .flag, default: false, "compares without regard to case"),
            ]
        ) { parameters throws(MetricError) in
            try Contains(parameters)
        }
    ]

    let measures: [Measure]
    private let values: [String]?
    private let ignoresCase: Bool

    private init(_ parameters: Parameters) throws(MetricError) {
        values = parameters.texts("value")
        ignoresCase = parameters.flag("ignore_case")
        if let values, values.isEmpty || values.contains("") {
            throw MetricError(
                "\(parameters.metric): 'value' is empty, which every output contains; write the text looked for",
                parameter: "value")
        }
        measures = [
            .binary(id: parameters.id, title: "contains", signature: ["case": ignoresCase ? "lc" : "mixed"])
        ]
    }

    func statistics(of segment: Segment) throws(MetricError) -> [SegmentStatistics] {
        let wanted = values ?? segment.references
        guard !wanted.isEmpty else { throw .noReference }
        let output = bytes(segment.output)
        var isFound = false
        for text in wanted where !isFound {
            guard !text.isEmpty else {
                throw MetricError("a reference of the sample is empty, which every output contains")
            }
            isFound = Self.contains(output, bytes(text))
        }
        return [SegmentStatistics([isFound ? 1 : 0, 1])]
    }

    private func bytes(_ text: String) -> [UInt8] {
        Array((ignoresCase ? PythonText.lowercased(text) : text).utf8)
    }

    /// Whether `part` stands in `whole`: Knuth, Morris and Pratt's search, linear in both.
    private static func contains(_ whole: [UInt8], _ part: [UInt8]) -> Bool {
        var borders = [Int](repeating: 0, count: part.count)
        var length = 0
        for index in part.indices.dropFirst() {
            while length > 0, part[index] != part[length] { length = borders[length - 1] }
            if part[index] == part[length] { length += 1 }
            borders[index] = length
        }
        length = 0
        for byte in whole {
            while length > 0, byte != part[length] { length = borders[length - 1] }
            if byte == part[length] { length += 1 }
            if length == part.count { return true }
        }
        return false
    }
}
