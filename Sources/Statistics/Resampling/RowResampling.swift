// The two ways to resample rows and what both add up stand in one file: builds that compile file by file, as for tests,
// make the code of a generic function for each kind of number only where they see it whole.

/// Sums of rows drawn with replacement, many times over.
///
/// Rows of small whole numbers, such as n-gram counts, are summed as integers of 16 or 32 bits, carried over to doubles
/// before they could overflow: exact, and a fraction of the memory to read; others as doubles.
enum BootstrapResampling {
    /// Draws as many rows as there are, `resamples` times, and hands each resample's sums to `use`.
    ///
    /// - Parameters:
    ///   - count: rows, at least 1.
    ///   - width: columns of a row.
    ///   - value: the value of a row's column.
    ///   - use: is given the number of a resample and its column sums; called from several threads at once.
    /// Complexity: O(count · resamples) additions of rows; the same for any number of threads.
    static func run(
        count: Int, width: Int, resamples: Int, seed: UInt64, value: (_ row: Int, _ column: Int) -> Double,
        use: (_ resample: Int, _ sums: UnsafeBufferPointer<Double>) -> Void
    ) {
        guard count > 0, count <= Int(Int32.max), width > 0 else { return }
        let size = RowSize(count: count, width: width, value)
        func draw<Vector: SIMD>(_: Vector.Type) where Vector.Scalar: RowScalar {
            let rows = PaddedRows<Vector>(count: count, width: width, filled: count, value: value)
            self.draw(rows, width, resamples, seed, carryAfter: size.rows(fitting: Vector.Scalar.self), use)
        }
        if width <= 2 {
            draw(SIMD2<Double>.self)
        } else if size.rows(fitting: Int16.self) >= leastRun {
            draw(SIMD8<Int16>.self)
        } else if size.rows(fitting: Int32.self) >= leastRun {
            draw(SIMD4<Int32>.self)
        } else {
            draw(SIMD4<Double>.self)
        }
    }

    /// Fewest rows that are worth being added before the sum is carried over.
    private static let leastRun = 64

    /// Rows of a tile: one random byte draws one of them, and all stay in the fastest cache.
    private static let tileRows = 256

    /// Works block by block; within a block tile by tile of the rows, each resample taking from a tile as many rows as
    /// a multinomial draw gives it: the same distribution as drawing from all rows at once, and linear in their number.
    private static func draw<Vector: SIMD>(
        _ rows: PaddedRows<Vector>, _ width: Int, _ resamples: Int, _ seed: UInt64, carryAfter run: Int,
        _ use: (Int, UnsafeBufferPointer<Double>) -> Void
    ) where Vector.Scalar: RowScalar {
        let tiles = (rows.count + tileRows - 1) / tileRows
        let lanes = rows.chunks * Vector.scalarCount
        ResamplingBlocks.run(resamples: resamples, seed: seed) { range, generator in
            let sums = UnsafeMutablePointer<Double>.allocate(capacity: range.count * lanes)
            sums.initialize(repeating: 0, count: range.count * lanes)
            defer { sums.deallocate() }
            let picks = UnsafeMutablePointer<UInt8>.allocate(capacity: rows.count + 8)
            defer { picks.deallocate() }
            // Rows that each resample has still to draw.
            var left = [Int](repeating: rows.count, count: range.count)
            for number in 0..<tiles {
                let behind = rows.count - number * tileRows
                let size = min(tileRows, behind)
                let tile = rows.start + number * tileRows * rows.chunks
                for place in 0..<range.count {
                    let count =
                        behind == size
                        ? left[place]
                        : generator.binomial(trials: left[place], probability: Double(size) / Double(behind))
                    left[place] -= count
                    pick(count, below: size, picks, &generator)
                    for first in stride(from: 0, to: count, by: run) {
                        let picked = Picked(
                            start: tile, stride: rows.chunks, rows: picks + first, count: min(run, count - first))
                        accumulate(picked, sums + place * lanes)
                    }
                }
            }
            for (place, resample) in range.enumerated() {
                use(resample, UnsafeBufferPointer(start: sums + place * lanes, count: width))
            }
        }
    }

