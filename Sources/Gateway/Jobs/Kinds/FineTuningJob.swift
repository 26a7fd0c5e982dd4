import Chat
import Store

/// `fine_tuning`: has a model trained on the data set of another job, `{"dataset": JOB, "model": NAME}`, and waits for
/// it.
///
/// What was uploaded and begun is kept at once, so that an attempt that is cut short is gone on with: nothing is
/// trained twice, unless the process dies between the trainer's answer and the write.
struct FineTuningJob: JobKind {
    static let name = "fine_tuning"
    private let store: RunStore
    private let files: TrainingFiles?
    private let tuner: FineTuner?
    private let clock: ClockReading

    /// Between two looks at a training.
    static let interval = Duration.seconds(10)

    init(_ resources: JobResources) {
        store = resources.store
        files = resources.files
        tuner = resources.tuner
        clock = ClockReading(resources.clock)
    }

    func run(_ job: RunningJob) async throws(JobError) -> JSONValue {
        guard let tuner, let files else { throw .lasting("no fine-tuning is configured (training.fine_tune)") }
        guard let model = job.payload["model"]?.stringValue, let dataset = job.payload["dataset"]?.stringValue else {
            throw .lasting("found \(job.payload.text); expected model and dataset")
        }
        do throws(ChatError) {
            let training = try await begin(job, tuner, files, model: model, dataset: dataset)
            job.progress(0.2)
            while true {
                switch try await tuner.status(training) {
                case .underWay: try await clock.sleep(for: FineTuningJob.interval)
                case .succeeded(let trained):
                    return ["model": .string(trained), "training": .string(training), "dataset": .string(dataset)]
                case .failed(let reason):
                    throw ChatError(.invalidRequest, "the training \(training) failed: \(reason)")
                }
            }
        } catch {
            throw error.isRetryable ? .passing(error.message) : .lasting(error.message)
        }
    }

    /// Uploads and begins what was not by an earlier attempt.
    /// - Returns: the training's name.
    private func begin(
        _ job: RunningJob, _ tuner: FineTuner, _ files: TrainingFiles, model: String, dataset: String
    ) async throws(ChatError) -> String {
        if let training = job.checkpoint?["training"]?.stringValue { return training }
        var uploaded = job.checkpoint?["file"]?.stringValue
        if uploaded == nil {
            let name = TrainingDatasetJob.fileName(of: dataset)
            guard let bytes = try? files.read(name) else {
                throw ChatError(.invalidRequest, "there is no data set '\(dataset)'")
            }
            let file = try await tuner.upload(bytes, name)
            try await keep(["file": .string(file)], job)
            uploaded = file
        }
        let file = uploaded ?? ""
        let training = try await tuner.begin(model, file)
        try await keep(["file": .string(file), "training": .string(training)], job)
        return training
    }

    private func keep(_ checkpoint: JSONValue, _ job: RunningJob) async throws(ChatError) {
        do throws(JobError) {
            try await job.keep(checkpoint: checkpoint)
        } catch {
            throw ChatError(.unreachable, error.description)
        }
    }
}
