import Chat

/// What is searched of a collection: its chunks by their words (BM25), by their vectors, or by both.
///
/// A value: a copy is a snapshot that can be searched while another is added to. Texts and vectors of the chunks stay
/// in memory.
///
/// ```swift
/// var index = KnowledgeIndex(language: .english)
/// for chunk in Chunker().chunks(of: text) { index.add(IndexedChunk(documentID: "a", chunk: chunk)) }
/// index.prepare()
/// let passages = index.search(SearchQuery(text: "Who wrote it?", topK: 5))
/// ```
public struct KnowledgeIndex: Sendable {
    /// How chunks become vectors.
    public enum Space: Sendable, Hashable {
        /// The embedded default: character n-grams, without a model.
        case grams
        /// Vectors that an `EmbeddingModel` gave, handed over with each chunk and each query.
        case vectors(dimensions: Int, precision: VectorIndex.Precision)
    }

    public let space: Space
    public let analyzer: Analyzer
    /// Chunks by their number in the indices; nil where one was removed.
    private var chunks: [IndexedChunk?] = []
    private var entriesByDocument: [ScalarText: [Int]] = [:]
    /// The number of each chunk's document, and how many documents ever were.
    private var documentNumbers: [Int] = []
    private var documents = 0
    private var words: BM25Index
    private var grams = GramIndex()
    private var vectors: VectorIndex?

    public init(
        language: Language, space: Space = .grams, parameters: BM25Index.Parameters = BM25Index.Parameters()
    ) {
        self.space = space
        analyzer = Analyzer(language: language)
        words = BM25Index(parameters: parameters)
        if case .vectors(let dimensions, let precision) = space {
            vectors = VectorIndex(dimensions: dimensions, precision: precision)
        }
    }

    public var chunkCount: Int { words.count }
    public var documentCount: Int { entriesByDocument.count }

    /// Adds a chunk.
    /// - Parameter vector: `[dimensions]` of its `searchedText`, where the space is one of vectors; without it the
    ///   chunk is found by its words alone.
    public mutating func add(_ chunk: IndexedChunk, vector: [Float] = []) {
        let text = chunk.searchedText
        let entry = words.add(analyzer.terms(of: text))
        switch space {
        case .grams: grams.add(text)
        case .vectors: vectors?.add(vector)
        }
        chunks.append(chunk)
        let document = ScalarText(chunk.documentID)
        if let first = entriesByDocument[document]?.first {
            documentNumbers.append(documentNumbers[first])
        } else {
            documentNumbers.append(documents)
            documents += 1
        }
        entriesByDocument[document, default: []].append(entry)
    }

    /// Removes all chunks of a document.
    /// - Returns: how many there were.
    @discardableResult
    public mutating func remove(documentID: String) -> Int {
        let entries = entriesByDocument.removeValue(forKey: ScalarText(documentID)) ?? []
        for entry in entries {
            guard let chunk = chunks[entry] else { continue }
            let text = chunk.searchedText
            words.remove(entry, terms: analyzer.terms(of: text))
            switch space {
            case .grams: grams.remove(entry, text: text)
            case .vectors: vectors?.remove(entry)
            }
            chunks[entry] = nil
        }
        return entries.count
    }

    /// Brings weights up to date after chunks came or went, so that searches need not.
    public mutating func prepare() {
        words.prepare()
        grams.prepare()
    }

    /// The best passages, best first; equals in the order in which they were added.
    public func search(_ query: SearchQuery) -> [Passage] {
        let isWanted = wanted(by: query.filter)
        if query.mode == .vector, let vectors { return passages(nearest(query, vectors, where: isWanted)) }
        let lexical = query.mode == .vector ? [] : lexicalScores(query)
        let vector = query.mode == .lexical ? [] : vectorScores(query)
        let scores =
            switch query.mode {
            case .lexical: lexical
            case .vector: vector
            case .hybrid: query.fusion.scores(lexical: lexical, vector: vector, where: isWanted)
            }
        // Found is what one of the rankings found, however low it stands in the fused one.
        let isFound = { (entry: Int) in
            (entry < lexical.count && lexical[entry] > 0 || entry < vector.count && vector[entry] > 0)
                && isWanted?(entry) ?? true
        }
        let hits =
            query.isOnePerDocument
            ? bestByDocument(scores, query.topK, where: isFound)
            : TopHits.best(query.topK, of: scores) { entry, _ in isFound(entry) }
        return passages(hits)
    }

    private func passages(_ hits: [Hit]) -> [Passage] {
        hits.compactMap { hit in chunks[hit.entry].map { Passage(source: $0, score: hit.score) } }
    }

    /// By vectors alone, without computing every likeness in full; of one passage a document, as many more are looked
    /// for as there are others of the same documents.
    private func nearest(_ query: SearchQuery, _ vectors: VectorIndex, where isWanted: ((Int) -> Bool)?) -> [Hit] {
        var asked = query.isOnePerDocument ? 4 * max(0, min(query.topK, vectors.capacity)) : query.topK
        while true {
            let hits = vectors.search(query.vector, top: asked, where: isWanted).filter { $0.score > 0 }
            var seen: Set<Int> = []
            let found =
                query.isOnePerDocument ? hits.filter { seen.insert(documentNumbers[$0.entry]).inserted } : hits
            if found.count >= query.topK || hits.count < asked || asked == 0 {
                return Array(found.prefix(max(0, query.topK)))
            }
            asked *= 4
        }
    }

    /// Which entries may be found; nil where all may.
    private func wanted(by filter: MetadataFilter?) -> ((_ entry: Int) -> Bool)? {
        if let filter { return { entry in chunks[entry].map { filter.passes($0.metadata) } ?? false } }
        return chunkCount < chunks.count ? { entry in chunks[entry] != nil } : nil
    }

    private func lexicalScores(_ query: SearchQuery) -> [Float] {
        words.scores(of: analyzer.queryTerms(of: query.text))
    }

    private func vectorScores(_ query: SearchQuery) -> [Float] {
        switch space {
        case .grams: grams.scores(of: query.text)
        case .vectors: vectors?.scores(of: query.vector) ?? []
        }
    }

    private func bestByDocument(_ scores: [Float], _ k: Int, where isFound: (Int) -> Bool) -> [Hit] {
        var best: [Hit?] = Array(repeating: nil, count: documents)
        for (entry, score) in scores.enumerated() where isFound(entry) {
            let document = documentNumbers[entry]
            if score > best[document]?.score ?? -.infinity { best[document] = Hit(entry: entry, score: score) }
        }
        var top = TopHits(k)
        for hit in best { if let hit { top.offer(hit) } }
        return top.ranked
    }
}
