import Foundation

/// The time that work takes of this thread's processor: what else goes on at the machine does not count.
enum ProcessorTime {
    static func measure(_ work: () -> Void) -> Duration {
        let begin = now
        work()
        return now - begin
    }

    private static var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
