import Chat
import Foundation
import Gateway
import Logging
import Providers
import Store

/// The background jobs of `nexus serve`: their queue, what people thought of answers, and the worker.
struct GatewayJobs: Sendable {
    let queue: JobQueue
    let feedback: Feedback
    private let worker: JobWorker

    /// - Parameters:
    ///   - store: the gateway's.
    ///   - cache: the cache over it; nil where there is none.
    ///   - log: what the store's rows go through; nil where there are none.
    init(_ assembly: Assembly, store: RunStore, cache: StoredCache?, log: InferenceLog?, logger: Logger) {
        let settings = assembly.settings
        queue = JobQueue(store, nowMilliseconds: Timestamp.now)
        feedback = Feedback(queue, trigger: settings.training.minFeedback) { await log?.settle() }
        let knowledge = Knowledge(
            store: store, model: { name throws(ChatError) in try assembly.embeddingModel(name) },
            nowMilliseconds: { Timestamp.now() })
        let resources = JobResources(
            store: store, nowMilliseconds: Timestamp.now, cache: cache, knowledge: knowledge,
            files: GatewayJobs.files(in: settings.training.folder), tuner: assembly.fineTuner)
        var schedules = [JobWorker.Schedule("cache_cleanup", every: .seconds(600))]
        if let days = settings.log.retentionDays {
            schedules.append(JobWorker.Schedule("retention", payload: ["days": .number(days)], every: .seconds(3600)))
        }
        worker = JobWorker(queue, kinds: JobKinds.all(resources), schedules: schedules) { job, error in
            logger.warning(
                "a background job failed",
                metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "reason": "\(error)"])
        }
    }

    /// Does what is due, until the task is cancelled.
    func run() async { await worker.run() }

    /// Data sets in a folder, which is made with the first of them; each is whole or absent.
    private static func files(in folder: String) -> TrainingFiles {
        let place = URL(filePath: folder)
        return TrainingFiles(
            write: { name, bytes in
                do {
                    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                    try Data(bytes).write(to: place.appending(path: name), options: .atomic)
                } catch {
                    throw Unwritten(reason: error.localizedDescription)
                }
            },
            read: { name in
                let file = place.appending(path: name)
                return FileManager.default.fileExists(atPath: file.path) ? [UInt8](try Data(contentsOf: file)) : nil
            })
    }
}

/// Why a data set is not written, in words without the folder's path.
private struct Unwritten: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}

extension Assembly {
    /// What trains models; nil where the configuration names none.
    var fineTuner: FineTuner? {
        guard let provider = settings.training.provider else { return nil }
        let access = access(settings.providers[provider])
        let tuning = OpenAIFineTuning(provider: provider, access: access)
        return FineTuner(
            upload: { bytes, name throws(ChatError) in try await tuning.upload(bytes, named: name) },
            begin: { model, file throws(ChatError) in try await tuning.begin(model: model, file: file) },
            status: { training throws(ChatError) in
                let status = try await tuning.status(of: training)
                switch status.word {
                case "succeeded":
                    guard let model = status.trainedModel else {
                        throw ChatError(.invalidResponse, "\(provider): the training succeeded without a model")
                    }
                    return .succeeded(model: model)
                case "failed", "cancelled": return .failed(status.failure ?? status.word)
                default: return .underWay
                }
            })
    }
}