    /// Rows of a tile that a resample has drawn, by their numbers within it, a byte each.
    private struct Picked<Vector: SIMD> {
        let start: UnsafePointer<Vector>
        let stride: Int
        let rows: UnsafePointer<UInt8>
        let count: Int

        @inline(__always)
        func row(_ index: Int) -> UnsafePointer<Vector> { start + Int(rows[index]) &* stride }
    }

    /// `count` row numbers below `size`, each equally likely: of a full tile one from each random byte, of a smaller
    /// one from each sixteen random bits, with Lemire's rejection.
    @inline(__always)
    private static func pick(
        _ count: Int, below size: Int, _ picks: UnsafeMutablePointer<UInt8>, _ generator: inout SeededGenerator
    ) {
        var local = generator
        if size == tileRows {
            let bytes = UnsafeMutableRawPointer(picks)
            for offset in stride(from: 0, to: count, by: 8) {
                bytes.storeBytes(of: local.next().littleEndian, toByteOffset: offset, as: UInt64.self)
            }
        } else {
            let threshold = 65536 % size
            var made = 0
            while made < count {
                var word = local.next()
                for _ in 0..<4 {
                    let product = Int(word & 0xffff) &* size
                    // A number too many falls behind the last, where there is room for eight.
                    picks[made] = UInt8(truncatingIfNeeded: product >> 16)
                    made &+= product & 0xffff >= threshold ? 1 : 0
                    word >>= 16
                }
            }
        }
        generator = local
    }

    /// Adds the picked rows. Sums stay in registers, three vectors a pass: of 16-bit integers, two systems' BLEU.
    @inline(__always)
    private static func accumulate<Vector: SIMD>(_ picked: Picked<Vector>, _ sums: UnsafeMutablePointer<Double>)
    where Vector.Scalar: RowScalar {
        let lanes = Vector.scalarCount
        var chunk = 0
        while chunk + 3 <= picked.stride {
            var (a, b, c) = (Vector(), Vector(), Vector())
            for index in 0..<picked.count {
                let row = picked.row(index) + chunk
                a = Vector.Scalar.sum(a, row[0])
                b = Vector.Scalar.sum(b, row[1])
                c = Vector.Scalar.sum(c, row[2])
            }
            carry(a, sums + chunk * lanes)
            carry(b, sums + (chunk + 1) * lanes)
            carry(c, sums + (chunk + 2) * lanes)
            chunk += 3
        }
        while chunk < picked.stride {
            // Two running sums, so that one addition need not wait for the other.
            var (even, odd) = (Vector(), Vector())
            var index = 0
            while index + 2 <= picked.count {
                even = Vector.Scalar.sum(even, picked.row(index)[chunk])
                odd = Vector.Scalar.sum(odd, picked.row(index + 1)[chunk])
                index += 2
            }
            if index < picked.count { odd = Vector.Scalar.sum(odd, picked.row(index)[chunk]) }
            carry(Vector.Scalar.sum(even, odd), sums + chunk * lanes)
            chunk += 1
        }
    }

    @inline(__always)
    private static func carry<Vector: SIMD>(_ sum: Vector, _ sums: UnsafeMutablePointer<Double>)
    where Vector.Scalar: RowScalar {
        for lane in 0..<Vector.scalarCount { sums[lane] += sum[lane].double }
    }
}

