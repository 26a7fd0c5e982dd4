public import Store

extension JobQueue {
    /// Has a collection's chunks embedded, those included that are there now.
    ///
    /// One job at a time embeds a collection, and at most one more waits for it: a job under way may have looked before
    /// the newest documents came. The later one begins when the earlier has ended.
    /// - Returns: the job that will have embedded them; nil where it has ended meanwhile.
    public func embed(_ collection: CollectionName) async throws(StoreError) -> JobRecord? {
        let owner = collection.owner.isEmpty ? nil : collection.owner
        let single = "\(collection.owner)/\(collection.name)"
        for single in [single, single + " next"] {
            let job = try await add(
                EmbedJob.name, payload: EmbedJob.payload(collection), single: single, owner: owner)
            if let job { return job }
            let known = try jobs(kinds: [EmbedJob.name], limit: EmbedJob.mostJobs)
            if let waiting = known.first(where: { $0.single == single && $0.state == .queued }) { return waiting }
        }
        // Two run: the later of them waits still, and looks after the earlier has ended.
        return try jobs(kinds: [EmbedJob.name], limit: EmbedJob.mostJobs).first {
            $0.state == .running && EmbedJob.collection(of: $0.payload) == collection
        }
    }
}
