import Chat
import Store

/// `cache_cleanup`: removes answers that are out of date, and those above the bound of the cache.
struct CacheCleanupJob: JobKind {
    static let name = "cache_cleanup"
    let cache: StoredCache?

    func run(_ job: RunningJob) async throws(JobError) -> JSONValue {
        guard let cache else { return ["expired": 0, "evicted": 0] }
        do throws(StoreError) {
            let trim = try await cache.clean()
            return ["expired": .number(trim.expired), "evicted": .number(trim.evicted)]
        } catch {
            throw .passing(error.description)
        }
    }
}