/// Random halves: the sums of the rows that a random subset takes, many times over.
///
/// A randomization test exchanges the two systems on a random half of the samples. With D = candidate − baseline by
/// sample, all that is needed of a resample is S, the sum of D over the samples exchanged: the totals become A + S and
/// B − S, and a mean difference becomes Δ − 2S/n.
///
/// The work is done 64 rows at a time: for every four rows the sums of their 16 subsets are made once, and 64 random
/// bits then pick one of each 16.
enum SwapResampling {
    /// The sums of `resamples` random subsets of the rows.
    ///
    /// - Parameters:
    ///   - rows: row-major, a multiple of `width` values.
    ///   - width: columns, at least 1.
    /// - Returns: resamples × width sums, row-major. O(rows · resamples / 4) additions of rows; the same for any number
    ///   of threads.
    static func sums(of rows: [Double], width: Int, resamples: Int, seed: UInt64) -> [Double] {
        let width = max(1, width)
        let count = rows.count / width
        func run<Vector: SIMD>(_: Vector.Type) -> [Double] where Vector.Scalar: RowScalar {
            // Four rows a group, sixteen groups a word of random bits; missing rows are zeros.
            let padded = PaddedRows<Vector>(count: (count + 63) / 64 * 64, width: width, filled: count) {
                rows[$0 * width + $1]
            }
            return self.run(padded, width, resamples, seed)
        }
        if width <= 2 { return run(SIMD2<Double>.self) }
        let size = RowSize(count: count, width: width) { rows[$0 * width + $1] }
        return size.rows(fitting: Int32.self) >= count ? run(SIMD4<Int32>.self) : run(SIMD8<Double>.self)
    }

    private static func run<Vector: SIMD>(
        _ rows: PaddedRows<Vector>, _ width: Int, _ resamples: Int, _ seed: UInt64
    ) -> [Double] where Vector.Scalar: RowScalar {
        var result = [Double](repeating: 0, count: resamples * width)
        result.withUnsafeMutableBufferPointer { output in
            let output = output
            ResamplingBlocks.run(resamples: resamples, seed: seed) { range, generator in
                let sums = PaddedRows<Vector>.zeros(count: range.count, width: width)
                let subsets = UnsafeMutablePointer<Vector>.allocate(capacity: 256)
                subsets.initialize(repeating: Vector(), count: 256)
                defer { subsets.deallocate() }
                let bits = UnsafeMutablePointer<UInt64>.allocate(capacity: range.count)
                defer { bits.deallocate() }
                for word in 0..<rows.count / 64 {
                    for index in 0..<range.count { bits[index] = generator.next() }
                    for chunk in 0..<rows.chunks {
                        fillSubsets(subsets, rows.start + word * 64 * rows.chunks + chunk, stride: rows.chunks)
                        add(subsets, bits, range.count, sums.start + chunk, stride: rows.chunks)
                    }
                }
                for (place, resample) in range.enumerated() {
                    for column in 0..<width { output[resample * width + column] = sums[place, column] }
                }
            }
        }
        return result
    }

    /// For each of sixteen groups of four rows the sums of its sixteen subsets.
    @inline(__always)
    private static func fillSubsets<Vector: SIMD>(
        _ subsets: UnsafeMutablePointer<Vector>, _ rows: UnsafePointer<Vector>, stride: Int
    ) where Vector.Scalar: RowScalar {
        for group in 0..<16 {
            let table = subsets + group * 16
            for row in 0..<4 {
                let value = rows[(group * 4 + row) * stride]
                let half = 1 << row
                for subset in 0..<half { table[half + subset] = Vector.Scalar.sum(table[subset], value) }
            }
        }
    }

    /// Adds to each resample the subset that its random bits choose in each group.
    @inline(__always)
    private static func add<Vector: SIMD>(
        _ subsets: UnsafePointer<Vector>, _ bits: UnsafePointer<UInt64>, _ count: Int,
        _ sums: UnsafeMutablePointer<Vector>, stride: Int
    ) where Vector.Scalar: RowScalar {
        for index in 0..<count {
            var word = bits[index]
            var even = sums[index &* stride]
            var odd = Vector()
            var table = subsets
            for _ in 0..<8 {
                even = Vector.Scalar.sum(even, table[Int(word & 15)])
                odd = Vector.Scalar.sum(odd, table[16 &+ Int((word >> 4) & 15)])
                word >>= 8
                table += 32
            }
            sums[index &* stride] = Vector.Scalar.sum(even, odd)
        }
    }
}

