import Glibc

/// Logistic regression with graded labels and a fixed ridge: the model behind length- and style-controlled figures.
public struct LogisticModel: Sendable, Equatable {
    /// One coefficient a column.
    public let coefficients: [Double]
    /// Their standard errors, robust against the wrong variance of graded labels (sandwich form).
    public let standardErrors: [Double]
    /// How many rows.
    public let n: Int

    /// Fits by Newton's method.
    ///
    /// - Parameters:
    ///   - rows: row-major, `columns` finite values a row; write a 1 for an intercept.
    ///   - columns: at least 1.
    ///   - labels: 0...1 for each row, whole or graded.
    ///   - ridge: a penalty of ½·ridge·coefficient² for each column, at least 0; 0 leaves it free.
    /// - Returns: nil for shapes that do not fit, or where the maximum is not finite (labels told apart without error
    ///   by free columns) or not unique.
    public init?(rows: [Double], columns: Int, labels: [Double], ridge: [Double]) {
        guard columns > 0, rows.count == labels.count * columns, ridge.count == columns, !labels.isEmpty,
            rows.allSatisfy(\.isFinite), labels.allSatisfy({ (0...1).contains($0) }), ridge.allSatisfy({ $0 >= 0 })
        else { return nil }
        var beta = [Double](repeating: 0, count: columns)
        var value = Self.value(rows, columns, labels, ridge, beta)
        var converged = false
        for _ in 0..<100 {
            let (slope, curvature, _) = Self.derivatives(rows, columns, labels, ridge, beta)
            guard let step = curvature.solve(slope) else { return nil }
            var share = 1.0
            var next = beta
            var reached = -Double.infinity
            while share > 1e-9 {
                next = zip(beta, step).map { $0 + share * $1 }
                reached = Self.value(rows, columns, labels, ridge, next)
                if reached >= value - 1e-13 * abs(value) { break }
                share /= 2
            }
            let moved = zip(beta, next).map { abs($0 - $1) / max(1, abs($0)) }.max() ?? 0
            beta = next
            value = reached
            if moved < 1e-12 {
                converged = true
                break
            }
        }
        guard converged, beta.allSatisfy({ abs($0) < 1e3 }) else { return nil }
        let (_, curvature, meat) = Self.derivatives(rows, columns, labels, ridge, beta)
        guard let inverse = curvature.inverse() else { return nil }
        coefficients = beta
        standardErrors = (0..<columns).map { column in
            var sum = 0.0
            for i in 0..<columns {
                for j in 0..<columns { sum += inverse[column, i] * meat[i, j] * inverse[j, column] }
            }
            return max(0, sum).squareRoot()
        }
        n = labels.count
    }

    /// The normal interval of a coefficient; nil for a column out of range or without spread.
    public func interval(of column: Int, level: Double = 0.95) -> Interval? {
        guard coefficients.indices.contains(column) else { return nil }
        return Interval.t(
            estimate: coefficients[column], standardError: standardErrors[column], degreesOfFreedom: .infinity,
            level: level,
            method: "logistic, robust")
    }

    /// 1 / (1 + e⁻ˣ).
    public static func logistic(_ x: Double) -> Double { x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)) }

    private static func value(
        _ rows: [Double], _ columns: Int, _ labels: [Double], _ ridge: [Double], _ beta: [Double]
    ) -> Double {
        var sum = 0.0
        for (row, label) in labels.enumerated() {
            var logit = 0.0
            for column in 0..<columns { logit += rows[row * columns + column] * beta[column] }
            sum += label * logit - max(0, logit) - log1p(exp(-abs(logit)))
        }
        return sum - zip(ridge, beta).reduce(0) { $0 + $1.0 * $1.1 * $1.1 / 2 }
    }

    private static func derivatives(
        _ rows: [Double], _ columns: Int, _ labels: [Double], _ ridge: [Double], _ beta: [Double]
    ) -> (slope: [Double], curvature: SymmetricMatrix, meat: SymmetricMatrix) {
        var slope = zip(ridge, beta).map { -$0 * $1 }
        var curvature = SymmetricMatrix(size: columns)
        var meat = SymmetricMatrix(size: columns)
        for column in 0..<columns { curvature[column, column] = ridge[column] }
        for (row, label) in labels.enumerated() {
            let start = row * columns
            var logit = 0.0
            for column in 0..<columns { logit += rows[start + column] * beta[column] }
            let p = logistic(logit)
            let rest = label - p
            for i in 0..<columns {
                slope[i] += rest * rows[start + i]
                for j in 0...i {
                    let product = rows[start + i] * rows[start + j]
                    curvature.add(p * (1 - p) * product, i, j)
                    meat.add(rest * rest * product, i, j)
                }
            }
        }
        return (slope, curvature, meat)
    }
}
