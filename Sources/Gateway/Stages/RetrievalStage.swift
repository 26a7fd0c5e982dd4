public import Chat
import Guardrails
import Retrieval
import Store

/// Puts passages of a collection before the question, as a block of data that no passage can leave.
///
/// The question is the last message of the user's; of a long one its beginning and its end are looked up. Passages that
/// look like an injection are left out and counted. Where nothing is found, or the collection cannot be searched, the
/// answer goes on without passages and says so; a collection that the caller named and that is not there is refused.
/// Models that read fields in the place of the prompt find the passages as the field `context`.
public struct RetrievalStage: Stage {
    public let name = "retrieval"
    /// Nil where passages are looked up for those calls alone that name a collection.
    private let collection: String?
    private let topK: Int
    private let mode: SearchMode
    private let sources: KnowledgeSources
    /// Whether an answer is held against its passages.
    private let tellsSupport: Bool
    /// Passages that were judged before.
    private let judged = Locked(MemoryCache<Judged, Bool>(capacity: 20_000))

    private struct Judged: Hashable {
        var knowledge: String?
        var documentID: ScalarText
        var chunk: Int
    }

    init(
        collection: String?, topK: Int = 5, mode: SearchMode = .hybrid, sources: KnowledgeSources,
        tellsSupport: Bool = false
    ) {
        self.tellsSupport = tellsSupport
        self.collection = collection
        self.topK = topK
        self.mode = mode
        self.sources = sources
    }

    static let definition = StageDefinition(
        name: "retrieval",
        settings: [
            .text("collection"), .word("mode", SearchMode.allCases.map(\.rawValue)), .integer("top_k", 1...100),
        ],
        words: [], needsOneOf: ["collection"], onByDefault: false, standby: [:], changesAnswers: true
    ) { values, resources in
        RetrievalStage(
            collection: values.word("collection"), topK: values.integer("top_k") ?? 5,
            mode: values.word("mode").flatMap(SearchMode.init) ?? .hybrid, sources: resources.knowledge,
            tellsSupport: resources.wantsConfidence)
    }

    public func applies(to call: ChatCall) -> Bool { collection != nil || wanted(call.context) != nil }

    /// The collection that a call is answered from; nil where it is from none.
    private func wanted(_ context: CallContext) -> String? {
        switch context.retrievalUse {
        case .off: nil
        case .collection(let name): name
        case nil: collection
        }
    }

    /// The collection that a call's answer may rest on, and its version; nil where it rests on none.
    func knowledge(for context: CallContext) -> String? {
        guard let name = wanted(context) else { return nil }
        guard let found = try? sources.find(name, for: context.caller) else { return "none/\(name)" }
        return "\(found.version)/\(found.collection.owner)/\(name)"
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        guard let name = wanted(call.context) else {
            note = "off"
            return try await next.reply(to: call)
        }
        guard let place = call.request.messages.lastIndex(where: { $0.role == .user }),
            case let query = RetrievalQuery.text(of: call.request.messages[place].text), !query.isEmpty
        else {
            note = "no question"
            return try await next.reply(to: call)
        }
        let passages: [Passage]
        do throws(KnowledgeError) {
            passages = try await sources.search(
                SearchQuery(text: query, mode: mode, topK: topK), in: name, for: call.context.caller)
        } catch {
            return try await unsearched(error, call, &note, next)
        }
        var generator = SystemRandomNumberGenerator()
        let context = FencedContext(passages, using: &generator) { looksLikeInjection($0, call.context.knowledge) }
        note = RetrievalStage.note(context, name)
        guard !context.citations.isEmpty else { return try await next.reply(to: call) }
        let kept = passages.filter { !context.dropped.contains($0.citation) }
        var reply = try await next.reply(to: RetrievalStage.filled(call, at: place, context, kept))
        reply.citations = context.citations.map(\.json)
        if tellsSupport {
            let support = Confidence.support(of: reply.text, in: kept.map(\.source.chunk.text))
            call.trace.note { $0.support = support }
        }
        return reply
    }

