import Chat
import CurlTransport

extension ChatError {
    /// What a failed exchange means for the answer. The host stands in the message, no header and no query.
    init(_ failure: TransportError) {
        let kind: Kind
        switch failure {
        case .invalidRequest: kind = .invalidRequest
        case .couldNotResolve, .couldNotConnect, .tls, .timedOut(phase: .connect, _, _): kind = .unreachable
        case .timedOut(phase: .firstByte, _, _), .timedOut(phase: .idle, _, _), .timedOut(phase: .total, _, _):
            kind = .timeout
        case .reset, .truncated: kind = .cut
        case .tooLarge, .protocolViolation: kind = .invalidResponse
        case .cancelled, .shutDown: kind = .cancelled
        case .outOfResources: kind = .internal
        }
        self.init(kind, failure.description)
        // A moment later some of what is used up is free again.
        if case .outOfResources = failure {
            code = "out_of_resources"
            retryAfter = .seconds(1)
        }
    }
}
