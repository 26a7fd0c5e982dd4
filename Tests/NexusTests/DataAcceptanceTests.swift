import Chat
import Foundation
import Testing

/// Whole runs over the public data beside the checkout.
@Suite(.enabled(if: Checkout.hasData, "no public data: set NEXUS_DATA_DIR or put shared/data beside the checkout"))
struct DataAcceptanceTests {
    @Test func `gsm8k is graded as its authors graded it`() async throws {
        try await withBinary { binary in
            let data = Checkout.data.appending(path: "gsm8k")
            try binary.write(
                """
                name: gsm8k
                dataset: {path: \(data.path)/problems.jsonl, fields: {id: id, references: answer}}
                models:
                  - {id: finetuned, recorded: \(data.path)/outputs/6b_finetuning.jsonl}
                  - {id: verified, recorded: \(data.path)/outputs/175b_verification.jsonl}
                metrics:
                  - {numeric: {extract: 'A:\\s*(-?[\\d.,]+)'}}
                """, to: "gsm8k.yaml")
            let outcome = try binary.run("eval", "gsm8k.yaml", "--json", "--quiet", "--out", "out")
            #expect(outcome.status == 0, "\(outcome.error)")

            var labels: [String: Bool] = [:]
            for (variant, model) in [("finetuned", "6b_finetuning"), ("verified", "175b_verification")] {
                let lines = try String(contentsOf: data.appending(path: "labels/\(model).jsonl"), encoding: .utf8)
                for line in lines.split(separator: "\n") {
                    let row = try JSONValue.parse(String(line))
                    labels["\(row["id"]?.stringValue ?? "")/\(variant)"] = row["is_correct"]?.boolValue
                }
            }
            let table = Table(try binary.read("out/samples.csv"))
            #expect(table.rows.count == 2638)
            for row in table.rows {
                let key = "\(row["sample_id"] ?? "")/\(row["variant"] ?? "")"
                #expect(row["numeric"] == (labels[key] == true ? "1" : "0"), "\(key)")
            }

            let summary = Table(try binary.read("out/summary.csv")).rows.filter { $0["metric"] == "numeric" }
            let shares = Dictionary(
                uniqueKeysWithValues: summary.map { ($0["variant"] ?? "", Double($0["value"] ?? "") ?? 0) })
            #expect(abs((shares["finetuned"] ?? 0) - 286.0 / 1319) < 1e-12)
            #expect(abs((shares["verified"] ?? 0) - 742.0 / 1319) < 1e-12)
            let comparison = try #require(Table(try binary.read("out/comparisons.csv")).rows.first)
            #expect(comparison["test"] == "mcnemar-mid-p")
            #expect(comparison["significant"] == "true")
        }
    }

    /// Corpus BLEU by sacrebleu 2.6.0 (13a, exp) on these files, to be equalled to 1e-9.
    static let bleu: [String: Double] = [
        "Facebook-AI": 30.15257193949624,
        "HuaweiTSC": 30.419677867462106,
        "Nemo": 28.16498089306183,
        "Online-W": 30.209718793132925,
        "UEdin": 27.485591835050734,
        "VolcTrans-AT": 30.08323624119171,
        "VolcTrans-GLAT": 30.196780684599368,
        "eTranslation": 28.264040211096194,
        "metricsystem1": 29.84735553583514,
        "metricsystem2": 27.59186013769393,
        "metricsystem3": 27.462141504821616,
        "metricsystem4": 28.967413091740653,
        "metricsystem5": 28.692243934203887,
    ]

    @Test func `the translations get sacrebleu's corpus BLEU and every pair is tested with Holm`() async throws {
        try await withBinary { binary in
            let data = Checkout.data.appending(path: "ted_ende")
            let files = try FileManager.default.contentsOfDirectory(atPath: data.appending(path: "outputs").path)
                .sorted()
            let models = files.map { "  - {id: \($0.dropLast(6)), recorded: \(data.path)/outputs/\($0)}" }
            try binary.write(
                """
                name: ted
                dataset: {path: \(data.path)/segments.jsonl}
                models:
                \(models.joined(separator: "\n"))
                metrics: [bleu]
                # The debug binary under test resamples a hundred times slower than the released one.
                compare: {pairs: all, resamples: 500}
                """, to: "ted.yaml")
            let outcome = try binary.run("eval", "ted.yaml", "--quiet", "--out", "out")
            #expect(outcome.status == 0, "\(outcome.error)")
            let summary = Table(try binary.read("out/summary.csv")).rows.filter { $0["metric"] == "bleu" }
            #expect(summary.count == 13)
            for row in summary {
                let expected = try #require(DataAcceptanceTests.bleu[row["variant"] ?? ""])
                #expect(abs((Double(row["value"] ?? "") ?? 0) - expected) < 1e-9, "\(row["variant"] ?? "")")
            }
            let comparisons = Table(try binary.read("out/comparisons.csv")).rows
            #expect(comparisons.count == 78)
            #expect(
                comparisons.allSatisfy { $0["correction"] == "holm" && $0["test"] == "paired-ar" && $0["n"] == "529" })
            #expect(
                comparisons.allSatisfy { (Double($0["p_adjusted"] ?? "") ?? -1) >= (Double($0["p_value"] ?? "") ?? 2) })
        }
    }
}
