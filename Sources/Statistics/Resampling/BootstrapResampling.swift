/// Sums of rows drawn with replacement, many times over.
///
/// Rows of whole numbers, such as n-gram counts, are summed as 32-bit integers where no sum can overflow: half the
/// memory and exact; others as doubles.
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
        let fits = width > 2 && isSmallAndWhole(count, width, value)
        if fits {
            let rows = PaddedRows<SIMD4<Int32>>(count: count, width: width) { row, columns in
                for column in 0..<width { columns[column] = Int32(value(row, column)) }
            }
            draw(rows, width, resamples, seed, accumulate, { Double($0) }, use)
        } else if width <= 2 {
            let rows = PaddedRows<SIMD2<Double>>(count: count, width: width) { row, columns in
                for column in 0..<width { columns[column] = value(row, column) }
            }
            draw(rows, width, resamples, seed, accumulate, { $0 }, use)
        } else {
            let rows = PaddedRows<SIMD4<Double>>(count: count, width: width) { row, columns in
                for column in 0..<width { columns[column] = value(row, column) }
            }
            draw(rows, width, resamples, seed, accumulate, { $0 }, use)
        }
    }

    /// Whether every value is whole and `count` times the largest still fits 32 bits.
    private static func isSmallAndWhole(_ count: Int, _ width: Int, _ value: (Int, Int) -> Double) -> Bool {
        let limit = Double(Int32.max) / Double(count)
        for row in 0..<count {
            for column in 0..<width {
                let number = value(row, column)
                guard number == number.rounded(), abs(number) <= limit else { return false }
            }
        }
        return true
    }

    /// Rows of a tile: so few that they stay in the cache while a block of resamples draws from them.
    private static func tileRows(_ count: Int, rowBytes: Int) -> Int {
        count * rowBytes <= 256 << 10 ? count : max(64, (64 << 10) / rowBytes)
    }

    /// Works block by block; within a block tile by tile of the rows, each resample taking from a tile as many rows as
    /// a multinomial draw gives it: the same distribution as drawing from all rows at once, and linear in their number.
    @inline(__always)
    private static func draw<Vector: SIMD>(
        _ rows: PaddedRows<Vector>, _ width: Int, _ resamples: Int, _ seed: UInt64,
        _ accumulate: (Picked<Vector>, UnsafeMutablePointer<Vector>) -> Void,
        _ converted: (Vector.Scalar) -> Double, _ use: (Int, UnsafeBufferPointer<Double>) -> Void
    ) {
        let tile = tileRows(rows.count, rowBytes: rows.chunks * MemoryLayout<Vector>.stride)
        let tiles = (rows.count + tile - 1) / tile
        ResamplingBlocks.run(resamples: resamples, seed: seed) { range, generator in
            let sums = PaddedRows<Vector>(count: range.count, width: width) { _, _ in }
            let picks = UnsafeMutablePointer<UInt32>.allocate(capacity: rows.count)
            defer { picks.deallocate() }
            let shares = range.map { _ in split(rows.count, tile, tiles, &generator) }
            for number in 0..<tiles {
                var stream = tiles == 1 ? generator : generator.stream(number)
                let size = min(tile, rows.count - number * tile)
                for place in 0..<range.count {
                    let picked = Picked(
                        start: rows.start + number * tile * rows.chunks, stride: rows.chunks, rows: picks,
                        count: shares[place][number])
                    pick(picked.count, below: size, picks, &stream)
                    accumulate(picked, sums.start + place * rows.chunks)
                }
            }
            let columns = UnsafeMutableRawPointer(sums.start).assumingMemoryBound(to: Vector.Scalar.self)
            let lanes = rows.chunks * Vector.scalarCount
            withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { totals in
                for (place, resample) in range.enumerated() {
                    for column in 0..<width { totals[column] = converted(columns[place * lanes + column]) }
                    use(resample, UnsafeBufferPointer(totals))
                }
            }
        }
    }

    /// How many of `count` draws fall into each tile.
    private static func split(_ count: Int, _ tile: Int, _ tiles: Int, _ generator: inout SeededGenerator) -> [Int] {
        var left = count
        return (0..<tiles).map { number in
            let rows = count - number * tile
            let taken =
                rows <= tile
                ? left : generator.binomial(trials: left, probability: Double(tile) / Double(rows))
            left -= taken
            return taken
        }
    }

    /// Rows of a tile that a resample has drawn, by their numbers within it.
    private struct Picked<Vector: SIMD> {
        let start: UnsafePointer<Vector>
        let stride: Int
        let rows: UnsafePointer<UInt32>
        let count: Int
    }

    /// `count` row numbers below `size`, each equally likely: two from a word of random bits, with Lemire's rejection.
    @inline(__always)
    private static func pick(
        _ count: Int, below size: Int, _ picks: UnsafeMutablePointer<UInt32>, _ generator: inout SeededGenerator
    ) {
        let bound = UInt64(size)
        let threshold = UInt64((0 &- UInt32(size)) % UInt32(size))
        var local = generator
        var made = 0
        while made < count {
            let word = local.next()
            let first = (word & 0xffff_ffff) &* bound
            let second = (word >> 32) &* bound
            if first & 0xffff_ffff >= threshold {
                picks[made] = UInt32(truncatingIfNeeded: first >> 32)
                made &+= 1
            }
            if second & 0xffff_ffff >= threshold, made < count {
                picks[made] = UInt32(truncatingIfNeeded: second >> 32)
                made &+= 1
            }
        }
        generator = local
    }

    /// Adds the picked rows, in doubles; up to three vectors a pass stay in registers.
    @inline(__always)
    private static func accumulate<Vector: SIMD>(_ picked: Picked<Vector>, _ sums: UnsafeMutablePointer<Vector>)
    where Vector.Scalar == Double {
        var chunk = 0
        while chunk + 3 <= picked.stride {
            let start = picked.start + chunk
            var (a, b, c) = (sums[chunk], sums[chunk + 1], sums[chunk + 2])
            for index in 0..<picked.count {
                let row = start + Int(picked.rows[index]) &* picked.stride
                a += row[0]
                b += row[1]
                c += row[2]
            }
            (sums[chunk], sums[chunk + 1], sums[chunk + 2]) = (a, b, c)
            chunk += 3
        }
        while chunk < picked.stride {
            let start = picked.start + chunk
            var a = sums[chunk]
            for index in 0..<picked.count {
                a += start[Int(picked.rows[index]) &* picked.stride]
            }
            sums[chunk] = a
            chunk += 1
        }
    }

    /// Adds the picked rows, in integers; five vectors a pass hold the twenty counts of two systems' BLEU.
    @inline(__always)
    private static func accumulate(_ picked: Picked<SIMD4<Int32>>, _ sums: UnsafeMutablePointer<SIMD4<Int32>>) {
        var chunk = 0
        while chunk + 5 <= picked.stride {
            let start = picked.start + chunk
            var (a, b, c, d, e) = (sums[chunk], sums[chunk + 1], sums[chunk + 2], sums[chunk + 3], sums[chunk + 4])
            for index in 0..<picked.count {
                let row = start + Int(picked.rows[index]) &* picked.stride
                a &+= row[0]
                b &+= row[1]
                c &+= row[2]
                d &+= row[3]
                e &+= row[4]
            }
            (sums[chunk], sums[chunk + 1], sums[chunk + 2], sums[chunk + 3], sums[chunk + 4]) = (a, b, c, d, e)
            chunk += 5
        }
        while chunk + 2 <= picked.stride {
            let start = picked.start + chunk
            var (a, b) = (sums[chunk], sums[chunk + 1])
            for index in 0..<picked.count {
                let row = start + Int(picked.rows[index]) &* picked.stride
                a &+= row[0]
                b &+= row[1]
            }
            (sums[chunk], sums[chunk + 1]) = (a, b)
            chunk += 2
        }
        if chunk < picked.stride {
            let start = picked.start + chunk
            var a = sums[chunk]
            for index in 0..<picked.count {
                a &+= start[Int(picked.rows[index]) &* picked.stride]
            }
            sums[chunk] = a
        }
    }
}
