import Chat
import Testing
@testable import Wire

@Suite struct RateLimitHeadersTests {
    @Test(arguments: [
        ("6ms", 0.006), ("1s", 1), ("6m0s", 360), ("1h2m3.5s", 3723.5), ("20", 20), ("0", 0), ("250µs", 0.00025),
        ("1d", 86400),
    ]) func `durations are read as OpenAI spells them`(text: String, seconds: Double) throws {
        let duration = try #require(RateLimitHeaders.duration(text))
        #expect(abs(duration.milliseconds - seconds * 1000) < 1e-3)
    }

    @Test(arguments: ["", "abc", "s", "5x", "1s2", "-1s", "1e400", "nan", "inf", "1..2s", "99999999999999999999h"])
    func `what is no duration is unknown`(text: String) {
        #expect(RateLimitHeaders.duration(text) == nil)
    }

    @Test func `limits are read, and none are no limits`() {
        let headers = [
            "x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "499",
            "x-ratelimit-reset-requests": "120ms",
            "x-ratelimit-limit-tokens": "30000", "x-ratelimit-remaining-tokens": "-5",
            "x-ratelimit-reset-tokens": "6m0s",
        ]
        let limits = RateLimitHeaders.limits({ headers[$0] }, now: 0)
        #expect(
            limits
                == RateLimits(
                    limitRequests: 500, remainingRequests: 499, resetRequests: .milliseconds(120), limitTokens: 30000,
                    remainingTokens: nil, resetTokens: .seconds(360)))
        #expect(RateLimitHeaders.limits({ _ in nil }, now: 0) == nil)
    }

    // Sun, 06 Nov 1994 08:49:37 GMT is 784111777 (RFC 9110's example; GNU date).
    @Test(arguments: [
        (["retry-after": "1"], Duration.seconds(1)),
        (["retry-after": "0.5"], .milliseconds(500)),
        (["retry-after": "1000000000"], .seconds(1_000_000_000)),
        (["retry-after": "-3"], .zero),
        (["retry-after-ms": "250", "retry-after": "9"], .milliseconds(250)),
        (["retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"], .seconds(17)),
        (["retry-after": "Sun, 06 Nov 1994 08:49:00 GMT"], .zero),
    ]) func `the wait is read in all its forms`(headers: [String: String], expected: Duration) {
        #expect(RateLimitHeaders.retryAfter({ headers[$0] }, now: 784_111_760) == expected)
    }

    @Test(arguments: [
        "abc", "", "nan", "1e99", "Sun, 06 Nov 1994", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nix 1994 08:49:37 GMT",
    ])
    func `a wait that cannot be read is unknown`(text: String) {
        #expect(RateLimitHeaders.retryAfter({ $0 == "retry-after" ? text : nil }, now: 0) == nil)
    }

    // Seconds from GNU date.
    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000),
        ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200), ("Tue, 19 Jan 2038 03:14:08 GMT", 2_147_483_648),
    ]) func `dates are read`(text: String, seconds: Double) {
        #expect(RateLimitHeaders.secondsSince1970(ofHTTPDate: text) == seconds)
    }
}
