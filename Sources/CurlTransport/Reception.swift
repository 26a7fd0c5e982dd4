import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the loop is to do beside serving sockets.
final class Agenda {
    /// When the transfers' clocks must be looked at. It may be too early, never too late.
    private(set) var nextDeadline: ContinuousClock.Instant?
    /// Whom to wake at the end of the turn.
    private var wakeups: [Wakeup] = []

    func note(_ deadline: ContinuousClock.Instant?) {
        guard let deadline else { return }
        nextDeadline = nextDeadline.map { min($0, deadline) } ?? deadline
    }

    func note(_ wakeup: Wakeup?) {
        if let wakeup { wakeups.append(wakeup) }
    }

    func forgetDeadline() {
        nextDeadline = nil
    }

    func wakeAll() {
        for wakeup in wakeups { wakeup() }
        wakeups.removeAll(keepingCapacity: true)
    }
}

/// What the loop's thread knows of one live transfer: it hears from curl, asks the state machines and passes on what
/// they decide.
final class Reception {
    let transfer: Transfer
    private(set) var clock: TransferClock
    /// Why we stopped the transfer ourselves; curl then reports no more than that we did.
    private var failure: TransportError?
    private var head: HeadParser
    private var bodyBytes = 0
    private var isSent = false
    /// Why the system made no socket; 0: it made all that curl asked for.
    private var socketError: Int32 = 0
    private let agenda: Agenda

    init(_ transfer: Transfer, agenda: Agenda, now: ContinuousClock.Instant) {
        self.transfer = transfer
        self.agenda = agenda
        let limits = transfer.limits
        clock = TransferClock(limits: limits, start: now)
        head = HeadParser(byteLimit: limits.headBytes, fieldLimit: limits.headFields)
        agenda.note(clock.deadline)
    }

    /// The connection is ready; the request will be sent now.
    ///
    /// curl sends a request a second time, over a fresh connection, when a kept one turns out to be closed. The host
    /// may have acted on the first, so this is refused: each exchange asks once, and who asks again does so knowingly.
    func connected() -> Bool {
        guard !isSent else { return false }
        isSent = true
        clock.connected(at: .now)
        agenda.note(clock.deadline)
        return true
    }

    /// Makes a socket for curl; -1 where the system makes none.
    func open(_ address: curl_sockaddr) -> curl_socket_t {
        let made = socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
        if made < 0 { socketError = errno }
        return made
    }

    /// - Returns: whether the transfer goes on.
    func take(headLine: UnsafeRawBufferPointer) -> Bool {
        switch head.take(headLine) {
        case .more: break
        case .complete(let head): agenda.note(transfer.deliver(head, at: .now))
        case .tooLarge(let part, let limit): failure = .tooLarge(part: part, limit: limit)
        case .violation(let reason): failure = .protocolViolation(host: transfer.host, reason: reason)
        }
        return failure == nil
    }

    enum Verdict {
        case taken, pause, abort
    }

    func take(body: UnsafeRawBufferPointer) -> Verdict {
        guard !body.isEmpty else { return .taken }
        let limit = transfer.limits.bodyBytes
        guard body.count <= limit - bodyBytes else {
            failure = .tooLarge(part: .body, limit: limit)
            return .abort
        }
        let now = ContinuousClock.now
        let (isTaken, wakeup) = transfer.deliver(BodyChunk(bytes: [UInt8](body), receivedAt: now))
        agenda.note(wakeup)
        guard isTaken else {
            clock.paused()
            return .pause
        }
        bodyBytes += body.count
        clock.received(at: now)
        agenda.note(clock.deadline)
        return .taken
    }

    func resumed() {
        clock.resumed(at: .now)
        agenda.note(clock.deadline)
    }

    /// The end curl reports, in our terms.
    func ending(_ code: CURLcode) -> Result<TransferTimings, TransportError> {
        if let failure { return .failure(failure) }
        guard code != CURLE_OK || !head.isComplete else { return .success(transfer.handle.timings) }
        let easy = transfer.handle.easy
        let told = Int32(truncatingIfNeeded: nexus_easy_get_long(easy, CURLINFO_OS_ERRNO))
        // Curl does not tell a socket that could not be made from a host that could not be reached: it tells what the
        // handle met last, be it in an exchange before.
        let isUnmade = socketError != 0 && code == CURLE_COULDNT_CONNECT
        return .failure(
            CurlFailure(
                code: code == CURLE_OK ? CURLE_GOT_NOTHING : code, text: transfer.handle.failureText,
                systemError: isUnmade ? socketError : told,
                host: transfer.host, limits: transfer.limits, wasConnected: isSent, headWasComplete: head.isComplete,
                bodyBytes: bodyBytes
            ).error)
    }
}

// MARK: curl's way in

extension Reception {
    /// Has curl call this reception; it must outlive the handle's stay in the multi handle.
    func listen() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let easy = transfer.handle.easy
        _ = nexus_easy_set_pointer(easy, CURLOPT_PRIVATE, context)
        _ = nexus_easy_on_connected(
            easy,
            { context, _, _, _, _ in
                Reception.at(context).connected() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            }, context)
        _ = nexus_easy_on_open(
            easy,
            { context, _, address in
                guard let address else { return CURL_SOCKET_BAD }
                return Reception.at(context).open(address.pointee)
            }, context)
        _ = nexus_easy_on_head_line(
            easy,
            { bytes, size, count, context in
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return Reception.at(context).take(headLine: line) ? line.count : 0
            }, context)
        _ = nexus_easy_on_body(
            easy,
            { bytes, size, count, context in
                let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
                switch Reception.at(context).take(body: piece) {
                case .taken: return piece.count
                case .pause: return Int(CURL_WRITEFUNC_PAUSE)
                case .abort: return piece.isEmpty ? 1 : 0
                }
            }, context)
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> Reception {
        guard let context else { preconditionFailure("curl calls back with the context it was given") }
        return Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
    }

    /// The reception a handle in the multi handle belongs to.
    static func of(_ easy: UnsafeMutableRawPointer?) -> Reception? {
        nexus_easy_get_private(easy).map { Unmanaged<Reception>.fromOpaque($0).takeUnretainedValue() }
    }
}
