import Chat
import Store

/// `training_dataset`: writes a data set for fine-tuning from logged answers to the job's owner.
///
/// `{"source": "feedback"}` takes answers with feedback (`"all": true` also those that were in an older set),
/// `{"source": "api_b"}` the answers of the second source, for a smaller model to learn from; `"everyone": true` those
/// of all callers, which only the configuration asks for. It needs prompts in the log (`log: {prompts: on}`).
struct TrainingDatasetJob: JobKind {
    static let name = "training_dataset"
    private let store: RunStore
    private let files: TrainingFiles?

    init(_ resources: JobResources) {
        store = resources.store
        files = resources.files
    }

    /// The name of the file that a job writes.
    static func fileName(of job: String) -> String { "\(job).jsonl" }

    func run(_ job: RunningJob) async throws(JobError) -> JSONValue {
        guard let files else { throw .lasting("there is no place for data sets here") }
        let source = job.payload["source"]?.stringValue ?? "feedback"
        guard ["feedback", "api_b"].contains(source) else {
            throw .lasting("source: found '\(source)'; expected feedback or api_b")
        }
        let found: Found
        do throws(StoreError) {
            found = try examples(of: source, job)
        } catch {
            throw .passing(error.description)
        }
        guard found.logged > 0 || found.all == 0 else {
            throw .lasting(
                "\(found.all) answers, but no prompts of them in the log: set log: {prompts: on} in nexus.yaml, and "
                    + "later answers can be used")
        }
        guard !found.lines.isEmpty else { throw .lasting("there is no answer to learn from among \(found.all)") }
        let name = TrainingDatasetJob.fileName(of: job.id)
        do {
            try files.write(name, Array(found.lines.map { $0 + "\n" }.joined().utf8))
        } catch {
            throw .passing("the data set cannot be written: \(error)")
        }
        do throws(StoreError) {
            try await store.mark(found.feedback, dataset: job.id)
        } catch {
            throw .passing(error.description)
        }
        return [
            "source": .string(source), "file": .string(name), "examples": .number(found.lines.count),
            "left_out": .number(found.all - found.lines.count),
        ]
    }

    /// What a data set is made of.
    private struct Found {
        var lines: [String] = []
        var all = 0
        /// Of all those that stand in the log with prompt and answer.
        var logged = 0
        var feedback: [FeedbackVersion] = []

        mutating func take(_ example: TrainingExample) {
            all += 1
            if example.prompt != nil, example.answer != nil { logged += 1 }
            if let line = TrainingSet.line(example) { lines.append(line) }
            if let version = example.feedback { feedback.append(version) }
        }
    }

    /// An attempt that was cut short after it had marked its feedback left it as this job's: it is taken again.
    private func examples(of source: String, _ job: RunningJob) throws(StoreError) -> Found {
        let callers: CallerScope = job.payload["everyone"]?.boolValue == true ? .everyone : .only(job.owner)
        var found = Found()
        if source == "feedback" {
            let takesAll = job.payload["all"]?.boolValue == true
            try store.forEachRatedExample(of: callers, inNoneBut: takesAll ? nil : job.id) { found.take($0) }
        } else {
            try store.forEachDistilledExample(of: callers) { found.take($0) }
        }
        return found
    }
}
