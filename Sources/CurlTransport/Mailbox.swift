import CCurl
import Chat

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the loop's thread is asked to do.
enum Order {
    case start(Transfer)
    /// Nobody wants that transfer any more.
    case drop(Transfer)
    /// There is room for that paused transfer's body again.
    case resume(Transfer)
}

/// The one way into the loop's thread: orders from any thread, and a descriptor that becomes readable when there are
/// some.
final class Mailbox: Sendable {
    private struct Contents {
        var orders: [Order] = []
        var isSealed = false
    }

    /// Readable while there is something to take.
    let descriptor: Int32
    private let contents = Locked(Contents())

    init() throws(TransportError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw .outOfResources("file descriptors") }
    }

    deinit {
        _ = close(descriptor)
    }

    /// - Returns: whether the order was taken in; `false` once the mailbox is sealed.
    @discardableResult
    func post(_ order: Order) -> Bool {
        let (isTaken, isFirst) = contents.withLock { contents in
            guard !contents.isSealed else { return (false, false) }
            contents.orders.append(order)
            return (true, contents.orders.count == 1)
        }
        if isFirst { wake() }
        return isTaken
    }

    /// No order is taken in from now on; the thread is to end.
    func seal() {
        contents.withLock { $0.isSealed = true }
        wake()
    }

    /// For the loop's thread: everything posted since the last time, and whether the mailbox is sealed.
    func take() -> (orders: [Order], isSealed: Bool) {
        var counter: UInt64 = 0
        _ = read(descriptor, &counter, MemoryLayout<UInt64>.size)
        return contents.withLock { contents in
            var orders: [Order] = []
            swap(&orders, &contents.orders)
            return (orders, contents.isSealed)
        }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }
}
