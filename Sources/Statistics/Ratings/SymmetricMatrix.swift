/// A small dense symmetric matrix, for Newton's method.
struct SymmetricMatrix {
    let size: Int
    private(set) var cells: [Double]

    init(size: Int) {
        self.size = size
        cells = [Double](repeating: 0, count: size * size)
    }

    subscript(row: Int, column: Int) -> Double {
        get { cells[row * size + column] }
        set { cells[row * size + column] = newValue }
    }

    /// Adds to the cell and its mirror image (once on the diagonal).
    mutating func add(_ value: Double, _ row: Int, _ column: Int) {
        cells[row * size + column] += value
        if row != column { cells[column * size + row] += value }
    }

    /// The lower triangle L with L·Lᵀ = self; nil where the matrix is not positive definite.
    func cholesky() -> [Double]? {
        var factor = cells
        for column in 0..<size {
            var pivot = factor[column * size + column]
            for k in 0..<column { pivot -= factor[column * size + k] * factor[column * size + k] }
            // what rounding leaves of a singular matrix counts as singular
            guard pivot > 1e-13 * max(cells[column * size + column], 1e-300) else { return nil }
            let root = pivot.squareRoot()
            factor[column * size + column] = root
            for row in (column + 1)..<max(column + 1, size) {
                var value = factor[row * size + column]
                for k in 0..<column { value -= factor[row * size + k] * factor[column * size + k] }
                factor[row * size + column] = value / root
            }
        }
        return factor
    }

    /// The x with self·x = `right`; nil where the matrix is not positive definite.
    func solve(_ right: [Double]) -> [Double]? {
        cholesky().map { Self.solve($0, size, right) }
    }

    /// The inverse; nil where the matrix is not positive definite.
    func inverse() -> SymmetricMatrix? {
        guard let factor = cholesky() else { return nil }
        var result = SymmetricMatrix(size: size)
        for column in 0..<size {
            var unit = [Double](repeating: 0, count: size)
            unit[column] = 1
            for (row, value) in Self.solve(factor, size, unit).enumerated() { result[row, column] = value }
        }
        return result
    }

    private static func solve(_ factor: [Double], _ size: Int, _ right: [Double]) -> [Double] {
        var x = right
        for row in 0..<size {
            for k in 0..<row { x[row] -= factor[row * size + k] * x[k] }
            x[row] /= factor[row * size + row]
        }
        for row in stride(from: size - 1, through: 0, by: -1) {
            for k in (row + 1)..<max(row + 1, size) { x[row] -= factor[k * size + row] * x[k] }
            x[row] /= factor[row * size + row]
        }
        return x
    }
}
