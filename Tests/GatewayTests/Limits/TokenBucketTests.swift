@testable import Gateway
import Testing

@Suite struct TokenBucketTests {
    @Test func `a minute's worth may come at once, then the rate holds`() {
        var bucket = TokenBucket(perMinute: 3, at: .zero)
        for _ in 0..<3 { #expect(bucket.take(debt: 0, at: .zero) == .taken(wait: .zero)) }
        #expect(bucket.take(debt: 0, at: .zero) == .refused(retryAfter: .seconds(20)))
        #expect(bucket.take(debt: 0, at: .seconds(19)) == .refused(retryAfter: .seconds(1)))
        #expect(bucket.take(debt: 0, at: .seconds(20)) == .taken(wait: .zero))
    }

    @Test(arguments: [1, 7, 60, 113, 500, 9_999]) func `who comes back when told is not sent away again`(limit: Int) {
        var bucket = TokenBucket(perMinute: limit, at: .zero)
        var now = Duration.zero
        for _ in 0..<limit { #expect(bucket.take(debt: 0, at: now) == .taken(wait: .zero)) }
        for _ in 0..<200 {
            guard case .refused(let time) = bucket.take(debt: 0, at: now) else { continue }
            now += time
            #expect(bucket.take(debt: 0, at: now) == .taken(wait: .zero))
        }
    }

    @Test func `the queue waits its turn and has an end`() {
        var bucket = TokenBucket(perMinute: 60, at: .zero)
        for _ in 0..<60 { _ = bucket.take(debt: 2, at: .zero) }
        #expect(bucket.take(debt: 2, at: .zero) == .taken(wait: .seconds(1)))
        #expect(bucket.take(debt: 2, at: .zero) == .taken(wait: .seconds(2)))
        #expect(bucket.take(debt: 2, at: .zero) == .refused(retryAfter: .seconds(1)))
        bucket.giveBack()
        #expect(bucket.take(debt: 2, at: .zero) == .taken(wait: .seconds(2)))
    }

    @Test func `a clock that goes back fills nothing and takes nothing`() {
        var bucket = TokenBucket(perMinute: 1, at: .seconds(100))
        #expect(bucket.take(debt: 0, at: .seconds(50)) == .taken(wait: .zero))
        #expect(bucket.take(debt: 0, at: .seconds(159)) == .refused(retryAfter: .seconds(1)))
    }

    @Test func `what was used is owed, however much`() {
        var bucket = TokenBucket(perMinute: 100, at: .zero)
        bucket.charge(1_000_000_000, at: .zero)
        #expect(bucket.timeUntilPositive(at: .zero) > .seconds(86_400))
        bucket = TokenBucket(perMinute: 100, at: .zero)
        bucket.charge(200, at: .zero)
        #expect(bucket.timeUntilPositive(at: .zero) == .seconds(60))
        #expect(bucket.remaining(at: .zero).count == 0)
        #expect(bucket.remaining(at: .seconds(90)).count == 50)
    }
}
