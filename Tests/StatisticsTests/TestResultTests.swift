import Testing

@testable import Statistics

@Suite struct TestResultTests {
    @Test func `a result reads as one line with everything a p-value needs`() {
        let result = TestResult(
            name: "paired-t", statisticName: "t", statistic: 1.23456, pValue: 0.0312345, n: 20, degreesOfFreedom: 19)
        #expect(result.description == "paired-t: t = 1.235, p = 0.03123, n = 20, df 19")
    }

    @Test func `a one-sided result and its detail are named`() {
        let result = TestResult(
            name: "sign", statisticName: "positive", statistic: 3, pValue: 0.5, n: 4, alternative: .greater,
            detail: "exact")
        #expect(result.description == "sign: positive = 3.0, p = 0.5, n = 4, greater, exact")
    }

    @Test func `what cannot be tested says why and has no p-value`() {
        let result = TestResult.notTestable("paired-t", n: 1, "at least two samples are needed")
        #expect(result.pValue == nil && result.statistic == nil)
        #expect(result.description == "paired-t: not testable, at least two samples are needed (n = 1)")
    }

    @Test func `a p-value that is no number becomes not testable`() {
        let result = TestResult(name: "x", statisticName: "t", statistic: 1, pValue: .nan, n: 3)
        #expect(result.pValue == nil)
        #expect(result.notTestable == "the statistic is not a number")
    }

    @Test func `a p-value is held within 0 and 1`() {
        #expect(TestResult(name: "x", statisticName: "t", statistic: 1, pValue: 1.0000001, n: 3).pValue == 1)
    }
}