/// Rows of numbers laid out for resampling: padded to whole SIMD vectors, aligned, and freed with their owner.
///
/// A row holds `chunks` vectors; columns past the width are 0 and cost nothing but their addition.
final class PaddedRows<Vector: SIMD>: @unchecked Sendable where Vector.Scalar: RowScalar {
    // Written in init alone and read-only after: sharing between threads is safe.
    let start: UnsafeMutablePointer<Vector>
    let count: Int
    let chunks: Int

    /// - Parameters:
    ///   - count: rows, those past the values given hold zeros.
    ///   - value: the value of a row's column, for rows below `filled`.
    init(count: Int, width: Int, filled: Int, value: (_ row: Int, _ column: Int) -> Double) {
        let lanes = Vector.scalarCount
        let chunks = max(1, (width + lanes - 1) / lanes)
        let start = UnsafeMutablePointer<Vector>.allocate(capacity: max(1, count * chunks))
        start.initialize(repeating: Vector(), count: max(1, count * chunks))
        let columns = UnsafeMutableRawPointer(start).assumingMemoryBound(to: Vector.Scalar.self)
        for row in 0..<filled {
            for column in 0..<width {
                columns[row * chunks * lanes + column] = Vector.Scalar(value(row, column))
            }
        }
        self.start = start
        self.count = count
        self.chunks = chunks
    }

    deinit {
        start.deallocate()
    }

    /// Zeros, to add rows of that width to.
    static func zeros(count: Int, width: Int) -> PaddedRows {
        PaddedRows(count: count, width: width, filled: 0) { _, _ in 0 }
    }

    /// One column of a row.
    @inline(__always)
    subscript(row: Int, column: Int) -> Double {
        start[row &* chunks &+ column / Vector.scalarCount][column % Vector.scalarCount].double
    }
}

/// What sums of rows are made of: 64-bit floating point, or integers, which are exact and take less memory.
protocol RowScalar: SIMDScalar, Codable, Hashable {
    init(_ value: Double)
    var double: Double { get }
    /// The largest sum; nil where there is no bound.
    static var largest: Double? { get }
    static func sum<Vector: SIMD>(_ a: Vector, _ b: Vector) -> Vector where Vector.Scalar == Self
}

extension Double: RowScalar {
    var double: Double { self }
    static var largest: Double? { nil }

    @inline(__always)
    static func sum<Vector: SIMD>(_ a: Vector, _ b: Vector) -> Vector where Vector.Scalar == Double { a + b }
}

extension RowScalar where Self: FixedWidthInteger {
    var double: Double { Double(self) }
    static var largest: Double? { Double(Self.max) }

    @inline(__always)
    static func sum<Vector: SIMD>(_ a: Vector, _ b: Vector) -> Vector where Vector.Scalar == Self { a &+ b }
}

extension Int16: RowScalar {}
extension Int32: RowScalar {}

/// How large the numbers of some rows are.
struct RowSize {
    /// The largest absolute value.
    private(set) var largest = 0.0
    private(set) var isWhole = true

    init(count: Int, width: Int, _ value: (_ row: Int, _ column: Int) -> Double) {
        for row in 0..<count {
            for column in 0..<width {
                let number = value(row, column)
                largest = max(largest, abs(number))
                isWhole = isWhole && number == number.rounded()
            }
        }
    }

    /// How many rows may be added before a sum could leave the scalar's range; 0 for what it cannot hold at all.
    func rows<Scalar: RowScalar>(fitting: Scalar.Type) -> Int {
        guard let bound = Scalar.largest else { return .max }
        guard isWhole, largest <= bound else { return 0 }
        return largest > 0 ? Int(min(bound / largest, 1e15)) : .max
    }
}
