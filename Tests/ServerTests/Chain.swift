import Chat
import CurlTransport
import Providers

/// A vendor's model at the far end: keeps the calls it gets and gives one reply, in its own pieces or those told.
final class FarModel: ChatModel {
    let calls = Locked<[ChatCall]>([])
    private let answer: ChatReply
    private let deltas: [Delta]?

    init(_ answer: ChatReply, deltas: [Delta]? = nil) {
        self.answer = answer
        self.deltas = deltas
    }

    /// The last request as it came there.
    var request: ChatRequest? { calls.withLock { $0.last?.request } }

    /// The body of the last request.
    var body: String { String(decoding: request?.wireBody?.bytes ?? [], as: UTF8.self) }

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        calls.withLock { $0.append(call) }
        for delta in deltas ?? answer.pieces.map({ Delta($0, receivedAt: .now) }) { try await call.onDelta?(delta) }
        return answer
    }
}

/// Two gateways one behind the other, on real sockets: the first has a vendor's client that asks the second, which
/// speaks to it as that vendor does. So every request goes through a dialect's printing and reading, and every answer
/// back.
func withChain<Result: Sendable>(
    _ dialect: WireBody.Dialect, to model: any ChatModel, _ body: (Gateway) async throws -> Result
) async throws -> Result {
    try await withGateway(model) { far in
        let address = "http://127.0.0.1:\(far.port)"
        let isAnthropic = dialect == .anthropicMessages
        let provider = isAnthropic
            ? Provider.speaking("anthropic", name: "far", baseURL: address)
            : Provider.compatible(name: "far", baseURL: address + "/v1")
        guard let provider else { throw ChatError(.internal, "no such dialect") }
        let near = try provider.model("m", access: ProviderAccess(loop: far.loop, apiKey: "a-key-of-ours"))
        return try await withGateway(near, body)
    }
}
