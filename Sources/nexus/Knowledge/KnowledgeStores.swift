import Chat
import Experiments
import Gateway
import Store

extension Assembly {
    /// The knowledge base in a store, with the embedding models of the configuration.
    func knowledge(in store: RunStore) -> Knowledge {
        Knowledge(
            store: store,
            model: { name throws(ChatError) in
                do {
                    return try embeddings(reference(name))
                } catch {
                    throw error as? ChatError ?? ChatError(.notFound, String(describing: error))
                }
            },
            nowMilliseconds: { Timestamp.now() })
    }

    /// This assembly, with retrieval from these stores, of which the first that has a collection counts.
    func retrieving(from stores: [RunStore]) -> Assembly {
        var assembly = self
        assembly.knowledge = KnowledgeSources(stores.map(knowledge(in:)))
        return assembly
    }

    /// This assembly, with retrieval from a command's own store, else from the gateway's; neither is opened where no
    /// pipeline wants it.
    /// - Parameters:
    ///   - pipelines: those that will be used.
    ///   - own: the command's store where it is open already; nil reads it.
    func retrieving(
        for pipelines: [EvalPipeline], _ shared: SharedOptions, own: RunStore? = nil
    ) throws -> Assembly {
        guard pipelines.contains(where: { $0.collection != nil }) else { return self }
        let first = try own ?? RunStore(reading: shared.storePath)
        let gateway = try RunStore(reading: settings.storePath ?? SharedOptions.gatewayStorePath)
        return retrieving(from: first.path == gateway.path ? [first] : [first, gateway])
    }

    /// The pipelines that name a collection which is not there.
    /// - Parameter isServed: whether keys ask, each of which may have one of the name.
    func lackingCollections(
        _ pipelines: [EvalPipeline], isServed: Bool = false
    ) throws -> [(pipeline: EvalPipeline, collection: String)] {
        try pipelines.compactMap { pipeline in
            guard let name = pipeline.collection else { return nil }
            if try isServed ? knowledge.isMade(name) : knowledge.find(name) != nil { return nil }
            return (pipeline, name)
        }
    }

    /// - Throws: `CommandFailure` for a pipeline whose collection is not there, with the nearest name and how to make
    ///   it.
    func checkCollections(_ pipelines: [EvalPipeline], isServed: Bool = false) throws {
        guard let (pipeline, name) = try lackingCollections(pipelines, isServed: isServed).first else { return }
        let question = NearestName.question(for: name, among: try knowledge.names()).map { " \($0)" } ?? ""
        throw CommandFailure.usage(
            "pipeline '\(pipeline.id)': retrieval.collection: there is no collection '\(name)';\(question) "
                + Assembly.makingCollection(name))
    }

    /// How a collection comes to be.
    static func makingCollection(_ name: String) -> String {
        "make it with: nexus kb add --collection \(EvalOptions.quoted(name)) FILE…"
    }
}

extension EvalPipeline {
    /// The collection that retrieval takes passages from; nil where it is off.
    var collection: String? { setting(of: "retrieval")?["collection"]?.stringValue }
}

extension Settings {
    /// The standard pipeline and all with a name, these as they stand over the standard one.
    var allPipelines: [EvalPipeline] { [pipeline] + pipelines }
}
