import Chat
import Foundation
import HTTPServing
import Hummingbird
import NIOCore

/// One request for an answer on its way through the simulator: what is asked, over which connection, and its row
/// in the log, which is closed exactly once: at the latest when nothing holds the visit any more, as happens where
/// the client leaves while the head of the answer is written.
final class Visit: Sendable {
    let sequence: Int
    let asked: Asked
    let dialect: any Dialect
    let plan: Plan?
    let arrival: NIODeadline
    let receivedAt: Int64
    let connection: Connection
    let channel: any Channel
    private let records: Records
    private let isClosed = Locked(false)

    /// The log and the counts that visits write to.
    struct Records: Sendable {
        let log: RequestLog
        let tally: Locked<Tally>
    }

    /// What a client asks, before anything is decided.
    struct Question {
        var asked: Asked
        var dialect: any Dialect
        var headers: RequestLog.Headers
        var arrival: NIODeadline
        var receivedAt: Int64
    }

    /// Writes the request down.
    init(_ question: Question, plan: Plan?, connection: Connection, channel: any Channel, records: Records) {
        asked = question.asked
        dialect = question.dialect
        arrival = question.arrival
        receivedAt = question.receivedAt
        self.plan = plan
        self.connection = connection
        self.channel = channel
        self.records = records
        sequence = records.log.append(
            RequestLog.Row(
                sequence: 0, receivedAt: question.receivedAt, model: asked.model, isStream: asked.isStream,
                attempt: plan?.attempt, fault: plan?.fault?.fault.name, prompt: asked.prompt,
                headers: question.headers, outcome: .open))
        records.tally.withLock { $0.begin(question.asked.model) }
    }

    /// What the vendor calls this request.
    var requestID: String { "req-sim-\(sequence)" }

    /// Answers with an error, and that is all.
    func refuse(_ error: ErrorAnswer) -> Response {
        close(.whole, status: error.status)
        return error.response(in: dialect, requestID: requestID)
    }

    deinit { close(.left, status: nil) }

    /// Writes down what came of it; only the first call counts. It is called before the last bytes go out, so that a
    /// client that has its answer finds it in the log.
    func close(_ outcome: RequestLog.Outcome, status: Int?) {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        records.log.close(sequence, outcome, status: status, at: Visit.now())
        records.tally.withLock { tally in
            tally.inFlight -= 1
            tally.count(asked.model) { counts in
                if let fault = plan?.fault?.fault { counts.faults[fault.name, default: 0] += 1 }
                switch outcome {
                case .open: break
                case .left: counts.left += 1
                case .cut: counts.cut += 1
                case .whole where plan?.fault != nil: break
                case .whole where status != 200: counts.refused += 1
                case .whole:
                    counts.answered += 1
                    counts.inputTokens += asked.inputTokens
                    counts.outputTokens += asked.vectors == nil ? plan?.outputTokens ?? 0 : 0
                }
            }
        }
    }

    /// Waits until `time` after the request came.
    func wait(until time: Duration) async -> Connection.Wake {
        await connection.wait(until: arrival + .microseconds(time.microseconds), on: channel.eventLoop)
    }

    /// Microseconds since 1970.
    static func now() -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1e6)
    }
}
