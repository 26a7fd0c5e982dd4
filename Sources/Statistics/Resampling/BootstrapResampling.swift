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
    /// one one from each sixteen random bits, with Lemire's rejection.
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
