/// Whatever turns texts into vectors.
public protocol EmbeddingModel: Sendable {
    /// The model's full name, stored beside every vector: vectors of two models are never compared.
    var name: String { get }

    /// Length of the vectors, or nil until the model was asked once.
    var dimensions: Int? { get }

    /// One vector `[dimensions]` a text, in the order of the texts.
    func embed(_ texts: [String]) async throws(ChatError) -> [[Float]]
}
