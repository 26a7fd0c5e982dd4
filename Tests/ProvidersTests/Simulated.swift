import Chat
import CurlTransport
import Simulator

@testable import Providers

/// A client of one simulated model.
func simulated(
    _ model: String, at simulation: Simulation, key: String? = nil, maximumBodyBytes: Int = 16 << 20,
    prices: PriceTable = PriceTable()
) throws -> any ChatModel {
    let access = ProviderAccess(
        loop: try CurlLoop(userAgent: "nexus-tests/1"), baseURL: simulation.baseURL + "/", apiKey: key, prices: prices,
        maximumBodyBytes: maximumBodyBytes)
    return try Provider.simulator.model(model, access: access)
}

/// A client of a model at a ready server, by the vendor's own base URL.
func client(
    _ provider: Provider, _ model: String, at address: String, key: String? = "nx-CANARY-0123456789",
    prices: PriceTable = .embedded
) throws -> any ChatModel {
    let loop = try CurlLoop(userAgent: "nexus-tests/1")
    return try provider.model(
        model, access: ProviderAccess(loop: loop, baseURL: address, apiKey: key, prices: prices))
}

func call(_ text: String, stream: Bool = false, limits: CallLimits = CallLimits()) -> ChatCall {
    let request = ChatRequest(model: "sim/m", messages: [Message(.user, text)], stream: stream)
    return ChatCall(request, context: CallContext(limits: limits))
}

/// The same call with a listener, and what that heard.
func listening(_ text: String, limits: CallLimits = CallLimits()) -> (call: ChatCall, heard: Locked<[Delta]>) {
    let heard = Locked<[Delta]>([])
    var listening = call(text, limits: limits)
    listening.onDelta = { delta in heard.withLock { $0.append(delta) } }
    return (listening, heard)
}
