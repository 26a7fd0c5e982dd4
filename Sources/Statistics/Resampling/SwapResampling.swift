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
        switch width {
        case ...1: return run(rows, 1, resamples, seed, SIMD2<Double>.self)
        case 2: return run(rows, 2, resamples, seed, SIMD2<Double>.self)
        case 3, 4: return run(rows, width, resamples, seed, SIMD4<Double>.self)
        default: return run(rows, width, resamples, seed, SIMD8<Double>.self)
        }
    }

    private static func run<Vector: SIMD>(
        _ rows: [Double], _ width: Int, _ resamples: Int, _ seed: UInt64, _: Vector.Type
    ) -> [Double] where Vector.Scalar == Double {
        // four rows a group, sixteen groups a word of random bits; missing rows are zeros
        let count = rows.count / max(1, width)
        let words = (count + 63) / 64
        let padded = PaddedRows<Vector>(count: words * 64, width: width) { index, columns in
            guard index < count else { return }
            for column in 0..<width { columns[column] = rows[index * width + column] }
        }
        var result = [Double](repeating: 0, count: resamples * width)
        result.withUnsafeMutableBufferPointer { output in
            let output = output
            ResamplingBlocks.run(resamples: resamples, seed: seed) { range, generator in
                let sums = PaddedRows<Vector>(count: range.count, width: width) { _, _ in }
                let subsets = UnsafeMutablePointer<Vector>.allocate(capacity: 256)
                subsets.initialize(repeating: Vector(repeating: 0), count: 256)
                defer { subsets.deallocate() }
                let bits = UnsafeMutablePointer<UInt64>.allocate(capacity: range.count)
                defer { bits.deallocate() }
                for word in 0..<words {
                    for index in 0..<range.count { bits[index] = generator.next() }
                    for chunk in 0..<padded.chunks {
                        fillSubsets(subsets, padded.start + word * 64 * padded.chunks + chunk, stride: padded.chunks)
                        add(subsets, bits, range.count, sums.start + chunk, stride: padded.chunks)
                    }
                }
                let lanes = Vector.scalarCount
                let columns = UnsafeMutableRawPointer(sums.start).assumingMemoryBound(to: Double.self)
                for (place, resample) in range.enumerated() {
                    for column in 0..<width {
                        output[resample * width + column] = columns[place * padded.chunks * lanes + column]
                    }
                }
            }
        }
        return result
    }

    /// For each of sixteen groups of four rows the sums of its sixteen subsets.
    @inline(__always)
    private static func fillSubsets<Vector: SIMD>(
        _ subsets: UnsafeMutablePointer<Vector>, _ rows: UnsafePointer<Vector>, stride: Int
    ) where Vector.Scalar == Double {
        for group in 0..<16 {
            let table = subsets + group * 16
            for row in 0..<4 {
                let value = rows[(group * 4 + row) * stride]
                let half = 1 << row
                for subset in 0..<half {
                    table[half + subset] = table[subset] + value
                }
            }
        }
    }

    /// Adds to each resample the subset that its random bits choose in each group.
    @inline(__always)
    private static func add<Vector: SIMD>(
        _ subsets: UnsafePointer<Vector>, _ bits: UnsafePointer<UInt64>, _ count: Int,
        _ sums: UnsafeMutablePointer<Vector>, stride: Int
    ) where Vector.Scalar == Double {
        for index in 0..<count {
            var word = bits[index]
            var even = sums[index &* stride]
            var odd = Vector(repeating: 0)
            var table = subsets
            for _ in 0..<8 {
                even += table[Int(word & 15)]
                odd += table[16 &+ Int((word >> 4) & 15)]
                word >>= 8
                table += 32
            }
            sums[index &* stride] = even + odd
        }
    }
}
