import Chat
import Experiments

/// The samples as data of the page: JSON in blocks that the script parses when it shows them, and an index of scores to
/// sort and filter by without parsing them.
///
/// Every `<` is written as `\u003c`, so that no output can end the block it stands in.
enum SampleData {
    /// A block is closed once it is this large.
    static let blockBytes = 256 << 10

    static func write(_ contents: any RunContents, to file: ReportFile) throws {
        let summary = contents.summary
        var index = Index(summary)
        var block: [UInt8] = []
        var inBlock = 0
        func close() throws {
            guard inBlock > 0 else { return }
            try append(block, id: "samples-\(index.blocks.count)", to: file)
            index.blocks.append(inBlock)
            (block, inBlock) = ([], 0)
        }
        try contents.forEachSample { sample, trials in
            block.append(UInt8(ascii: inBlock == 0 ? "[" : ","))
            row(sample, trials, index.places, to: &block)
            inBlock += 1
            index.add(sample, trials)
            if block.count >= blockBytes { try close() }
        }
        try close()
        var bytes: [UInt8] = []
        index.write(summary, to: &bytes)
        try append(bytes, id: "index", closing: "", to: file)
    }

    private static func append(
        _ json: [UInt8], id: String, closing: StaticString = "]", to file: ReportFile
    ) throws(ReportError) {
        try file.append("<script type=\"application/json\" id=\"\(id)\">")
        try file.append(escaped(json))
        try file.append("\(closing)</script>\n")
    }

    private static func escaped(_ json: [UInt8]) -> [UInt8] {
        guard json.contains(UInt8(ascii: "<")) else { return json }
        var out: [UInt8] = []
        out.reserveCapacity(json.count + 64)
        for byte in json {
            if byte == UInt8(ascii: "<") { out += "\\u003c".utf8 } else { out.append(byte) }
        }
        return out
    }

    /// `[id, [[field, value]…], [reference…], [[variant, repeat, output, error, source, latency, first token, tokens
    /// in, tokens out, cost, [score…]]…]]`
    private static func row(
        _ sample: SampleRow, _ trials: [TrialRow], _ places: [String: Int], to out: inout [UInt8]
    ) {
        out.append(UInt8(ascii: "["))
        JSONValue.write(sample.id, to: &out)
        out += ",[".utf8
        list(sample.fields, to: &out) { field, out in
            out.append(UInt8(ascii: "["))
            JSONValue.write(field.name, to: &out)
            out.append(UInt8(ascii: ","))
            JSONValue.write(field.value, to: &out)
            out.append(UInt8(ascii: "]"))
        }
        out += "],[".utf8
        list(sample.references, to: &out) { JSONValue.write($0, to: &$1) }
        out += "],[".utf8
        list(trials, to: &out) { write($0, place: places[$0.variant] ?? -1, to: &$1) }
        out += "]]".utf8
    }

    private static func write(_ trial: TrialRow, place: Int, to out: inout [UInt8]) {
        out += "[\(place),\(trial.repeatIndex)".utf8
        for text in [trial.output, trial.error, trial.source] {
            out.append(UInt8(ascii: ","))
            if let text { JSONValue.write(text, to: &out) } else { out += "null".utf8 }
        }
        let numbers = [
            trial.latencyMilliseconds, trial.firstTokenMilliseconds, trial.inputTokens.map { Double($0) },
            trial.outputTokens.map { Double($0) }, trial.cost,
        ]
        for value in numbers {
            out.append(UInt8(ascii: ","))
            out += (NumberText.exact(value) ?? "null").utf8
        }
        out += ",[".utf8
        list(trial.scores, to: &out) { $1 += (NumberText.exact($0) ?? "null").utf8 }
        out += "]]".utf8
    }

    static func list<Item>(_ items: [Item], to out: inout [UInt8], _ write: (Item, inout [UInt8]) -> Void) {
        for (index, item) in items.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            write(item, &out)
        }
    }

    /// What sorting and filtering need of every sample.
    private struct Index {
        /// The place of each variant by its label.
        let places: [String: Int]
        /// How many samples each block holds.
        var blocks: [Int] = []
        private let measures: Int
        private var rows: [UInt8] = []

        init(_ summary: RunSummary) {
            let pairs = summary.variants.enumerated().map { ($1.label, $0) }
            places = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
            measures = summary.measures.count
        }

        /// Adds `[failed trials, [score of measure 1 by variant 1, of measure 1 by variant 2, …]]`, means over repeats.
        mutating func add(_ sample: SampleRow, _ trials: [TrialRow]) {
            var sums = [Double](repeating: 0, count: measures * places.count)
            var counts = [Int](repeating: 0, count: sums.count)
            for trial in trials {
                guard let place = places[trial.variant] else { continue }
                for (measure, score) in trial.scores.prefix(measures).enumerated() {
                    guard let score, score.isFinite else { continue }
                    sums[measure * places.count + place] += score
                    counts[measure * places.count + place] += 1
                }
            }
            if !rows.isEmpty { rows.append(UInt8(ascii: ",")) }
            rows += "[\(trials.count { $0.error != nil }),[".utf8
            for place in sums.indices {
                if place > 0 { rows.append(UInt8(ascii: ",")) }
                let mean = counts[place] > 0 ? sums[place] / Double(counts[place]) : nil
                rows += (NumberText.exact(mean.map { ($0 * 1e6).rounded() / 1e6 }) ?? "null").utf8
            }
            rows += "]]".utf8
        }

        func write(_ summary: RunSummary, to out: inout [UInt8]) {
            let head = JSONValue.object([
                "variants": .array(summary.variants.map { .string($0.label) }),
                "baseline": .number(places[summary.baseline] ?? 0),
                "measures": .array(
                    summary.measures.map {
                        .object(["id": .string($0.id), "unit": .string($0.unit), "higher": .bool($0.higherIsBetter)])
                    }),
                "blocks": .array(blocks.map { .number($0) }),
            ])
            out += head.bytes.dropLast()
            out += ",\"rows\":[".utf8
            out += rows
            out += "]}".utf8
        }
    }
}
