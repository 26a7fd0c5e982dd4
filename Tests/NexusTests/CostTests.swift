import Chat
import Foundation
import Simulator
import Testing

/// What runs cost and take, before and after.
struct CostTests {
    /// Eight prompts of 6 bytes: 2 tokens each by the estimate, 16 in all.
    private static func plan(
        _ model: String, configuration: String? = nil, flags: [String] = []
    ) async throws -> (text: String, json: JSONValue) {
        try await withBinary { binary in
            var binary = binary
            binary.environment["OPENAI_API_KEY"] = "none"
            binary.environment["SIM_BASE_URL"] = "http://127.0.0.1:9/v1"
            if let configuration { try binary.write(configuration, to: "nexus.yaml") }
            try SmallSpec.write(SmallSpec.text(models: "models: [\(model)]"), to: binary)
            let text = try binary.run(["eval", "spec.yaml", "--dry-run"] + flags)
            #expect(text.status == 0, "\(text.error)")
            let json = try binary.run(["eval", "spec.yaml", "--dry-run", "--json"] + flags)
            return (text.output, try #require(json.json))
        }
    }

    @Test func `a dry run states what a run costs at most, by the table of prices`() async throws {
        let plan = try await Self.plan("{model: openai/gpt-4o-mini, max_tokens: 100}", flags: ["--repeats", "2"])
        // 16 · 2 tokens in at $0.15, 8 · 2 · 100 out at $0.60 a million.
        let dollars = 0.0009648
        #expect(plan.json["estimated_cost_usd"]?.doubleValue == dollars)
        #expect(plan.json["estimated_cost_bound"] == "at_most")
        let variant = plan.json["variants"]?.arrayValue?.first
        #expect(variant?["estimated_cost_usd"]?.doubleValue == dollars)
        #expect(variant?["estimated_input_tokens"] == 32 && variant?["max_output_tokens"] == 1600)
        #expect(
            plan.text.contains("about 32 tokens in, at most 1600 tokens out, at most about $0.0009648\n"),
            "\(plan.text)")
        #expect(
            plan.text.contains(
                "\nEstimated cost: at most about $0.0009648 (prompts at four bytes a token; retries and a cache's "
                    + "savings are not counted)\n"))
    }

    @Test func `without max_tokens it states the input's cost, and says so`() async throws {
        let plan = try await Self.plan(
            "sim/m", configuration: "prices: {sim/m: {input: 1000, output: 2000}}\n")
        #expect(plan.json["estimated_cost_usd"]?.doubleValue == 0.016)
        #expect(plan.json["estimated_cost_bound"] == "at_least")
        #expect(
            plan.text.contains("tokens out, at least about $0.016, the input alone where there is no max_tokens\n"))
    }

    @Test func `an alias costs what it leads to, and its bound counts`() async throws {
        let configuration = """
            prices: {sim/m: {input: 1, output: 2}, sim/dear: {input: 10, output: 20}}
            models: {pool: {deployments: [sim/m, sim/dear], max_tokens: 10}}
            """
        let plan = try await Self.plan("pool", configuration: configuration)
        // The dearest of the deployments: 16 in at $10, 80 out at $20 a million.
        #expect(plan.json["estimated_cost_usd"]?.doubleValue == 0.00176)
        let free = try await Self.plan("ollama/llama3.2")
        #expect(free.json["estimated_cost_usd"] == 0 && free.text.contains("tokens out, nothing to pay"))
        let unknown = try await Self.plan("sim/m")
        #expect(unknown.json["estimated_cost_usd"] == .null)
        #expect(unknown.text.contains("Estimated cost: unknown: no price is known\n"))
    }

    @Test func `a warm run's first pass is stated and counts in gates on the total`() async throws {
        try await withSimulator { simulation in
            try await withBinary { binary in
                var binary = binary
                binary.environment["SIM_BASE_URL"] = simulation.baseURL
                try binary.write("prices: {sim/m: {input: 1000, output: 1000}}\n", to: "nexus.yaml")
                let also = """
                    pipelines: [{id: x, cache: exact}]
                    cache: warm
                    gates: [{metric: cost_usd, max: 0, of: total}]
                    """
                try SmallSpec.write(SmallSpec.text(models: "models: [sim/m]", also: also), to: binary)
                let run = try binary.run("eval", "spec.yaml", "--out", "out")
                #expect(run.status == 100, "\(run.error)")
                #expect(simulation.log.count == 8)
                let rows = Table(try binary.read("out/summary.csv")).rows
                let total = rows.first { $0["metric"] == "cost_usd.total" }?["value"].flatMap { Double($0) } ?? 0
                let first = rows.first { $0["metric"] == "cost_usd.warm_up" }
                #expect(total > 0 && Double(first?["value"] ?? "") == total && first?["n"] == "8")
                #expect(run.output.contains(" filled the cache beforehand (8 answers)."), "\(run.output)")
                #expect(try binary.run("report", "latest", "--out", "out", "--verify").status == 0)
            }
        }
    }

    @Test func `a miss does not wait for the store`() async throws {
        try await withBinary { binary in
            let also = "pipelines: [{id: x, cache: exact}]\nconcurrency: 1"
            try SmallSpec.write(SmallSpec.text(models: "models: [baseline/echo]", also: also), to: binary)
            let run = try binary.run("eval", "spec.yaml", "--out", "out")
            #expect(run.status == 0, "\(run.error)")
            let rows = Table(try binary.read("out/samples.csv")).rows
            #expect(rows.allSatisfy { $0["source"] == "baseline" })
            let quickest = rows.compactMap { Double($0["latency_ms"] ?? "") }.min() ?? .infinity
            #expect(quickest < 5, "a commit is gathered for 20 ms")
            let again = try binary.run("eval", "spec.yaml", "--out", "out")
            #expect(again.status == 0)
        }
    }
}
