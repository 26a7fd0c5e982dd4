import Chat
public import Retrieval
public import Store

/// Where retrieval looks for collections: in several knowledge bases, of which the first that has a collection counts.
///
/// What a key made is for that key alone. A name means the caller's own collection, else the operator's, which is there
/// for all: made by `nexus kb add`, or while no keys were set.
public struct KnowledgeSources: Sendable {
    private let bases: [Knowledge]

    /// - Parameter bases: an eval's own store before the gateway's.
    public init(_ bases: [Knowledge] = []) { self.bases = bases }

    /// What a name means.
    public struct Found: Sendable {
        public var collection: CollectionName
        public var version: Int64
        fileprivate var base: Knowledge
    }

    /// - Parameters:
    ///   - caller: the fingerprint of the caller's key; nil where no keys are set, and for commands.
    /// - Returns: nil where the caller has no collection of the name, and the operator none either.
    public func find(_ name: String, for caller: String? = nil) throws(KnowledgeError) -> Found? {
        for owner in KnowledgeSources.owners(for: caller) {
            let collection = CollectionName(name, of: owner)
            for base in bases {
                guard let version = try base.version(of: collection) else { continue }
                return Found(collection: collection, version: version, base: base)
            }
        }
        return nil
    }

    private static func owners(for caller: String?) -> [String] { caller.map { $0.isEmpty ? [""] : [$0, ""] } ?? [""] }

    /// Whether anybody has a collection of the name.
    public func isMade(_ name: String) throws(KnowledgeError) -> Bool {
        for base in bases where try base.isMade(name) { return true }
        return false
    }

    /// The names of all collections that a caller can be answered from, sorted.
    public func names(for caller: String? = nil) throws(KnowledgeError) -> [String] {
        var names: Set<String> = []
        for base in bases {
            for owner in KnowledgeSources.owners(for: caller) { names.formUnion(try base.names(ofOwner: owner)) }
        }
        return names.sorted()
    }

    /// The best passages of a collection, best first.
    /// - Throws: as `Knowledge.search`; `noSuchCollection` where none of the knowledge bases has it.
    public func search(
        _ query: SearchQuery, in name: String, for caller: String? = nil
    ) async throws(KnowledgeError) -> [Passage] {
        guard let found = try find(name, for: caller) else {
            throw .store(.noSuchCollection(name, nearest: NearestName.nearest(to: name, among: try names(for: caller))))
        }
        return try await found.base.search(query, in: found.collection)
    }
}
