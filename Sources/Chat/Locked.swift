#if canImport(Glibc)
    public import Glibc
#elseif canImport(Musl)
    public import Musl
#endif

/// A value behind a lock, for counters, maps and other state that is touched in passing.
///
/// Built on `pthread_mutex_t` because ThreadSanitizer sees it; it does not see the futex of `Synchronization.Mutex`
/// on Linux. It does not suspend: never `await` inside `withLock`. Inlinable, for unspecialised generic code in other
/// modules would cost more than the lock.
public final class Locked<Value>: @unchecked Sendable {
    // The lock alone keeps accesses apart; the run-time's own look at each would cost as much again.
    @usableFromInline @exclusivity(unchecked) var value: Value
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>

    @inlinable
    public init(_ value: sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    @inlinable
    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with exclusive access to the value.
    @inlinable
    public func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
