import Chat

/// Asks one of several deployments, and another where it fails, until one answers or all were asked once.
///
/// As with a chain of fallbacks, a further one is asked only where that may mend the error, and never once a piece of
/// an answer was handed on. Which deployment answered is no matter of the caller's: all are the same model to it.
struct DeploymentModel: ChatModel {
    struct Deployment {
        let name: String
        let model: any ChatModel
    }

    let deployments: [Deployment]
    let pool: DeploymentPool

    func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let begin = ContinuousClock.now
        var failed = FailedAttempts()
        var tried: Set<Int> = []
        var outcome: String?
        defer { call.trace.record(stage: "deployments", from: begin, outcome: outcome) }
        while let index = pool.begin(without: tried) {
            let deployment = deployments[index]
            let first = Locked<Duration?>(nil)
            let start = pool.now
            let (attempt, handedOn) = call.watched { [pool] in first.withLock { $0 = pool.now } }
            do throws(ChatError) {
                let reply = try await deployment.model.reply(to: attempt)
                pool.end(index, .answered(after: (first.withLock { $0 } ?? pool.now) - start))
                outcome = failed.isEmpty ? deployment.name : "\(deployment.name) after \(failed.summary)"
                return reply
            } catch {
                let isMendedElsewhere = error.isMendedElsewhere
                let isFailure = isMendedElsewhere && !error.isUnsent
                pool.end(index, isFailure ? .failed(retryAfter: error.retryAfter) : .neither)
                tried.insert(index)
                failed.append(deployment.name, error)
                outcome = failed.summary
                guard isMendedElsewhere, !handedOn.withLock({ $0 }) else { throw error }
            }
        }
        throw failed.error
    }
}