    /// The answer without passages, where the collection could not be searched.
    private func unsearched(
        _ error: KnowledgeError, _ call: ChatCall, _ note: inout String?, _ next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        let words = error.description
        if case .store(.noSuchCollection) = error, case .collection = call.context.retrievalUse {
            note = "refused"
            throw ChatError(.invalidRequest, "x-nexus-retrieval: \(words)", status: 400, code: "invalid_header")
        }
        note = "no passages: \(words)"
        var reply = try await next.reply(to: call)
        reply.isStandIn = true
        reply.warnings.append("answered without retrieval: \(RetrievalStage.told(error))")
        return reply
    }

    /// What a caller is told of a failure: not where the store lies, nor what is in it.
    private static func told(_ error: KnowledgeError) -> String {
        switch error {
        case .store(.noSuchCollection), .embedding, .dimensions, .settings, .notEmbedded: error.description
        case .store: "the knowledge base cannot be read"
        }
    }

    /// Each passage is judged once.
    private func looksLikeInjection(_ passage: Passage, _ knowledge: String?) -> Bool {
        let source = passage.source
        let key = Judged(knowledge: knowledge, documentID: ScalarText(source.documentID), chunk: source.chunk.number)
        if let known = judged.withLock({ $0.value(for: key) }) { return known }
        let score = InjectionDetector().score(source.title + "\n" + source.chunk.text)
        let isSuspect = score >= InjectionDetector.threshold
        judged.withLock { $0.insert(isSuspect, for: key) }
        return isSuspect
    }

    private static func note(_ context: FencedContext, _ name: String) -> String {
        let count = context.citations.count
        let found = count == 1 ? "1 passage of \(name)" : "\(count) passages of \(name)"
        guard !context.dropped.isEmpty else { return found }
        return found + ", \(context.dropped.count) dropped as injection"
    }

    /// The call with the block before the question.
    private static func filled(
        _ call: ChatCall, at place: Int, _ context: FencedContext, _ kept: [Passage]
    ) -> ChatCall {
        var call = call
        let question = call.request.messages[place].text
        switch call.request.messages[place].content {
        case .array(let parts):
            let block: JSONValue = ["type": "text", "text": .string(context.text)]
            call.request.messages[place].content = .array([block] + parts)
        case .null, .bool, .number, .string, .object:
            call.request.messages[place].content = .string(context.text + "\n\n" + question)
        }
        call.request.wireBody = nil
        // What the prompt shows besides the passages is the sample's own context, where it does.
        let own = call.context.variables["context"].flatMap { question.contains($0) ? $0 : nil }
        let texts = kept.map(\.source.chunk.text) + (own.map { [$0] } ?? [])
        call.context.variables["context"] = texts.joined(separator: "\n")
        return call
    }
}

/// What is looked up of a question: a bound on what a long prompt costs.
enum RetrievalQuery {
    /// Most characters that are looked up.
    static let longest = 450

    /// The whole text, or of a longer one as much of its beginning and twice as much of its end, where questions
    /// stand, cut at blanks.
    static func text(of prompt: String) -> String {
        guard prompt.utf8.count > longest else { return prompt }
        let scalars = prompt.unicodeScalars
        guard !scalars.dropFirst(longest).isEmpty else { return prompt }
        let head = String(scalars.prefix(longest / 3))
        let tail = String(scalars.suffix(longest - longest / 3))
        return trimmed(head, fromEnd: true) + " " + trimmed(tail, fromEnd: false)
    }

    /// Without the word that the cut went through, if there are others.
    private static func trimmed(_ text: String, fromEnd: Bool) -> String {
        let blank = fromEnd ? text.lastIndex(where: \.isWhitespace) : text.firstIndex(where: \.isWhitespace)
        guard let blank else { return text }
        return fromEnd ? String(text[..<blank]) : String(text[text.index(after: blank)...])
    }
}
