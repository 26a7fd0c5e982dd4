import Chat
public import Retrieval
import Store

/// Where retrieval looks for collections: in several knowledge bases, of which the first that has a collection counts.
public struct KnowledgeSources: Sendable {
    private let bases: [Knowledge]

    /// - Parameter bases: an eval's own store before the gateway's.
    public init(_ bases: [Knowledge] = []) { self.bases = bases }

    /// The version of a collection, for keys of caches; nil where there is none of the name.
    public func version(of name: String) throws(KnowledgeError) -> Int64? {
        for base in bases {
            if let version = try base.version(of: name) { return version }
        }
        return nil
    }

    /// The names of all collections, sorted.
    public func names() throws(KnowledgeError) -> [String] {
        var names: Set<String> = []
        for base in bases { names.formUnion(try base.names()) }
        return names.sorted()
    }

    /// The best passages of a collection, best first.
    /// - Throws: as `Knowledge.search`; `noSuchCollection` where none of the knowledge bases has it.
    public func search(_ query: SearchQuery, in name: String) async throws(KnowledgeError) -> [Passage] {
        for base in bases where try base.version(of: name) != nil { return try await base.search(query, in: name) }
        throw .store(.noSuchCollection(name, nearest: NearestName.nearest(to: name, among: try names())))
    }
}
