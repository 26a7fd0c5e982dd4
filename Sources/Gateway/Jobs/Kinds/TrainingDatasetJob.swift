import Chat
import Store

/// `training_dataset`: writes a data set for fine-tuning from logged answers.
///
/// `{"source": "feedback"}` takes answers with feedback (`"all": true` also those that were in an older set),
/// `{"source": "api_b"}` the answers of the second source, for a smaller model to learn from. It needs prompts in the
/// log (`log: {prompts: on}`).
struct TrainingDatasetJob: JobKind {
    static let name = "training_dataset"
    private let store: RunStore
    private let files: TrainingFiles?
    private let nowMilliseconds: @Sendable () -> Int64

    init(_ resources: JobResources) {
        store = resources.store
        files = resources.files
        nowMilliseconds = resources.nowMilliseconds
    }

    /// The name of the file that a job writes.
    static func fileName(of job: String) -> String { "\(job).jsonl" }

    func run(_ job: RunningJob) async throws(JobError) -> JSONValue {
        guard let files else { throw .lasting("there is no place for data sets here") }
        let source = job.payload["source"]?.stringValue ?? "feedback"
        guard ["feedback", "api_b"].contains(source) else {
            throw .lasting("source: found '\(source)'; expected feedback or api_b")
        }
        let moment = nowMilliseconds()
        var lines: [String] = []
        var logged = 0
        let found: Int
        do throws(StoreError) {
            let take: (TrainingExample) -> Void = { example in
                logged += 1
                if let line = TrainingSet.line(example) { lines.append(line) }
            }
            found = source == "feedback"
                ? try store.forEachRatedExample(onlyUnused: job.payload["all"]?.boolValue != true, take)
                : try store.forEachDistilledExample(take)
        } catch {
            throw .passing(error.description)
        }
        guard logged > 0 || found == 0 else {
            throw .lasting(
                "\(found) answers, but no prompts of them in the log: set log: {prompts: on} in nexus.yaml, and "
                    + "later answers can be used")
        }
        guard !lines.isEmpty else { throw .lasting("there is no answer to learn from among \(found)") }
        let name = TrainingDatasetJob.fileName(of: job.id)
        let path: String
        do {
            path = try files.write(name, Array(lines.map { $0 + "\n" }.joined().utf8))
        } catch {
            throw .passing("the data set cannot be written: \(error)")
        }
        if source == "feedback" {
            do throws(StoreError) {
                try await store.markFeedback(before: moment, dataset: job.id)
            } catch {
                throw .passing(error.description)
            }
        }
        return [
            "source": .string(source), "file": .string(path), "examples": .number(lines.count),
            "left_out": .number(found - lines.count),
        ]
    }
}
