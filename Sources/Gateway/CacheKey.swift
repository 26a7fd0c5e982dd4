public import Chat
import Crypto

/// What an answer is cached under: the SHA-256 of everything that may change it.
public struct CacheKey: Sendable, Hashable {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// - Parameter fingerprint: tells this pipeline's answers from those of another with the same request.
    ///
    /// The digest covers, each with its length before it: the canonical request, the pipeline's fingerprint, the
    /// index of the repeat, the caller and the run's partition. So no two of them can be confused by concatenation,
    /// and an answer never crosses from one caller to another.
    public init(call: ChatCall, fingerprint: String) {
        var hash = SHA256()
        let parts: [[UInt8]] = [
            call.request.canonicalBytes, Array(fingerprint.utf8), Array(String(call.context.repeatIndex).utf8),
            call.context.caller.map { [1] + Array($0.utf8) } ?? [0],
            call.context.cachePartition.map { [1] + Array($0.utf8) } ?? [0],
        ]
        for part in parts {
            withUnsafeBytes(of: UInt64(part.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: part)
        }
        bytes = Array(hash.finalize())
    }
}
