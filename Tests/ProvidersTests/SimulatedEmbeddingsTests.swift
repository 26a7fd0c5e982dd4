import Chat
import CurlTransport
import Simulator
import Testing

@testable import Providers

@Suite struct SimulatedEmbeddingsTests {
    private func model(at simulation: Simulation, _ name: String = "m") throws -> any EmbeddingModel {
        let access = ProviderAccess(loop: try CurlLoop(userAgent: "nexus-tests/1"), baseURL: simulation.baseURL)
        return try Provider.simulator.embeddings(name, access: access)
    }

    @Test func `the simulator gives a text its own vector of length one, the same each time`() async throws {
        try await withSimulator("models: {m: {answer: echo}}") { simulation in
            let model = try model(at: simulation)
            let first = try await model.reply(to: EmbeddingRequest(texts: ["a b", "c"], dimensions: 4))
            let again = try await model.reply(to: EmbeddingRequest(texts: ["c", "d"], dimensions: 4))
            #expect(first.vectors.map(\.count) == [4, 4])
            #expect(first.vectors[1] == again.vectors[0])
            #expect(first.vectors[0] != first.vectors[1])
            for vector in first.vectors { #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5) }
            #expect(first.usage?.input == 3)
            #expect(simulation.log.map(\.outcome) == [.whole, .whole])
        }
    }

    @Test func `refusals of a model's script hold for its embeddings`() async throws {
        try await withSimulator("models: {m: {errors: [{kind: rate_limit, rate: 1, retry_after: 2}]}}") { simulation in
            let model = try model(at: simulation)
            let error = await #expect(throws: ChatError.self) { _ = try await model.embed(["a"]) }
            #expect(error?.kind == .rateLimited)
            #expect(error?.retryAfter == .seconds(2))
        }
    }
}
