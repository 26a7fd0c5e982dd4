import Chat
import Wire

extension Provider {
    /// Google's Gemini API.
    static let google = Provider(
        name: "google", defaultBaseURL: "https://generativelanguage.googleapis.com", keyVariable: "GEMINI_API_KEY",
        baseURLVariable: "GOOGLE_GEMINI_BASE_URL", needsKey: true,
        embeddings: { $0.geminiEmbeddings },
        connect: { $0.geminiChat })
}

extension Endpoint {
    fileprivate var geminiChat: any ChatModel {
        let (model, secrets) = (model, secrets)
        let root = modelURL
        let dialect = Dialect(
            url: { stream in stream ? root + ":streamGenerateContent?alt=sse" : root + ":generateContent" },
            headers: headers("x-goog-api-key"),
            printRequest: { request, _ throws(ChatError) in try Gemini.printRequest(request, model: model) },
            readReply: { body throws(ChatError) in try Gemini.readReply(body, model: model, secrets: secrets) },
            readError: { Gemini.readError(status: $0, body: $1, secrets: secrets) },
            openStream: { ChatStream.gemini(model: model, secrets: secrets) },
            streamIsNoJSON: true)
        return HTTPChat(at: self, dialect: dialect)
    }

    fileprivate var geminiEmbeddings: any EmbeddingModel {
        let (model, secrets) = (model, secrets)
        let dialect = EmbeddingDialect(
            url: modelURL + ":batchEmbedContents", headers: headers("x-goog-api-key"), maximumInputs: 100,
            printRequest: { request throws(ChatError) in try Gemini.printEmbeddings(request, model: model) },
            readReply: { body, count throws(ChatError) in
                try Gemini.readEmbeddings(body, count: count, model: model, secrets: secrets)
            },
            readError: { Gemini.readError(status: $0, body: $1, secrets: secrets) })
        return HTTPEmbeddings(at: self, dialect: dialect)
    }

    /// The model's own address; what could change the path or begin a query is percent-encoded.
    private var modelURL: String {
        let name = model.hasPrefix("models/") ? String(model.dropFirst(7)) : model
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        let encoded = name.utf8.flatMap { byte -> [UInt8] in
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            if isPlain || "-_.~".unicodeScalars.contains(scalar) { return [byte] }
            return [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
        }
        return url(version: "v1beta", "models/" + String(decoding: encoded, as: UTF8.self))
    }
}
