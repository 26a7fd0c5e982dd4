import Chat
import Store

/// `embed`: gives a vector to every chunk of `{"collection": NAME, "owner"?: FINGERPRINT}` that has none of the
/// collection's model; with `"model"` the collection takes that model first, and all is embedded anew. What was
/// embedded stays where it is cut short: the next attempt goes on from there.
struct EmbedJob: JobKind {
    static let name = "embed"
    /// Jobs that are looked through for others of a collection.
    static let mostJobs = 1_000
    private static let interval = Duration.seconds(1)

    private let store: RunStore
    private let knowledge: Knowledge?
    private let clock: ClockReading

    init(_ resources: JobResources) {
        store = resources.store
        knowledge = resources.knowledge
        clock = ClockReading(resources.clock)
    }

    static func payload(_ collection: CollectionName) -> JSONValue {
        .object([
            "collection": .string(collection.name),
            "owner": collection.owner.isEmpty ? nil : .string(collection.owner),
        ])
    }

    static func collection(of payload: JSONValue) -> CollectionName? {
        payload["collection"]?.stringValue.map { CollectionName($0, of: payload["owner"]?.stringValue) }
    }

    func run(_ job: RunningJob) async throws(JobError) -> JSONValue {
        guard let knowledge else { throw .lasting("there is no knowledge base here") }
        guard let collection = EmbedJob.collection(of: job.payload) else { throw .lasting("collection: found none") }
        try await waitForEarlier(job, collection)
        var settings = CollectionSettings(name: collection.name, owner: collection.owner)
        settings.model = job.payload["model"]?.stringValue
        let total = try self.total(settings)
        do throws(KnowledgeError) {
            let outcome = try await knowledge.add([], to: settings) { outcome in
                job.progress(total == 0 ? 1 : Double(outcome.embedded) / Double(total))
            }
            return ["collection": .string(collection.name), "embedded": .number(outcome.embedded)]
        } catch {
            if case .dimensions = error { throw .lasting(error.description) }
            throw .passing(error.description)
        }
    }

    /// How many chunks there are to embed.
    private func total(_ settings: CollectionSettings) throws(JobError) -> Int {
        do throws(StoreError) {
            let known = try store.knowledgeCollections(ofOwner: settings.owner).first {
                $0.collection.id == settings.id
            }
            guard let known else { throw try store.noSuchCollection(settings.id) }
            let takesAnother = settings.model != nil && settings.model != known.collection.model
            return takesAnother ? known.chunks : known.chunksToEmbed
        } catch {
            if case .noSuchCollection = error { throw .lasting(error.description) }
            throw .passing(error.description)
        }
    }

    /// Waits until no job that was queued before embeds the same collection: nothing is embedded twice.
    private func waitForEarlier(_ job: RunningJob, _ collection: CollectionName) async throws(JobError) {
        while true {
            let isAlone: Bool
            do throws(StoreError) {
                let jobs = try store.jobs(kinds: [EmbedJob.name], limit: EmbedJob.mostJobs)
                let earlier = jobs.drop { $0.id != job.id }.dropFirst()
                isAlone = !earlier.contains {
                    $0.state == .running && EmbedJob.collection(of: $0.payload) == collection
                }
            } catch {
                throw .passing(error.description)
            }
            if isAlone { return }
            do {
                try await clock.sleep(for: EmbedJob.interval)
            } catch {
                throw .passing("cancelled while another job embedded the collection")
            }
        }
    }
}
