import Chat

/// One transfer as both sides see it: the loop's thread delivers, the caller's task takes.
///
/// A failure for which the caller is the cause (`cancel`) overtakes what is buffered; every other failure comes after
/// it.
final class Transfer: Sendable {
    /// The head and when it was read.
    struct Arrival {
        let head: HTTPHead
        let at: ContinuousClock.Instant
    }

    /// The task that waits: for the head, and later for a chunk.
    private enum Waiter {
        case head(UnsafeContinuation<Result<Arrival, TransportError>, Never>)
        case chunk(UnsafeContinuation<Result<BodyChunk?, TransportError>, Never>)
    }

    private struct State {
        var arrival: Arrival?
        var buffer = BodyBuffer()
        var ending: Result<TransferTimings, TransportError>?
        var waiter: Waiter?
    }

    let handle: EasyHandle
    let host: String
    let limits: TransferLimits
    private let mailbox: Mailbox
    private let state = Locked(State())

    init(handle: EasyHandle, host: String, limits: TransferLimits, mailbox: Mailbox) {
        self.handle = handle
        self.host = host
        self.limits = limits
        self.mailbox = mailbox
    }
}

/// A task to be woken. The loop wakes at the end of a turn, so that a task finds all that came with what it waited for.
enum Wakeup {
    case head(
        UnsafeContinuation<Result<Transfer.Arrival, TransportError>, Never>, Result<Transfer.Arrival, TransportError>)
    case chunk(UnsafeContinuation<Result<BodyChunk?, TransportError>, Never>, Result<BodyChunk?, TransportError>)

    func callAsFunction() {
        switch self {
        case .head(let waiter, let result): waiter.resume(returning: result)
        case .chunk(let waiter, let result): waiter.resume(returning: result)
        }
    }
}

// MARK: the caller's side

extension Transfer {
    /// Posts the transfer and waits for its head.
    func start() async -> Result<Arrival, TransportError> {
        guard mailbox.post(.start(self)) else { return .failure(.shutDown) }
        return await withUnsafeContinuation { waiter in
            let ready: Result<Arrival, TransportError>? = state.withLock { state in
                if let arrival = state.arrival { return .success(arrival) }
                if case .failure(let error) = state.ending { return .failure(error) }
                state.waiter = .head(waiter)
                return nil
            }
            if let ready { waiter.resume(returning: ready) }
        }
    }

    func nextChunk() async -> Result<BodyChunk?, TransportError> {
        if let ready = readyChunk(orWait: nil) { return ready }
        return await withUnsafeContinuation { waiter in
            if let ready = readyChunk(orWait: .chunk(waiter)) { waiter.resume(returning: ready) }
        }
    }

    /// What can be had without waiting; nil where nothing has come.
    func readyChunk() -> Result<BodyChunk?, TransportError>? { readyChunk(orWait: nil) }

    private func readyChunk(orWait waiter: Waiter?) -> Result<BodyChunk?, TransportError>? {
        let (ready, resume): (Result<BodyChunk?, TransportError>?, Bool) = state.withLock { state in
            if let (chunk, resume) = state.buffer.take() { return (.success(chunk), resume) }
            if let ending = state.ending { return (ending.map { _ in nil }, false) }
            precondition(state.waiter == nil, "a body has one reader at a time")
            state.waiter = waiter
            return (nil, false)
        }
        if resume { mailbox.post(.resume(self)) }
        return ready
    }

    /// Ends the transfer at once for the caller and has the loop close it. Nothing happens when it is over already.
    func cancel() {
        let (isFirst, wakeup) = end(.failure(.cancelled), discardingBody: true)
        wakeup?()
        if isFirst { mailbox.post(.drop(self)) }
    }

    /// `nil` until the transfer has ended well.
    var timings: TransferTimings? {
        state.withLock { try? $0.ending?.get() }
    }
}

// MARK: the loop's side

extension Transfer {
    var isOver: Bool { state.withLock { $0.ending != nil } }

    func deliver(_ head: HTTPHead, at now: ContinuousClock.Instant) -> Wakeup? {
        let arrival = Arrival(head: head, at: now)
        return state.withLock { state in
            state.arrival = arrival
            guard case .head(let waiter) = state.waiter else { return nil }
            state.waiter = nil
            return .head(waiter, .success(arrival))
        }
    }

    /// - Returns: `isTaken` is `false` when the chunk must wait: it is offered again once the loop was told to resume
    ///   the transfer.
    func deliver(_ chunk: BodyChunk) -> (isTaken: Bool, wakeup: Wakeup?) {
        state.withLock { state in
            guard state.ending == nil else { return (true, nil) }
            guard case .chunk(let waiter) = state.waiter else { return (state.buffer.offer(chunk), nil) }
            state.waiter = nil
            return (true, .chunk(waiter, .success(chunk)))
        }
    }

    /// - Returns: whether this was the end (`false` when the transfer had ended before), and whom to wake.
    func end(
        _ ending: Result<TransferTimings, TransportError>, discardingBody: Bool = false
    ) -> (isFirst: Bool, wakeup: Wakeup?) {
        state.withLock { state in
            guard state.ending == nil else { return (false, nil) }
            state.ending = ending
            if discardingBody { state.buffer.discard() }
            defer { state.waiter = nil }
            switch state.waiter {
            case .head(let waiter): return (true, .head(waiter, ending.flatMap { _ in .failure(.cancelled) }))
            case .chunk(let waiter): return (true, .chunk(waiter, ending.map { _ in nil }))
            case nil: return (true, nil)
            }
        }
    }
}
