import Chat
import Store

/// `fine_tuning`: has a model trained on the data set of another job, `{"dataset": JOB, "model": NAME}`, and looks
/// after it until it has ended.
///
/// What was uploaded and begun is kept at once, so that an attempt that is cut short is gone on with: nothing is
/// trained twice, unless the process dies between the trainer's answer and the write. Between two looks the job waits
/// in the queue, and a look that fails in passing costs it nothing.
struct FineTuningJob: JobKind {
    static let name = "fine_tuning"
    private let files: TrainingFiles?
    private let tuner: FineTuner?

    /// Between two looks at a training, and after one that failed.
    static let interval = Duration.seconds(10)
    static let intervalOfTrouble = Duration.seconds(60)
    /// The longest that a trainer may have itself left alone.
    static let longestInterval = Duration.seconds(3600)
    /// How far a training that has begun is told to have come: trainers do not say.
    private static let begun = 0.2

    init(_ resources: JobResources) {
        files = resources.files
        tuner = resources.tuner
    }

    func run(_ job: RunningJob) async throws(JobError) -> JSONValue {
        guard let tuner, let files else { throw .lasting("no fine-tuning is configured (training.fine_tune)") }
        guard let model = job.payload["model"]?.stringValue, let dataset = job.payload["dataset"]?.stringValue else {
            throw .lasting("found \(job.payload.text); expected model and dataset")
        }
        let training: String
        do throws(ChatError) {
            training = try await begin(job, tuner, files, model: model, dataset: dataset)
        } catch {
            throw error.isRetryable ? .passing(error.message) : .lasting(error.message)
        }
        switch try await status(of: training, tuner) {
        case .underWay:
            throw .underWay(progress: FineTuningJob.begun, trouble: nil, after: FineTuningJob.interval)
        case .succeeded(let trained):
            return ["model": .string(trained), "training": .string(training), "dataset": .string(dataset)]
        case .failed(let reason):
            throw .lasting("the training \(training) failed: \(reason)")
        }
    }

    private func status(of training: String, _ tuner: FineTuner) async throws(JobError) -> FineTuningStatus {
        do throws(ChatError) {
            return try await tuner.status(training)
        } catch {
            guard error.isRetryable else { throw .lasting(error.message) }
            let asked = min(error.retryAfter ?? .zero, FineTuningJob.longestInterval)
            throw .underWay(
                progress: FineTuningJob.begun, trouble: error.message,
                after: max(asked, FineTuningJob.intervalOfTrouble))
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
