import Chat
import CurlTransport
import Simulator

@testable import Providers

/// A client of one simulated model.
func simulated(
    _ model: String, at simulation: Simulation, key: String? = nil, maximumBodyBytes: Int = 16 << 20,
    price: @escaping @Sendable (String) -> Price? = { _ in nil }
) throws -> OpenAICompatible {
    OpenAICompatible(
        provider: "sim", model: model, baseURL: simulation.baseURL + "/", apiKey: key,
        loop: try CurlLoop(userAgent: "nexus-tests/1"), maximumBodyBytes: maximumBodyBytes, price: price)
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
