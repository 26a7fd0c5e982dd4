import Chat
import Store

/// `retention`: removes rows of the inference log, feedback and ended jobs that are older than `{"days": N}`.
struct RetentionJob: JobKind {
    static let name = "retention"
    private let store: RunStore
    private let nowMilliseconds: @Sendable () -> Int64

    init(_ resources: JobResources) {
        store = resources.store
        nowMilliseconds = resources.nowMilliseconds
    }

    func run(_ job: RunningJob) async throws(JobError) -> JSONValue {
        guard let days = job.payload["days"]?.doubleValue, (0.001...36_500).contains(days) else {
            let found = job.payload["days"]?.text ?? "nothing"
            throw .lasting("days: found \(found); expected a number from 0.001 to 36500")
        }
        let limit = nowMilliseconds() - Int64(days * 86_400_000)
        do throws(StoreError) {
            let rows = try await store.removeInferences(startedBefore: limit)
            let feedback = try await store.removeFeedback(givenBefore: limit)
            let jobs = try await store.removeJobs(endedBefore: limit)
            return ["rows": .number(rows), "feedback": .number(feedback), "jobs": .number(jobs)]
        } catch {
            throw .passing(error.description)
        }
    }
}
