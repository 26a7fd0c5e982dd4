import Chat
import CurlTransport
import Gateway
import Providers
import Server
import Simulator

/// A gateway with a pipeline, in front of simulated models.
struct Stand: Sendable {
    let gateway: Gateway
    let simulation: Simulation

    /// The prompts that came upstream, once none is under way any more; ten seconds at most.
    func settled() async throws -> [RequestLog.Row] {
        for _ in 0..<1000 where simulation.log.contains(where: { $0.outcome == .open }) {
            try await Task.sleep(for: .milliseconds(10))
        }
        return simulation.log
    }
}

/// Runs `body` with the model `m`, which is the first of `upstreams` and falls back to the others.
/// - Parameters:
///   - script: the simulator's.
///   - pipeline: the stages, as nexus.yaml has them.
func withStand<Result: Sendable>(
    _ script: String, pipeline: [String: JSONValue] = ["retry": ["max_attempts": 1]], upstreams: [String] = ["m"],
    limit: ProviderLimit? = nil, _ body: (Stand) async throws -> Result
) async throws -> Result {
    try await withSimulator(script) { simulation in
        guard let provider = Provider.all.first(where: { $0.name == "sim" }) else {
            throw ChatError(.internal, "there is no simulated provider")
        }
        let price = Price(input: NanoUSD(1), output: NanoUSD(1))
        let access = ProviderAccess(
            loop: try CurlLoop(userAgent: "test"), baseURL: simulation.baseURL,
            prices: PriceTable(Dictionary(uniqueKeysWithValues: upstreams.map { ("sim/" + $0, price) })))
        let choices = try upstreams.map { name in
            Route.Choice(Upstream(try provider.model(name, access: access), name: "sim/" + name, limit: limit))
        }
        var resources = StageResources(startTask: { work in Task { await work() } })
        resources.printBody = GatewayServer.keptBody
        let stages = try PipelineStages(settings: pipeline, resources: resources)
        return try await withGateway(Pipeline(stages, around: Route(choices))) { gateway in
            try await body(Stand(gateway: gateway, simulation: simulation))
        }
    }
}
