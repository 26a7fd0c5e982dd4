public import Chat
import Crypto

/// What an answer is cached under: the SHA-256 of everything that may change it.
public struct CacheKey: Sendable, Hashable {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// - Parameters:
    ///   - fingerprint: tells this pipeline's answers from those of another with the same request.
    ///   - readsVariables: whether the model reads the sample's fields besides the request, as baselines do; then they
    ///     are part of the key.
    ///
    /// The digest covers, each with its length before it: the canonical request, the pipeline's fingerprint, the
    /// index of the repeat, the caller, the run's partition, and the collection with its version. So no two of them can
    /// be confused by concatenation, and an answer never crosses from one caller to another.
    public init(call: ChatCall, fingerprint: String, readsVariables: Bool = false) {
        var hash = SHA256()
        var parts: [[UInt8]] = [
            call.request.canonicalBytes, Array(fingerprint.utf8), Array(String(call.context.repeatIndex).utf8),
            call.context.caller.map { [1] + Array($0.utf8) } ?? [0],
            call.context.cachePartition.map { [1] + Array($0.utf8) } ?? [0],
            call.context.knowledge.map { [1] + Array($0.utf8) } ?? [0],
        ]
        if readsVariables {
            for (name, value) in call.context.variables.sorted(by: { $0.key < $1.key }) {
                parts += [Array(name.utf8), Array(value.utf8)]
            }
        }
        for part in parts {
            withUnsafeBytes(of: UInt64(part.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: part)
        }
        bytes = Array(hash.finalize())
    }
}
