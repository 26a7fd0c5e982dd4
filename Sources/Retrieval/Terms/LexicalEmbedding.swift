public import Chat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The embedded way to turn texts into vectors: hashed character n-grams, the rare ones weighing more.
///
/// It sees spelling and not meaning: "big" and "large" have nothing in common. Texts count in lower case, with runs of
/// white space as one space; all n-grams of 3 to 5 Unicode scalars fall into 8,192 places by a hash, half of them with
/// the opposite sign, so that collisions cancel on average. A place weighs ln(1 + |count|) times its inverse document
/// frequency in a corpus.
///
/// Source: Kilian Weinberger and others, *Feature hashing for large scale multitask learning*, 2009; Karen Spärck
/// Jones, *A statistical interpretation of term specificity and its application in retrieval*, 1972.
public struct LexicalEmbedding: EmbeddingModel {
    public static let places = 8192

    /// With a digest of the corpus: vectors weighed by two corpora are not comparable.
    public let name: String
    public var dimensions: Int? { LexicalEmbedding.places }
    /// Inverse document frequency of each place, ln((1 + texts) / (1 + texts with it)) + 1.
    private let weights: [Float]

    /// - Parameter corpus: the texts whose n-grams are counted as common; without any all weigh the same. Linear in its
    ///   size.
    public init(corpus: some Sequence<String>) {
        var (texts, holding) = (0, [Int](repeating: 0, count: LexicalEmbedding.places))
        for text in corpus {
            texts += 1
            var seen = Set<Int>()
            LexicalEmbedding.forEachGram(of: text) { place, _ in
                if seen.insert(place).inserted { holding[place] += 1 }
            }
        }
        weights = holding.map { Float(log(Double(1 + texts) / Double(1 + $0)) + 1) }
        var digest: UInt32 = 0x811c_9dc5
        for count in holding { digest = (digest ^ UInt32(truncatingIfNeeded: count)) &* 0x0100_0193 }
        name = "embedded/lexical-\(LexicalEmbedding.places)-" + String(digest, radix: 16)
    }

    /// One vector a text; of a text without an n-gram all zeros.
    /// - Throws: `ChatError.invalidRequest` for another length of vectors, and for inputs that are no text.
    public func reply(to request: EmbeddingRequest) async throws(ChatError) -> EmbeddingReply {
        guard request.dimensions ?? LexicalEmbedding.places == LexicalEmbedding.places else {
            throw ChatError(.invalidRequest, "dimensions: the embedded model has \(LexicalEmbedding.places) alone")
        }
        var vectors: [[Float]] = []
        for input in request.inputs {
            guard case .text(let text) = input else {
                throw ChatError(.invalidRequest, "input: the embedded model takes texts, not tokens")
            }
            vectors.append(vector(of: text))
        }
        return EmbeddingReply(vectors: vectors, model: name, cost: .zero)
    }

    func vector(of text: String) -> [Float] {
        var counts = [Float](repeating: 0, count: LexicalEmbedding.places)
        LexicalEmbedding.forEachGram(of: text) { place, sign in counts[place] += sign }
        for place in counts.indices where counts[place] != 0 {
            let size = log(1 + abs(counts[place])) * weights[place]
            counts[place] = counts[place] < 0 ? -size : size
        }
        return counts
    }

    /// Hands over the place and the sign of every n-gram.
    private static func forEachGram(of text: String, _ body: (_ place: Int, _ sign: Float) -> Void) {
        CharacterGrams.forEach(of: text) { hash in body(Int(hash >> 51), hash & 1 == 0 ? 1 : -1) }
    }
}
