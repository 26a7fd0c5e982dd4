import CCurl
import Chat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The thread that drives every transfer: it alone touches curl's multi handle.
///
/// Each turn waits for sockets, orders and deadlines together, then lets curl read and write, then ends what is over.
final class LoopThread {
    private let multi: UnsafeMutableRawPointer
    private let poll: EventPoll
    private let mailbox: Mailbox
    private let handles: HandlePool
    private let isOver: Milestone
    private let connections: Int
    private let agenda = Agenda()
    private var live: [ObjectIdentifier: Reception] = [:]
    private var queue = Queue<Transfer>()
    /// Sockets with a small window.
    private var narrow: Set<Int32> = []
    private static let streamWindow: Int32 = 65_536
    /// When curl wants to be called without any socket being ready.
    private var curlDeadline: ContinuousClock.Instant?

    init(mailbox: Mailbox, handles: HandlePool, isOver: Milestone, connections: Int) throws(TransportError) {
        poll = try EventPoll()
        guard let multi = curl_multi_init() else { throw .outOfResources("memory") }
        self.multi = multi
        self.mailbox = mailbox
        self.handles = handles
        self.isOver = isOver
        self.connections = connections
        _ = nexus_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connections)
        poll.watch(mailbox.descriptor, interest: CURL_POLL_IN, isNew: true)
        listen()
    }

    deinit {
        _ = nexus_multi_on_socket(multi, nil, nil)
        _ = nexus_multi_on_timer(multi, nil, nil)
        curl_multi_cleanup(multi)
    }

    /// Starts the thread; it lets go of everything and reaches `isOver` once the mailbox is sealed.
    func launch() throws(TransportError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                let loop = Unmanaged<LoopThread>.fromOpaque(context)
                let isOver = loop.takeUnretainedValue().isOver
                loop.takeUnretainedValue().run()
                loop.release()
                isOver.reach()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            throw .outOfResources("threads")
        }
    }

    private func run() {
        // Signals are the business of other threads; a write to a closed connection must not raise one.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        while turn() {}
        for reception in live.values { finish(reception, .failure(.shutDown)) }
        agenda.wakeAll()
    }
}

// MARK: turns

extension LoopThread {
    /// - Returns: whether there is another.
    private func turn() -> Bool {
        for event in poll.wait(upTo: timeToNextDeadline) {
            if event.socket == mailbox.descriptor {
                guard followOrders() else { return false }
            } else {
                act(on: event.socket, readiness: event.readiness)
            }
        }
        if let due = curlDeadline, due <= .now {
            curlDeadline = nil
            act(on: CURL_SOCKET_TIMEOUT, readiness: 0)
        }
        finishWhatCurlFinished()
        finishWhatIsLate()
        beginWhatWaits()
        agenda.wakeAll()
        return true
    }

    private var timeToNextDeadline: Duration? {
        var next = curlDeadline
        if let other = agenda.nextDeadline { next = next.map { min($0, other) } ?? other }
        return next.map { ContinuousClock.now.duration(to: $0) }
    }

    private func act(on socket: Int32, readiness: Int32) {
        var running: Int32 = 0
        curl_multi_socket_action(multi, socket, readiness, &running)
    }

    private func finishWhatCurlFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left)?.pointee {
            guard message.msg == CURLMSG_DONE, let reception = Reception.of(message.easy_handle) else { continue }
            finish(reception, reception.ending(message.data.result))
        }
    }

    private func finishWhatIsLate() {
        let now = ContinuousClock.now
        guard let due = agenda.nextDeadline, due <= now else { return }
        agenda.forgetDeadline()
        for reception in live.values {
            guard let expiry = reception.clock.expiry(at: now) else {
                agenda.note(reception.clock.deadline)
                continue
            }
            let host = reception.transfer.host
            finish(reception, .failure(.timedOut(phase: expiry.phase, host: host, after: expiry.limit)))
        }
    }
}

// MARK: transfers

extension LoopThread {
    /// - Returns: whether the loop goes on.
    private func followOrders() -> Bool {
        let (orders, isSealed) = mailbox.take()
        for order in orders {
            switch order {
            case .start(let transfer): queue.append(transfer)
            case .drop(let transfer): live[ObjectIdentifier(transfer)].map { finish($0, .failure(.cancelled)) }
            case .resume(let transfer): live[ObjectIdentifier(transfer)].map(resume)
            }
        }
        if isSealed {
            while let transfer = queue.popFirst() { agenda.note(transfer.end(.failure(.shutDown)).wakeup) }
        } else {
            beginWhatWaits()
        }
        return !isSealed
    }

    private func beginWhatWaits() {
        while live.count < connections, let transfer = queue.popFirst() {
            if !transfer.isOver { begin(transfer) }
        }
    }

    private func begin(_ transfer: Transfer) {
        let reception = Reception(transfer, agenda: agenda, now: .now)
        reception.listen()
        live[ObjectIdentifier(transfer)] = reception
        guard curl_multi_add_handle(multi, transfer.handle.easy) == CURLM_OK else {
            return finish(reception, .failure(.outOfResources("memory")))
        }
    }

    private func resume(_ reception: Reception) {
        reception.resumed()
        let code = curl_easy_pause(reception.transfer.handle.easy, CURLPAUSE_CONT)
        if code != CURLE_OK { finish(reception, reception.ending(code)) }
    }

    private func finish(_ reception: Reception, _ ending: Result<TransferTimings, TransportError>) {
        let transfer = reception.transfer
        live[ObjectIdentifier(transfer)] = nil
        curl_multi_remove_handle(multi, transfer.handle.easy)
        handles.put(transfer.handle)
        agenda.note(transfer.end(ending).wakeup)
    }
}

// MARK: curl's way in

extension LoopThread {
    private func listen() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = nexus_multi_on_socket(
            multi,
            { easy, socket, interest, context, known in
                LoopThread.at(context)?.watch(socket, of: easy, interest: interest, isNew: known == nil)
                return 0
            }, context)
        _ = nexus_multi_on_timer(
            multi,
            { _, milliseconds, context in
                LoopThread.at(context)?.curlDeadline = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
                return 0
            }, context)
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> LoopThread? {
        context.map { Unmanaged<LoopThread>.fromOpaque($0).takeUnretainedValue() }
    }

    private func watch(_ socket: Int32, of easy: UnsafeMutableRawPointer?, interest: Int32, isNew: Bool) {
        guard interest != CURL_POLL_REMOVE else { return poll.forget(socket) }
        poll.watch(socket, interest: interest, isNew: isNew)
        guard isNew else { return }
        // Any pointer that is not nil marks the socket as known.
        curl_multi_assign(multi, socket, multi)
        let isStream = Reception.of(easy).map { $0.transfer.limits.total == nil } ?? false
        // A number may be that of a later socket, so that a stream's is told each time.
        if isStream || narrow.contains(socket) { setWindow(of: socket, isNarrow: isStream) }
    }

    /// Of a stream, the kernel takes little that nobody has read yet, so that a slow reader holds its upstream back; of
    /// other answers as much as it likes.
    private func setWindow(of socket: Int32, isNarrow: Bool) {
        var most = isNarrow ? LoopThread.streamWindow : Int32.max
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_WINDOW_CLAMP, &most, socklen_t(MemoryLayout<Int32>.size))
        if isNarrow { narrow.insert(socket) } else { narrow.remove(socket) }
    }
}
