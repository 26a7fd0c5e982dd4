import Chat
import HTTPTypes

/// How a request steers the pipeline by its headers.
struct Steering: Sendable {
    /// A pipeline of the configuration; nil is the standard one.
    var pipeline: String?
    var cacheUse: CallContext.CacheUse?
    var retrievalUse: CallContext.RetrievalUse?
    /// Whether the answer tells why the cache had it or not.
    var explainsCache = false
    var session: String?

    /// - Throws: `ChatError.invalidRequest` naming the header, what was found and what to write.
    init(_ headers: HTTPFields) throws(ChatError) {
        // Most requests have none of them, and looking for each costs more than one look at all.
        guard headers.contains(where: { $0.name.canonicalName.utf8.starts(with: "x-nexus-".utf8) }) else { return }
        pipeline = headers[.nexusPipeline]
        if let session = headers[.nexusSession] {
            guard (1...256).contains(session.utf8.count), session.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw Steering.fault("x-nexus-session", "expected 1 to 256 printable characters without blanks")
            }
            self.session = session
        }
        if let word = headers[.nexusCache] {
            guard let use = CallContext.CacheUse(rawValue: word) else {
                throw Steering.fault(
                    "x-nexus-cache", "found '\(Steering.shown(word))'; expected off, exact or semantic")
            }
            cacheUse = use
        }
        if let word = headers[.nexusCacheExplain] {
            guard ["0", "1"].contains(word) else {
                throw Steering.fault("x-nexus-cache-explain", "found '\(Steering.shown(word))'; expected 0 or 1")
            }
            explainsCache = word == "1"
        }
        if let word = headers[.nexusRetrieval] {
            guard (1...200).contains(word.utf8.count) else {
                throw Steering.fault("x-nexus-retrieval", "expected off, or the name of a collection")
            }
            retrievalUse = word == "off" ? .off : .collection(word)
        }
    }

    /// The start of what a client wrote.
    static func shown(_ text: String) -> String { text.count > 60 ? text.prefix(60) + "…" : text }

    private static func fault(_ header: String, _ words: String) -> ChatError {
        ChatError(.invalidRequest, "\(header): \(words)", status: 400, code: "invalid_header")
    }
}
