/// Why an exchange failed. Messages name the host, never a header's value, a query or a body.
public enum TransportError: Error, Sendable, Equatable {
    /// The request itself is at fault; nothing was sent. The text names the part and the remedy.
    case invalidRequest(String)
    /// The host (or the proxy before it) has no address.
    case couldNotResolve(host: String)
    /// No connection: refused, unreachable, or refused by a proxy.
    case couldNotConnect(host: String, reason: String)
    /// A limit of ``TransferLimits`` was reached; `after` is that limit.
    case timedOut(phase: TimeLimit, host: String, after: Duration)
    /// The connection was cut before the whole head had come.
    case reset(host: String)
    /// The connection was cut in mid body: shorter than its `Content-Length`, chunked without its end, or reset.
    /// `received` counts the body's bytes that came.
    case truncated(host: String, received: Int)
    /// The answer is larger than ``TransferLimits`` allows.
    case tooLarge(part: MessagePart, limit: Int)
    /// No agreement on TLS: certificate, name, protocol version.
    case tls(host: String, reason: String)
    /// What came is not HTTP as we speak it.
    case protocolViolation(host: String, reason: String)
    /// The task was cancelled, or the body was dropped.
    case cancelled
    /// The ``CurlLoop`` was shut down.
    case shutDown
    /// This machine has no descriptor, thread or memory left; the text says which.
    case outOfResources(String)
}

/// One of the time limits of ``TransferLimits``.
public enum TimeLimit: Sendable, Equatable {
    case connect, firstByte, idle, total
}

/// A part of an answer that ``TransferLimits`` bounds.
public enum MessagePart: Sendable, Equatable {
    case body, head, headFields
}

extension TransportError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .invalidRequest(let fault): "invalid request: \(fault)"
        case .couldNotResolve(let host): "could not find the address of \(host)"
        case .couldNotConnect(let host, let reason): "could not connect to \(host): \(reason)"
        case .timedOut(let phase, let host, let limit): "\(host) \(phase.complaint) \(limit)"
        case .reset(let host): "\(host) closed the connection before it answered"
        case .truncated(let host, let received): "\(host) cut its answer off after \(received) bytes of body"
        case .tooLarge(let part, let limit): "the answer has more than \(limit) \(part.unit)"
        case .tls(let host, let reason): "no secure connection to \(host): \(reason)"
        case .protocolViolation(let host, let reason): "\(host) does not answer in proper HTTP: \(reason)"
        case .cancelled: "the exchange was cancelled"
        case .shutDown: "the HTTP client is shut down"
        case .outOfResources(let what): "this machine has run out of \(what)"
        }
    }
}

extension TimeLimit {
    fileprivate var complaint: String {
        switch self {
        case .connect: "took no connection within"
        case .firstByte: "sent no first byte of an answer within"
        case .idle: "fell silent in mid answer for"
        case .total: "did not finish its answer within"
        }
    }
}

extension MessagePart {
    fileprivate var unit: String {
        switch self {
        case .body: "bytes"
        case .head: "bytes of head"
        case .headFields: "header fields"
        }
    }
}
