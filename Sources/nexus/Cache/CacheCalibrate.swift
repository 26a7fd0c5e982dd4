import ArgumentParser
import Chat
import Gateway
import Records
import Statistics

/// `nexus cache calibrate`: how often the semantic cache would find and be wrong, threshold by threshold.
struct CacheCalibrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measure hits and false hits of the semantic cache on labelled pairs.",
        discussion: """
            A file has a row a pair: {"text_a", "text_b", "label"} (JSONL; also .json, .csv, .tsv, .gz; - reads JSONL \
            from standard input), the label 1 or true where an answer to one text answers the other. The names of PAWS \
            (sentence1, sentence2) and of Quora's pairs (question1, question2, is_duplicate) do too. With 'category' \
            in the rows the false hits are counted by it.

            Hits are pairs that mean the same and are found, false hits pairs that do not and are. With the gate: \
            numbers, units, codes, quotations, negations, questions, opposites, names and word order must match too, \
            as in the cache. Intervals are at 95 %.
            """)

    @Argument(help: ArgumentHelp("Labelled pairs, a row each; - reads JSONL from standard input.", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp("provider/model that makes the vectors (default: by spelling).", valueName: "name"))
    var embedding: String?

    @Option(help: ArgumentHelp("The share of false hits that is to be kept, 0 to 1.", valueName: "rate"))
    var maxFalseHitRate = 0.01

    @OptionGroup var shared: SharedOptions

    /// The thresholds of the table.
    private static let shown = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.99]
    private static let embeddedAtOnce = 64

    func run() async throws {
        guard (0...1).contains(maxFalseHitRate) else {
            throw CommandFailure.usage("--max-false-hit-rate: found \(maxFalseHitRate); expected 0 to 1")
        }
        let pairs = try CacheCalibrate.read(file)
        let likenesses = try await likenesses(of: pairs)
        let result = CalibrationResult(
            pairs: zip(pairs, likenesses).map { CalibrationResult.Judged(pair: $0, likeness: $1) },
            embedding: embedding ?? CacheStage.standardEmbedding.name, maxFalseHitRate: maxFalseHitRate)
        if shared.json {
            Terminal.result(result.json.text)
        } else {
            for line in result.lines(thresholds: CacheCalibrate.shown) { Terminal.result(line) }
        }
    }

    struct Pair {
        var a: String
        var b: String
        var isSame: Bool
        var category: String?
    }

    private static func read(_ file: String) throws -> [Pair] {
        let reader = try RowFields.open(file)
        var pairs: [Pair] = []
        while let record = try reader.next() {
            let row = RowFields(file: reader.file, record: record)
            let labels = ["label", "is_duplicate", "same"]
            let name = labels.first { record[$0] != nil }
            guard let name else { throw row.missing(labels) }
            guard let label = try row.number(name), label == 0 || label == 1 else {
                throw row.fault("'\(name)': found \(record[name]?.text ?? "nothing"); expected 0 or 1, true or false")
            }
            pairs.append(
                Pair(
                    a: try row.text(["text_a", "sentence1", "question1"]),
                    b: try row.text(["text_b", "sentence2", "question2"]), isSame: label == 1,
                    category: record["category"]?.stringValue))
        }
        let same = pairs.count(where: \.isSame)
        guard same > 0, same < pairs.count else {
            throw CommandFailure.usage(
                "\(file): found \(same) pairs that mean the same and \(pairs.count - same) that do not; "
                    + "expected some of both")
        }
        return pairs
    }

    /// The cosine of each pair; nil where the cache would not compare its texts.
    private func likenesses(of pairs: [Pair]) async throws -> [Double?] {
        var model: any EmbeddingModel = CacheStage.standardEmbedding
        if let embedding {
            let assembly = try Assembly(settings: try shared.settings())
            do { model = try assembly.embeddings(assembly.reference(embedding)) } catch let error as ChatError {
                throw CommandFailure.usage("--embedding: \(error.message)")
            }
        }
        var likenesses: [Double?] = []
        for start in stride(from: 0, to: pairs.count, by: CacheCalibrate.embeddedAtOnce) {
            let batch = pairs[start..<min(pairs.count, start + CacheCalibrate.embeddedAtOnce)]
            do {
                likenesses += try await CacheStage.likenesses(of: batch.map { ($0.a, $0.b) }, by: model)
            } catch {
                throw CommandFailure(.internalError, "\(model.name): no vectors: \(error.message)")
            }
        }
        return likenesses
    }
}
