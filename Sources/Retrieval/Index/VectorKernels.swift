internal import CVectors

/// Dot products of many rows with one query: AVX2 where the processor has it, else portable SIMD.
enum VectorKernels {
    /// Rows are padded with zeros to a multiple of this.
    static let padding = 32
    private static let hasAVX2 = nexus_has_avx2() != 0

    /// - Parameters:
    ///   - rows: `[dots.count][query.count]`
    ///   - query: its count is a multiple of `padding`.
    static func dots(
        _ rows: UnsafePointer<Float>, _ query: UnsafeBufferPointer<Float>, into dots: UnsafeMutableBufferPointer<Float>
    ) {
        guard let start = query.baseAddress, let out = dots.baseAddress else { return }
        if hasAVX2 { return nexus_dots_float_avx2(rows, dots.count, query.count, start, out) }
        let (rows, query, width) = (UnsafeRawPointer(rows), UnsafeRawPointer(start), query.count)
        for row in dots.indices {
            let base = rows + row * width * 4
            var (a, b) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
            for offset in stride(from: 0, to: width * 4, by: 128) {
                a += base.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
                    * query.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
                b += base.loadUnaligned(fromByteOffset: offset + 64, as: SIMD16<Float>.self)
                    * query.loadUnaligned(fromByteOffset: offset + 64, as: SIMD16<Float>.self)
            }
            dots[row] = (a + b).sum()
        }
    }

    /// The same of values in -127…127.
    static func dots(
        _ rows: UnsafePointer<Int8>, _ query: UnsafeBufferPointer<Int8>, into dots: UnsafeMutableBufferPointer<Int32>
    ) {
        guard let start = query.baseAddress, let out = dots.baseAddress else { return }
        if hasAVX2 { return nexus_dots_int8_avx2(rows, dots.count, query.count, start, out) }
        for row in dots.indices {
            let base = rows + row * query.count
            var sum: Int32 = 0
            for index in query.indices { sum &+= Int32(base[index]) &* Int32(start[index]) }
            dots[row] = sum
        }
    }
}
