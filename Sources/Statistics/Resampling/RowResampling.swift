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
        let columns = DistinctColumns(count: count, width: width, allowsOffsets: true, value: value)
        let kept = columns.kept
        let size = RowSize(count: count, width: kept.count) { value($0, kept[$1]) }
        func draw<Vector: SIMD>(_: Vector.Type) where Vector.Scalar: RowScalar {
            let rows = PaddedRows<Vector>(count: count, width: kept.count, filled: count) { value($0, kept[$1]) }
            self.draw(rows, resamples, seed, carryAfter: size.rows(fitting: Vector.Scalar.self)) { resample, sums in
                withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { all in
                    guard let start = all.baseAddress else { return }
                    columns.spread(sums, rows: count, into: start)
                    use(resample, UnsafeBufferPointer(all))
                }
            }
        }
        if size.rows(fitting: Int16.self) >= leastRun {
            draw(SIMD8<Int16>.self)
        } else if size.rows(fitting: Int32.self) >= leastRun {
            draw(SIMD4<Int32>.self)
        } else if kept.count <= 2 {
            draw(SIMD2<Double>.self)
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
        _ rows: PaddedRows<Vector>, _ resamples: Int, _ seed: UInt64, carryAfter run: Int,
        _ use: (Int, UnsafePointer<Double>) -> Void
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
                use(resample, UnsafePointer(sums + place * lanes))
            }
        }
    }

    /// Rows of a tile that a resample has drawn, by their numbers within it, a byte each.
    private struct Picked<Vector: SIMD> {
        let start: UnsafePointer<Vector>
        let stride: Int
        let rows: UnsafePointer<UInt8>
        let count: Int

        /// Calls `add` with each row, from its vector `chunk` on.
        /// - Parameter stride: the rows' own, as a number that the compiler knows where there are few.
        @inline(__always)
        func forEach(stride: Int, from chunk: Int, _ add: (UnsafePointer<Vector>) -> Void) {
            let start = start + chunk
            let bytes = UnsafeRawPointer(rows)
            var index = 0
            // Eight numbers are read at once: reading, not adding, is what the loop waits for.
            while index + 8 <= count {
                var word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                for _ in 0..<8 {
                    add(start + Int(truncatingIfNeeded: word & 0xff) &* stride)
                    word >>= 8
                }
                index += 8
            }
            while index < count {
                add(start + Int(rows[index]) &* stride)
                index += 1
            }
        }
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
            var offset = 0
            while offset < count {
                bytes.storeBytes(of: local.next().littleEndian, toByteOffset: offset, as: UInt64.self)
                offset &+= 8
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

    /// Adds the picked rows.
    @inline(__always)
    private static func accumulate<Vector: SIMD>(_ picked: Picked<Vector>, _ sums: UnsafeMutablePointer<Double>)
    where Vector.Scalar: RowScalar {
        switch picked.stride {
        case 1: addChunks(picked, stride: 1, sums)
        case 2: addChunks(picked, stride: 2, sums)
        default: addChunks(picked, stride: picked.stride, sums)
        }
    }

    /// Adds three, two, one vectors of each row a pass; the sums stay in registers.
    @inline(__always)
    private static func addChunks<Vector: SIMD>(
        _ picked: Picked<Vector>, stride: Int, _ sums: UnsafeMutablePointer<Double>
    ) where Vector.Scalar: RowScalar {
        let lanes = Vector.scalarCount
        var chunk = 0
        while chunk + 3 <= stride {
            var (a, b, c) = (Vector(), Vector(), Vector())
            picked.forEach(stride: stride, from: chunk) { row in
                a = Vector.Scalar.sum(a, row[0])
                b = Vector.Scalar.sum(b, row[1])
                c = Vector.Scalar.sum(c, row[2])
            }
            carry(a, sums + chunk * lanes)
            carry(b, sums + (chunk + 1) * lanes)
            carry(c, sums + (chunk + 2) * lanes)
            chunk += 3
        }
        if chunk + 2 <= stride {
            var (a, b) = (Vector(), Vector())
            picked.forEach(stride: stride, from: chunk) { row in
                a = Vector.Scalar.sum(a, row[0])
                b = Vector.Scalar.sum(b, row[1])
            }
            carry(a, sums + chunk * lanes)
            carry(b, sums + (chunk + 1) * lanes)
            chunk += 2
        }
        if chunk < stride {
            var a = Vector()
            picked.forEach(stride: stride, from: chunk) { row in a = Vector.Scalar.sum(a, row[0]) }
            carry(a, sums + chunk * lanes)
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
        let columns = DistinctColumns(count: count, width: width, allowsOffsets: false) { rows[$0 * width + $1] }
        let kept = columns.kept
        let size = RowSize(count: count, width: kept.count) { rows[$0 * width + kept[$1]] }
        func run<Vector: SIMD>(_: Vector.Type) -> [Double] where Vector.Scalar: RowScalar {
            // Four rows a group, sixteen groups a word of random bits; missing rows are zeros.
            let padded = PaddedRows<Vector>(
                count: (count + wordRows - 1) / wordRows * wordRows, width: kept.count, filled: count
            ) { rows[$0 * width + kept[$1]] }
            let words = max(1, size.rows(fitting: Vector.Scalar.self) / wordRows)
            return self.run(padded, columns, width, resamples, seed, carryAfter: words)
        }
        if size.rows(fitting: Int16.self) >= 2 * wordRows { return run(SIMD8<Int16>.self) }
        if size.rows(fitting: Int32.self) >= 2 * wordRows { return run(SIMD4<Int32>.self) }
        return kept.count <= 2 ? run(SIMD2<Double>.self) : run(SIMD8<Double>.self)
    }

    /// Rows that one word of random bits decides on.
    private static let wordRows = 64

    private static func run<Vector: SIMD>(
        _ rows: PaddedRows<Vector>, _ columns: DistinctColumns, _ width: Int, _ resamples: Int, _ seed: UInt64,
        carryAfter run: Int
    ) -> [Double] where Vector.Scalar: RowScalar {
        let lanes = rows.chunks * Vector.scalarCount
        let words = rows.count / wordRows
        var result = [Double](repeating: 0, count: resamples * width)
        result.withUnsafeMutableBufferPointer { output in
            guard let output = output.baseAddress else { return }
            ResamplingBlocks.run(resamples: resamples, seed: seed) { range, generator in
                let sums = RunningSums<Vector>(count: range.count, chunks: rows.chunks)
                let subsets = UnsafeMutablePointer<Vector>.allocate(capacity: 256)
                subsets.initialize(repeating: Vector(), count: 256)
                defer { subsets.deallocate() }
                let bits = UnsafeMutablePointer<UInt64>.allocate(capacity: range.count)
                defer { bits.deallocate() }
                for word in 0..<words {
                    for index in 0..<range.count { bits[index] = generator.next() }
                    for chunk in 0..<rows.chunks {
                        fillSubsets(subsets, rows.start + word * wordRows * rows.chunks + chunk, stride: rows.chunks)
                        add(subsets, bits, range.count, sums.running + chunk, stride: rows.chunks)
                    }
                    if (word + 1) % run == 0 { sums.carry() }
                }
                sums.carry()
                for (place, resample) in range.enumerated() {
                    columns.spread(sums.totals + place * lanes, rows: 0, into: output + resample * width)
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
}

/// Sums that run as vectors, and what was carried over of them before they could overflow.
private final class RunningSums<Vector: SIMD> where Vector.Scalar: RowScalar {
    let running: UnsafeMutablePointer<Vector>
    let totals: UnsafeMutablePointer<Double>
    private let count: Int

    init(count: Int, chunks: Int) {
        self.count = count * chunks
        running = .allocate(capacity: self.count)
        running.initialize(repeating: Vector(), count: self.count)
        totals = .allocate(capacity: self.count * Vector.scalarCount)
        totals.initialize(repeating: 0, count: self.count * Vector.scalarCount)
    }

    deinit {
        running.deallocate()
        totals.deallocate()
    }

    /// Adds the running sums to the totals and starts them anew.
    func carry() {
        for index in 0..<count {
            let sum = running[index]
            let total = totals + index * Vector.scalarCount
            for lane in 0..<Vector.scalarCount { total[lane] += sum[lane].double }
            running[index] = Vector()
        }
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
