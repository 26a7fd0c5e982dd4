import Chat
import Foundation
import Simulator
import Testing

/// Aliases with fallbacks and deployments, and providers with limits, as `nexus.yaml` writes them.
struct RoutingTests {
    private static let script = "models: {good: {}, bad: {errors: [{kind: 500, rate: 1}]}}"

    private static func withConfiguration(
        _ models: String, pipeline: String = "", provider: String = "", script: String = script,
        _ body: (Binary, Simulation) throws -> Void
    ) async throws {
        try await withSimulator(script) { simulation in
            try await withBinary { binary in
                try binary.write(
                    """
                    providers: {local: {dialect: openai, base_url: "\(simulation.baseURL)"\(provider)}}
                    models: {\(models)}
                    pipeline: {retry: {max_attempts: 2}\(pipeline)}
                    """, to: "nexus.yaml")
                try body(binary, simulation)
            }
        }
    }

    @Test(.timeLimit(.minutes(2))) func `a model that fails is retried, then its fallback answers and is named`()
        async throws
    {
        let models = "smart: {model: local/bad, fallback: [quick]}, quick: {model: local/good, temperature: 0}"
        try await Self.withConfiguration(models) { binary, simulation in
            let outcome = try binary.run("ask", "hello", "--model", "smart")
            #expect(outcome.status == 0 && outcome.output == "hello\n", "\(outcome.error)")
            #expect(
                outcome.lastErrorLine.hasPrefix("warning: local/bad failed (upstream_failure: local: ")
                    && outcome.lastErrorLine.hasSuffix("; local/good answered"), "\(outcome.error)")
            #expect(simulation.log.map(\.model) == ["bad", "bad", "good"])
            let reply = try #require(try binary.run("ask", "hello", "--model", "smart", "--json").json)
            #expect(reply["model"] == "good" && reply["source"] == "llm")
        }
    }

    @Test(.timeLimit(.minutes(2))) func `deployments share an eval's calls, and one that fails is left`() async throws {
        let models = "pool: {deployments: [{model: local/bad}, {model: local/good, weight: 3}]}"
        try await Self.withConfiguration(models) { binary, simulation in
            try SmallSpec.write(SmallSpec.text(models: "models: [pool]"), to: binary)
            let run = try binary.run("eval", "spec.yaml", "--out", "out")
            #expect(run.status == 0, "\(run.error)")
            let rows = Table(try binary.read("out/samples.csv")).rows
            #expect(rows.count == 8 && rows.allSatisfy { $0["error"] == "" })
            #expect(simulation.log.count { $0.model == "good" } == 8)
            #expect((1...3).contains(simulation.log.count { $0.model == "bad" }))
        }
    }

    @Test(.timeLimit(.minutes(2))) func `an eval waits for its provider's limit and is never refused`() async throws {
        let provider = ", max_concurrency: 2, queue: 0"
        try await Self.withConfiguration(
            "m: local/good", provider: provider, script: "models: {good: {latency_ms: 30}}"
        ) { binary, simulation in
            try SmallSpec.write(SmallSpec.text(models: "models: [m]", also: "concurrency: 8"), to: binary)
            let run = try binary.run("eval", "spec.yaml", "--out", "out")
            #expect(run.status == 0, "\(run.error)")
            #expect(simulation.log.count == 8)
        }
    }

    /// What stands in `models`, and the last line on standard error.
    static let broken: [(String, String)] = [
        (
            "a: {model: local/x, falback: [b]}",
            "nexus.yaml:2:30: models.a: unknown key 'falback'; did you mean 'fallback'?"
        ),
        ("a: b, b: a", "nexus.yaml:2:19: models.b: the alias 'b' stands for itself"),
        (
            "a: {deployments: [{model: local/x, weight: 0}]}",
            "nexus.yaml:2:53: models.a.deployments[0].weight: found '0'; expected a whole number from 1 to 1000"
        ),
        (
            "a: {deployments: [local/x], strategy: weigthed}",
            "nexus.yaml:2:48: models.a.strategy: found 'weigthed'; expected one of weighted, least_busy, "
                + "lowest_latency; did you mean 'weighted'?"
        ),
        (
            "a: {model: local/x, strategy: weighted}",
            "nexus.yaml:2:40: models.a.strategy: found 'strategy' without 'deployments', which it is for"
        ),
        (
            "a: {fallback: [local/x]}",
            "nexus.yaml:2:13: models.a: the key 'model' is missing; write model: provider/model, or deployments: "
                + "[{model: …}, …]"
        ),
    ]

    @Test(arguments: broken) func `a route with a fault is refused with its place`(models: String, message: String)
        async throws
    {
        try await Self.withConfiguration(models) { binary, _ in
            let outcome = try binary.run("ask", "hi", "--model", "baseline/echo")
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine == message)
        }
    }
}
