public import Chat
import CurlTransport
import Wire

/// OpenAI's fine-tuning API, or a host that speaks it: takes in a data set, trains a model on it, tells how that does.
///
///     let tuning = OpenAIFineTuning(provider: "openai", access: access)
///     let file = try await tuning.upload(bytes, named: "set.jsonl")
///     let training = try await tuning.begin(model: "gpt-4o-mini-2024-07-18", file: file)
///
/// Source: OpenAI, API reference, *Files* and *Fine-tuning*, platform.openai.com/docs/api-reference.
public struct OpenAIFineTuning: Sendable {
    /// How a training does.
    public struct Status: Sendable, Hashable {
        /// `validating_files`, `queued`, `running`, `paused`, `succeeded`, `failed` or `cancelled`.
        public var word: String
        /// The model that came of it; nil until it is there.
        public var trainedModel: String?
        /// Why it failed; nil where nothing was said.
        public var failure: String?
    }

    private let endpoint: Endpoint
    private let connection: VendorConnection

    /// - Parameter provider: what it is called, for messages.
    public init(provider: String, access: ProviderAccess) {
        let address = access.baseURL ?? Provider.openAI.defaultBaseURL ?? ""
        let endpoint = Endpoint(provider: provider, model: "", baseURL: address.trimmingSlashes, access: access)
        self.endpoint = endpoint
        connection = VendorConnection(
            provider: provider, headers: [], loop: access.loop, maximumBodyBytes: 1 << 20,
            readError: { OpenAIChat.readError(status: $0, body: $1, secrets: endpoint.secrets) })
    }

    /// Takes in a data set, JSONL in OpenAI's chat format.
    /// - Returns: the file's id.
    /// - Throws: what the host answers; `.invalidResponse` where that has no id.
    public func upload(_ bytes: [UInt8], named name: String) async throws(ChatError) -> String {
        // A boundary that stands nowhere in the data: JSONL has no line that begins so.
        let bits = [UInt64.random(in: 0...(.max)), .random(in: 0...(.max))]
        let boundary = "nexus-" + bits.map(TraceIdentity.text).joined()
        var body = OpenAIFineTuning.part("name=\"purpose\"", boundary) + Array("fine-tune\r\n".utf8)
        let file = "name=\"file\"; filename=\"\(OpenAIFineTuning.plain(name))\"\r\nContent-Type: application/jsonl"
        body += OpenAIFineTuning.part(file, boundary) + bytes + Array("\r\n--\(boundary)--\r\n".utf8)
        let type = ("Content-Type", "multipart/form-data; boundary=\(boundary)")
        return try await id(of: exchange("POST", "files", body, [type] + authorization, total: .seconds(600)))
    }

    /// Begins to train a model on a file that was taken in.
    /// - Returns: the training's id.
    public func begin(model: String, file: String) async throws(ChatError) -> String {
        let body: JSONValue = ["training_file": .string(file), "model": .string(model)]
        return try await id(of: exchange("POST", "fine_tuning/jobs", body.bytes, endpoint.bearerHeaders))
    }

    /// How a training does.
    public func status(of training: String) async throws(ChatError) -> Status {
        let path = "fine_tuning/jobs/\(OpenAIFineTuning.plain(training))"
        let answer = try await exchange("GET", path, [], authorization)
        guard let word = answer["status"]?.stringValue else {
            throw connection.named(ChatError(.invalidResponse, "the training's answer has no status"))
        }
        return Status(
            word: word, trainedModel: answer["fine_tuned_model"]?.stringValue,
            failure: answer["error"]?["message"]?.stringValue.map { endpoint.secrets.removed(from: $0) })
    }

    private var authorization: [(String, String)] { endpoint.bearerHeaders.filter { $0.0 != "Content-Type" } }

    private static func part(_ disposition: String, _ boundary: String) -> [UInt8] {
        Array("--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8)
    }

    /// A name without what could end it, in a header or an address.
    private static func plain(_ name: String) -> String {
        String(name.unicodeScalars.filter { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains(scalar))
        }.map(Character.init))
    }

    private func exchange(
        _ method: String, _ path: String, _ body: [UInt8], _ headers: [(String, String)],
        total: Duration = .seconds(60)
    ) async throws(ChatError) -> JSONValue {
        let response = try await connection.send(
            body, to: endpoint.baseURL + "/" + path,
            limits: TransferLimits(
                firstByte: total, idle: total, total: total, bodyBytes: connection.maximumBodyBytes),
            method: method, headers: headers)
        let (bytes, _) = try await connection.collect(response.body)
        guard let answer = try? JSONValue.parse(bytes) else {
            throw connection.named(ChatError(.invalidResponse, "the answer is no JSON"))
        }
        return answer
    }

    private func id(of answer: JSONValue) throws(ChatError) -> String {
        guard let id = answer["id"]?.stringValue, !id.isEmpty else {
            throw connection.named(ChatError(.invalidResponse, "the answer has no id"))
        }
        return id
    }
}
