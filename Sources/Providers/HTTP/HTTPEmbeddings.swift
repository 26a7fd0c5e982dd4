import Chat
import CurlTransport

/// A dialect of embeddings as values and functions.
struct EmbeddingDialect: Sendable {
    var url: String
    var headers: [(String, String)]
    /// Most inputs that one request may hold.
    var maximumInputs: Int
    var printRequest: @Sendable (_ request: EmbeddingRequest) throws(ChatError) -> [UInt8]
    var readReply: @Sendable (_ body: [UInt8], _ count: Int) throws(ChatError) -> EmbeddingReply
    var readError: @Sendable (_ status: Int, _ body: [UInt8]) -> ChatError
}

/// A vendor's embeddings over HTTP: what all vendors' clients share. More inputs than a request may hold go in several,
/// one after another.
struct HTTPEmbeddings: EmbeddingModel {
    let name: String
    var dimensions: Int? { known.withLock { $0 } }

    private let dialect: EmbeddingDialect
    private let connection: VendorConnection
    private let cost: @Sendable (_ usage: TokenUsage, _ secondsSince1970: Double) -> NanoUSD?
    private let known = Locked<Int?>(nil)

    init(at endpoint: Endpoint, dialect: EmbeddingDialect) {
        name = endpoint.name
        self.dialect = dialect
        cost = endpoint.cost
        connection = VendorConnection(
            provider: endpoint.provider, headers: dialect.headers, loop: endpoint.access.loop,
            maximumBodyBytes: 64 << 20, readError: dialect.readError)
    }

    func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
        let asked = connection.now()
        var whole = EmbeddingReply(vectors: [], model: name)
        var tokens: Int? = 0
        var batch = request
        for start in stride(from: 0, to: request.inputs.count, by: dialect.maximumInputs) {
            batch.inputs = Array(request.inputs[start...].prefix(dialect.maximumInputs))
            let reply = try await exchange(batch)
            if let length = whole.vectors.first?.count, length != reply.vectors.first?.count {
                throw connection.named(ChatError(.invalidResponse, "the embeddings have several lengths"))
            }
            whole.vectors += reply.vectors
            whole.model = reply.model
            whole.usage = reply.usage
            tokens = tokens.flatMap { sum in reply.usage.map { min(sum + $0.input, TokenUsage.maximumCount) } }
        }
        if request.inputs.count > dialect.maximumInputs {
            whole.usage = tokens.flatMap { TokenUsage(inputFresh: $0, outputText: 0) }
        }
        whole.cost = whole.usage.flatMap { cost($0, asked) }
        if request.dimensions == nil, let length = whole.vectors.first?.count { known.withLock { $0 = length } }
        return whole
    }

    private func exchange(_ request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
        let body = try connection.naming { () throws(ChatError) in try dialect.printRequest(request) }
        let total = CallLimits().total
        let response = try await connection.send(
            body, to: dialect.url,
            limits: TransferLimits(
                firstByte: total, idle: total, total: total, bodyBytes: connection.maximumBodyBytes))
        let bytes = try await connection.collect(response.body).bytes
        return try connection.naming { () throws(ChatError) in try dialect.readReply(bytes, request.inputs.count) }
    }
}
