import CZlib

/// Decompresses gzip (RFC 1952) block by block; a file may hold several members one after the other.
final class GzipInflater {
    private enum State { case inMember, betweenMembers, ended }

    private let file: String
    private let limits: RecordLimits
    private let stream: UnsafeMutablePointer<z_stream>
    private var state = State.inMember
    private var input: [UInt8]
    private var position = 0
    private var totalIn: Int
    private var totalOut = 0

    /// - Parameter first: The bytes read so far.
    init(file: String, first: [UInt8], limits: RecordLimits) {
        self.file = file
        self.limits = limits
        input = first
        totalIn = first.count
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window; 16 more ask for gzip alone. It can fail for want of memory only; `inflate` then says so.
        _ = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// The next block of decompressed bytes, or nil at the end.
    func next(_ source: () throws(RecordError) -> [UInt8]?) throws(RecordError) -> [UInt8]? {
        while state != .ended {
            if position == input.count, try !refill(source) { continue }
            if state == .betweenMembers, !startMember() { continue }
            let block = try inflateBlock()
            if !block.isEmpty { return block }
        }
        return nil
    }

    /// Reads on; false at the end of the file.
    private func refill(_ source: () throws(RecordError) -> [UInt8]?) throws(RecordError) -> Bool {
        guard let block = try source() else {
            guard state == .betweenMembers else {
                throw RecordError(
                    file: file, message: "the gzip data ends early; expected the rest of it",
                    remedy: "the file was cut, for example by a broken download: fetch it again")
            }
            state = .ended
            return false
        }
        input = block
        position = 0
        totalIn += block.count
        return true
    }

    /// Steps over zero padding after a member; whether another member begins.
    private func startMember() -> Bool {
        while position < input.count, input[position] == 0 { position += 1 }
        guard position < input.count else { return false }
        inflateReset(stream)
        state = .inMember
        return true
    }

    private func inflateBlock() throws(RecordError) -> [UInt8] {
        var status = Z_OK
        let block = [UInt8](unsafeUninitializedCapacity: ByteStream.blockBytes) { buffer, count in
            input.withUnsafeMutableBufferPointer { bytes in
                stream.pointee.next_in = bytes.baseAddress.map { $0 + position }
                stream.pointee.avail_in = UInt32(bytes.count - position)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(buffer.count)
                status = inflate(stream, Z_NO_FLUSH)
                position = bytes.count - Int(stream.pointee.avail_in)
                count = buffer.count - Int(stream.pointee.avail_out)
            }
        }
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: state = .betweenMembers
        default:
            let detail = stream.pointee.msg.map { String(cString: $0) } ?? "error \(status)"
            throw RecordError(
                file: file, message: "the gzip data is damaged: \(detail)",
                remedy: "fetch the file again")
        }
        totalOut += block.count
        if totalOut > limits.harmlessBytes, totalOut / limits.expansion > totalIn {
            throw RecordError(
                file: file, message: "found gzip data that expands to more than \(limits.expansion) times its size",
                remedy: "if you trust the file, decompress it first")
        }
        return block
    }
}
