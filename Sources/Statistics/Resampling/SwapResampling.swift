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
