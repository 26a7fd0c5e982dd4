import CCurl

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Waits until one of many sockets can be read or written: `epoll`, in curl's terms.
final class EventPoll {
    /// A socket and what it is ready for, as a mask of `CURL_CSELECT_IN` and `CURL_CSELECT_OUT`.
    struct Event {
        let socket: Int32
        let readiness: Int32
    }

    private let descriptor: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: 256)

    init() throws(TransportError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .outOfResources("file descriptors") }
    }

    deinit {
        close(descriptor)
    }

    /// Watches the socket for `interest` (one of `CURL_POLL_IN`, `_OUT`, `_INOUT`), in place of what it was watched
    /// for before.
    func watch(_ socket: Int32, interest: Int32, isNew: Bool) {
        var mask: UInt32 = 0
        if interest & CURL_POLL_IN != 0 { mask |= EPOLLIN.rawValue }
        if interest & CURL_POLL_OUT != 0 { mask |= EPOLLOUT.rawValue }
        var event = epoll_event(events: mask, data: epoll_data_t(fd: socket))
        if epoll_ctl(descriptor, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event) == 0 { return }
        // The number was used before: by a socket that was closed unseen, or by one that is still known.
        if errno == ENOENT { epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) }
        if errno == EEXIST { epoll_ctl(descriptor, EPOLL_CTL_MOD, socket, &event) }
    }

    /// Watches it no longer; a socket that is closed already is forgotten by itself.
    func forget(_ socket: Int32) {
        epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, nil)
    }

    /// The sockets that are ready; none once the time is up. `nil` waits without end.
    func wait(upTo limit: Duration?) -> [Event] {
        let milliseconds = limit.map { $0 <= .zero ? 0 : Int32($0.curlMilliseconds) } ?? -1
        let count = epoll_wait(descriptor, &events, Int32(events.count), milliseconds)
        return events.prefix(max(0, Int(count))).map { event in
            let failed = event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
            var readiness: Int32 = 0
            if failed || event.events & EPOLLIN.rawValue != 0 { readiness |= CURL_CSELECT_IN }
            if failed || event.events & EPOLLOUT.rawValue != 0 { readiness |= CURL_CSELECT_OUT }
            return Event(socket: event.data.fd, readiness: readiness)
        }
    }
}
