import Chat

/// Writes metrics in Prometheus' text format, version 0.0.4.
///
/// Source: Prometheus documentation, "Exposition formats".
struct PrometheusText {
    typealias Labels = [(name: String, value: String)]

    private(set) var bytes: [UInt8] = []

    /// Begins a family: its samples follow.
    mutating func family(_ name: String, _ kind: String, _ help: String) {
        bytes += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n".utf8
    }

    mutating func sample(_ name: String, _ labels: Labels, _ value: Double) {
        bytes += name.utf8
        write(labels)
        bytes += " \(PrometheusText.text(value))\n".utf8
    }

    mutating func sample(_ name: String, _ labels: Labels, _ value: Int) { sample(name, labels, Double(value)) }

    mutating func histogram(_ name: String, _ labels: Labels, _ histogram: Histogram) {
        var sum = 0
        for (index, count) in histogram.counts.enumerated() {
            sum += count
            let bound = index < histogram.bounds.count ? PrometheusText.text(histogram.bounds[index]) : "+Inf"
            sample(name + "_bucket", labels + [("le", bound)], sum)
        }
        sample(name + "_sum", labels, histogram.sum)
        sample(name + "_count", labels, sum)
    }

    private mutating func write(_ labels: Labels) {
        guard !labels.isEmpty else { return }
        for (index, label) in labels.enumerated() {
            bytes += (index == 0 ? "{" : ",").utf8
            bytes += "\(label.name)=\"".utf8
            for byte in label.value.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): bytes += "\\\\".utf8
                case UInt8(ascii: "\""): bytes += "\\\"".utf8
                case UInt8(ascii: "\n"): bytes += "\\n".utf8
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func text(_ value: Double) -> String { JSONValue.number(value).text }
}
