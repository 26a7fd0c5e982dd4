import Testing

@testable import Statistics

@Suite struct ControlledRatingTests {
    @Test func `the logistic model finds the coefficients of simulated data`() throws {
        var generator = SeededGenerator(seed: 6)
        var (rows, labels): ([Double], [Double]) = ([], [])
        for _ in 0..<3000 {
            let x = generator.normal()
            rows += [1, x]
            labels.append(generator.unit() < LogisticModel.logistic(0.4 - 0.8 * x) ? 1 : 0)
        }
        let model = try #require(LogisticModel(rows: rows, columns: 2, labels: labels, ridge: [0, 0]))
        #expect(model.interval(of: 0)?.contains(0.4) == true)
        #expect(model.interval(of: 1)?.contains(-0.8) == true)
        #expect(model.interval(of: 2) == nil)
        let held = try #require(LogisticModel(rows: rows, columns: 2, labels: labels, ridge: [0, 1e4]))
        #expect(abs(held.coefficients[1]) < 0.1)
    }

    @Test func `an intercept alone is the log odds of the mean label`() throws {
        let model = try #require(LogisticModel(rows: [1, 1, 1, 1], columns: 1, labels: [1, 0.5, 0, 0.7], ridge: [0]))
        #expect(near(LogisticModel.logistic(model.coefficients[0]), 0.55, 1e-12))
    }

    @Test func `what has no finite fit or does not fit together is nil`() {
        #expect(LogisticModel(rows: [1, 1], columns: 1, labels: [1, 1], ridge: [0]) == nil)
        #expect(LogisticModel(rows: [1, 1, 1], columns: 2, labels: [1, 0], ridge: [0, 0]) == nil)
        #expect(LogisticModel(rows: [1, 1], columns: 1, labels: [2, 0], ridge: [0]) == nil)
        #expect(LogisticModel(rows: [0, 0], columns: 1, labels: [1, 0], ridge: [0]) == nil)
        #expect(LengthControl(scores: [1, 1, 1], lengthDifferences: [1, 2, 3]) == nil)
        #expect(LengthControl(scores: [1], lengthDifferences: [1]) == nil)
    }

    @Test func `a contestant that wins by length alone is near 50 % at equal length`() throws {
        var generator = SeededGenerator(seed: 9)
        var (scores, gaps): ([Double], [Double]) = ([], [])
        for _ in 0..<2000 {
            let gap = 300 + 400 * generator.normal()
            gaps.append(gap)
            scores.append(generator.unit() < LogisticModel.logistic(gap / 300) ? 1 : 0)
        }
        let raw = try #require(WinRate(scores: scores)).percent
        let controlled = try #require(LengthControl(scores: scores, lengthDifferences: gaps))
        #expect(raw > 65)
        #expect(abs((controlled.winRate.estimate ?? 0) - 50) < abs(raw - 50) / 2)
        #expect((controlled.lengthWeight?.low ?? 0) > 0)
    }

    @Test func `without differences of length the controlled rate is the raw one`() throws {
        let scores = [1, 0, 0.5, 1, 1, 0.2]
        let controlled = try #require(
            LengthControl(scores: scores, lengthDifferences: [Double](repeating: 0, count: 6)))
        #expect(near(controlled.winRate.estimate, 100 * scores.reduce(0, +) / 6, 1e-9))
        #expect(controlled.lengthWeight == nil)
    }

    @Test func `style control separates strength from a feature that the judge likes`() throws {
        var generator = SeededGenerator(seed: 12)
        // player 1 is no better but always writes more, and longer wins
        var (battles, features): ([Battle], [[Double]]) = ([], [])
        for question in 0..<3000 {
            let more = generator.normal() + 1
            let chance = LogisticModel.logistic(0 - 0.7 * more)
            battles.append(
                Battle(question: question, first: 0, second: 1, outcome: generator.unit() < chance ? .first : .second))
            features.append([-more])
        }
        let plain = try BradleyTerry.fit(players: 2, records: BattleTable(battles, players: 2).records, ties: .half)
        let styled = try StyleControl.fit(battles, players: 2, features: features)
        #expect(plain.ratings[1] - plain.ratings[0] > 80)
        #expect(abs(styled.ratings[1] - styled.ratings[0]) < 40)
        #expect(styled.weights[0].low > 0)
    }

    @Test func `style control refuses what the plain rating refuses, and features that are missing`() {
        let battle = Battle(question: 1, first: 0, second: 1, outcome: .first)
        #expect(throws: NoFiniteMaximum.self) { try StyleControl.fit([battle], players: 2, features: [[1]]) }
        #expect(throws: NoFiniteMaximum.self) { try StyleControl.fit([battle], players: 2, features: []) }
        #expect(throws: NoFiniteMaximum.self) { try StyleControl.fit([battle], players: 1, features: [[1]]) }
    }
}
