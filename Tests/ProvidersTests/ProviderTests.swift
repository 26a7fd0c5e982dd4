import Chat
import CurlTransport
import Simulator
import Testing

@testable import Providers

@Suite struct ProviderTests {
    @Test func `the list is sorted, without doubles`() {
        let names = Provider.all.map(\.name)
        #expect(names == ["anthropic", "deepseek", "google", "meta", "mistral", "ollama", "openai", "sim"])
        #expect(names == names.sorted())
        #expect(Provider.named("openai")?.keyVariable == "OPENAI_API_KEY")
        #expect(Provider.named("nobody") == nil)
        #expect(Provider.dialects == Provider.dialects.sorted())
        for dialect in Provider.dialects {
            // What is neither dialect nor vendor is told by a template.
            let isVendors = dialect != "http"
            #expect((Provider.speaking(dialect, name: "x", baseURL: "http://h") != nil) == isVendors)
        }
        #expect(Provider.speaking("latin", name: "x", baseURL: "http://h") == nil)
    }

    @Test func `a missing key, address or model name is told with its remedy`() throws {
        let access = ProviderAccess(loop: try CurlLoop(userAgent: "nexus-tests/1"))
        let key = #expect(throws: ChatError.self) { try Provider.openAI.model("gpt-4o-mini", access: access) }
        #expect(key?.kind == .authentication)
        #expect(key?.message == "openai: no API key; set OPENAI_API_KEY in the environment or in .env")
        let address = #expect(throws: ChatError.self) { try Provider.simulator.model("m", access: access) }
        #expect(address?.kind == .notFound)
        #expect(address?.message == "sim: no address; set SIM_BASE_URL, or base_url under providers.sim in nexus.yaml")
        let name = #expect(throws: ChatError.self) { try Provider.ollama.model("", access: access) }
        #expect(name?.kind == .invalidRequest)
        #expect(name?.message == "ollama: a model's name is missing after 'ollama/'")
    }

    @Test func `what is described shows no key`() throws {
        let access = ProviderAccess(
            loop: try CurlLoop(userAgent: "nexus-tests/1"), baseURL: "http://h", apiKey: "nx-CANARY-0123456789")
        #expect("\(access)" == "ProviderAccess(baseURL: http://h, apiKey: [key])")
        #expect(!String(reflecting: access).contains("CANARY"))
    }

    @Test func `a provider's model answers at the address that was given`() async throws {
        try await withSimulator { simulation in
            let loop = try CurlLoop(userAgent: "nexus-tests/1")
            let price = Price(input: NanoUSD(1), output: NanoUSD(1))
            for (provider, name) in [
                (Provider.openAI, "openai/m"), (.simulator, "sim/m"),
                (.compatible(name: "local", baseURL: simulation.baseURL), "local/m"),
            ] {
                let access = ProviderAccess(
                    loop: loop, baseURL: simulation.baseURL, apiKey: "k", prices: PriceTable([name: price]))
                let reply = try await provider.model("m", access: access).reply(to: call("hello"))
                #expect(reply.text.contains("hello"))
                #expect(reply.cost != nil)
            }
        }
    }

    @Test(arguments: [
        (TransportError.couldNotResolve(host: "h"), ChatError.Kind.unreachable),
        (.couldNotConnect(host: "h", reason: "r"), .unreachable),
        (.tls(host: "h", reason: "r"), .unreachable),
        (.timedOut(phase: .connect, host: "h", after: .seconds(1)), .unreachable),
        (.timedOut(phase: .firstByte, host: "h", after: .seconds(1)), .timeout),
        (.timedOut(phase: .idle, host: "h", after: .seconds(1)), .timeout),
        (.timedOut(phase: .total, host: "h", after: .seconds(1)), .timeout), (.reset(host: "h"), .cut),
        (.truncated(host: "h", received: 5), .cut),
        (.tooLarge(part: .body, limit: 5), .invalidResponse),
        (.protocolViolation(host: "h", reason: "r"), .invalidResponse),
        (.invalidRequest("x"), .invalidRequest), (.cancelled, .cancelled), (.shutDown, .cancelled),
        (.outOfResources("memory"), .internal),
    ]) func `each failure of the transport is its kind of error`(failure: TransportError, kind: ChatError.Kind) {
        #expect(ChatError(failure).kind == kind)
        #expect(ChatError(failure).message == failure.description)
    }

    @Test func `slashes at the end of an address do not count`() {
        #expect("http://h/v1//".trimmingSlashes == "http://h/v1")
        #expect("".trimmingSlashes == "")
    }
}
