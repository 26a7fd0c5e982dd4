import Chat
import HTTPServing
import Hummingbird
import NIOCore
import Wire

/// `POST /v1/embeddings`, in OpenAI's dialect.
///
/// A vector is drawn from its text: the same text gives the same vector, of length 1. Latency, refusals and silence of
/// the model's script hold; faults of a chat's body do not.
extension Desk {
    /// Length of the vectors where the client names none.
    static let standardDimensions = 8
    private static let maximumDimensions = 16_384

    func embeddings(_ request: Request, _ channel: any Channel) async -> Response {
        let arrival = NIODeadline.now(), receivedAt = Visit.now()
        let connection = connections.connection(of: channel)
        let received: OpenAIEmbeddings.ReceivedRequest
        do {
            let body = try await request.body.collect(upTo: Desk.maximumBodyBytes)
            received = try OpenAIEmbeddings.readRequest([UInt8](body.readableBytesView))
        } catch {
            let words = (error as? ChatError)?.message ?? "the body is too large or was cut"
            return refuse(request, .badRequest(words), connection, channel, arrival, receivedAt)
        }
        let asked = received.request
        let texts = asked.inputs.map(Desk.text)
        let question = Visit.Question(
            model: asked.model, prompt: texts.joined(separator: "\n"), isStream: false, includesUsage: false,
            inputTokens: texts.reduce(0) { $0 + TokenPieces.count($1) }, headers: Desk.headers(request.headers),
            arrival: arrival, receivedAt: receivedAt)
        let plan = planner.plan(model: asked.model, prompt: question.prompt, isStream: false, maxTokens: nil)
        let visit = Visit(question, plan: plan, connection: connection, channel: channel, records: records)
        guard let plan else {
            visit.close(.whole, status: 404)
            return ErrorAnswer.noModel(asked.model).response
        }
        let performance = Performance(visit: visit, plan: plan)
        switch plan.fault?.fault.effect {
        case .status?, .silence?, .reset(midBody: false)?: return await performance.response()
        case .reset?, .cut?, .drip?, .body?, nil: break
        }
        guard await visit.wait(until: plan.start) == .due else { return await performance.abandon() }
        visit.close(.whole, status: 200)
        let count = min(asked.dimensions ?? Desk.standardDimensions, Desk.maximumDimensions)
        let reply = EmbeddingReply(
            vectors: texts.map { Desk.vector(of: $0, count: count) }, model: asked.model,
            usage: TokenUsage(inputFresh: visit.inputTokens, outputText: 0))
        let body = OpenAIEmbeddings.printReply(reply, model: asked.model, usesBase64: received.usesBase64)
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    private static func text(_ input: EmbeddingRequest.Input) -> String {
        switch input {
        case .text(let text): text
        case .tokens(let tokens): tokens.map(String.init).joined(separator: " ")
        }
    }

    private static func vector(of text: String, count: Int) -> [Float] {
        var draws = Draws(seed: 0, key: Draws.hash([text]), purpose: "embedding", number: 1)
        let numbers = (0..<count).map { _ in draws.uniform() - 0.5 }
        let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return numbers.map { Float(length > 0 ? $0 / length : 0) }
    }
}
