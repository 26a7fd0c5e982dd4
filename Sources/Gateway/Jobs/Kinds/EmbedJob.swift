import Chat
import Store

/// `embed`: gives a vector to every chunk of `{"collection": NAME}` that has none of the collection's model; with
/// `"model"` the collection takes that model first, and all is embedded anew. What was embedded stays where it is cut
/// short: the next attempt goes on from there.
struct EmbedJob: JobKind {
    static let name = "embed"
    private let store: RunStore
    private let knowledge: Knowledge?

    init(_ resources: JobResources) {
        store = resources.store
        knowledge = resources.knowledge
    }

    func run(_ job: RunningJob) async throws(JobError) -> JSONValue {
        guard let knowledge else { throw .lasting("there is no knowledge base here") }
        guard let name = job.payload["collection"]?.stringValue else { throw .lasting("collection: found none") }
        var settings = CollectionSettings(name: name)
        settings.model = job.payload["model"]?.stringValue
        let total: Int
        do throws(StoreError) {
            let known = try store.knowledgeCollections().first { $0.collection.name == name }
            guard let known else { throw StoreError.noSuchCollection(name, nearest: nil) }
            let takesAnother = settings.model != nil && settings.model != known.collection.model
            total = takesAnother ? known.chunks : known.chunksToEmbed
        } catch {
            if case .noSuchCollection = error { throw .lasting(error.description) }
            throw .passing(error.description)
        }
        do throws(KnowledgeError) {
            let outcome = try await knowledge.add([], to: settings) { outcome in
                job.progress(total == 0 ? 1 : Double(outcome.embedded) / Double(total))
            }
            return ["collection": .string(name), "embedded": .number(outcome.embedded)]
        } catch {
            if case .dimensions = error { throw .lasting(error.description) }
            throw .passing(error.description)
        }
    }
}
