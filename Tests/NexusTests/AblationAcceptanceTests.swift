import Foundation
import Testing

/// What stages are worth on public questions, from the documents to the report.
@Suite(.enabled(if: Checkout.hasData, "no public data: set NEXUS_DATA_DIR or put shared/data beside the checkout"))
struct AblationAcceptanceTests {
    @Test(.timeLimit(.minutes(5)))
    func `XQuAD's questions tell what retrieval, cache and guardrails change, in one report`() async throws {
        try await withBinary { binary in
            let data = Checkout.data.appending(path: "xquad_en")
            let added = try binary.run(
                "kb", "add", "--collection", "xquad", data.appending(path: "documents.jsonl").path)
            #expect(added.status == 0, "\(added.error)")
            try binary.write(
                """
                name: xquad
                dataset: {path: \(data.path)/questions.jsonl, fields: {id: id, references: answers}, limit: 60, sample: random}
                prompts: ["{{question}}"]
                models: [{id: qa, model: baseline/extractive-qa}]
                pipelines:
                  - {id: full, cache: exact, retrieval: {collection: xquad, top_k: 3}, guardrails: {input: [injection, pii], output: [pii]}, fallback: on}
                  - {ablate: [cache, retrieval, guardrails], from: full}
                metrics: [token_f1, exact_match]
                compare: {cluster: document_id, resamples: 500}
                cache: both
                """, to: "xquad.yaml")
            let outcome = try binary.run("eval", "xquad.yaml", "--quiet", "--out", "out")
            #expect(outcome.status == 0, "\(outcome.error)")

            let effects = Table(try binary.read("out/ablation.csv")).rows
            func effect(_ stage: String, _ metric: String, _ cache: String) throws -> [String: String] {
                try #require(
                    effects.first { $0["stages"] == stage && $0["metric"] == metric && $0["cache"] == cache },
                    "\(stage), \(metric), \(cache)")
            }
            let found = try effect("retrieval", "token_f1", "cold")
            // 0.316 [0.258, 0.375] over 200 of the questions, 0.178 [0.085, 0.270] over these.
            #expect((Double(found["ci_low"] ?? "") ?? 0) > 0.05 && (Double(found["difference"] ?? "") ?? 1) < 0.45)
            #expect(found["significant"] == "true" && found["n"] == "60")
            for (stage, metric) in [("cache", "token_f1"), ("guardrails", "token_f1")] {
                #expect(try effect(stage, metric, "cold")["difference"] == "0", "\(stage) changes no answer")
            }
            let warm = try effect("cache", "latency_ms", "warm")
            #expect((Double(warm["ci_high"] ?? "") ?? 0) < 0, "a warm cache saves time")
            for row in effects { #expect(row["ci_low"]?.isEmpty == false || row["metric"] == "cost_usd", "\(row)") }

            let summary = Table(try binary.read("out/summary.csv")).rows
            func value(_ metric: String, _ variant: String) -> Double? {
                summary.first { $0["metric"] == metric && $0["variant"] == variant }?["value"].flatMap(Double.init)
            }
            #expect(value("cache_hit_rate", "full") == 0 && value("cache_hit_rate", "full-warm") == 1)
            let error = try #require(value("ece.token_f1", "full"))
            #expect(error > 0 && error < 1)
            #expect(try binary.read("out/charts/reliability-1.tsv").contains("score\tci_low\tci_high\tanswers"))
            #expect(try binary.read("out/report.html").contains("<h2 id=\"confidence-title\">Confidence</h2>"))
        }
    }
}
