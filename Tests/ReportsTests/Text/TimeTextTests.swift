import Testing

@testable import Reports

@Suite struct TimeTextTests {
    // Moments and their texts as `date -u -d @SECONDS` of GNU coreutils prints them.
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400_000, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_795_269_600_000, "2026-11-21T14:00:00Z"), (4_102_444_799_000, "2099-12-31T23:59:59Z"),
            (1_709_251_199_042, "2024-02-29T23:59:59.042Z"),
        ] as [(Int64, String)])
    func `moments as ISO 8601`(milliseconds: Int64, text: String) {
        #expect(TimeText.iso(milliseconds) == text)
    }

    @Test(
        arguments: [
            (850, "850 ms"), (12_340, "12.3 s"), (245_000, "4 min 5 s"), (7_380_000, "2 h 3 min"), (-5, "0 ms"),
        ] as [(Int64, String)])
    func `lengths in words`(milliseconds: Int64, text: String) {
        #expect(TimeText.length(milliseconds: milliseconds) == text)
    }
}
