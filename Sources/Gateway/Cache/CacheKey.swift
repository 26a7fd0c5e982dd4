public import Chat
import Crypto

/// What an answer is cached under: the SHA-256 of everything that may change it.
public struct CacheKey: Sendable, Hashable {
    /// 32 bytes.
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Parameters:
    ///   - fingerprint: tells this pipeline's answers from those of another with the same request.
    ///   - readsVariables: whether the model reads the sample's fields besides the request, as baselines do; then they
    ///     are part of the key.
    ///
    /// The digest covers, each with its length before it: the canonical request, what its model's name stands for, the
    /// pipeline's fingerprint, the index of the repeat, the caller, the run's partition, and the collection with its
    /// version. So no two of them can be confused by concatenation, and an answer never crosses from one caller to
    /// another.
    public init(call: ChatCall, fingerprint: String, readsVariables: Bool = false) {
        self.init(call.request.canonicalBytes, call.context, fingerprint, readsVariables)
    }

    private init(_ request: [UInt8], _ context: CallContext, _ fingerprint: String, _ readsVariables: Bool) {
        var rest = KeyParts()
        rest.add(fingerprint.utf8)
        rest.add(String(context.repeatIndex).utf8)
        for part in [context.caller, context.cachePartition, context.modelIdentity, context.knowledge] {
            rest.add(optional: part)
        }
        if readsVariables {
            for (name, value) in context.variables.sorted(by: { $0.key < $1.key }) {
                rest.add(name.utf8)
                rest.add(value.utf8)
            }
        }
        // Each update has its price; the request alone may be too long to be copied.
        var hash = SHA256()
        withUnsafeBytes(of: UInt64(request.count).littleEndian) { hash.update(bufferPointer: $0) }
        request.withUnsafeBytes { hash.update(bufferPointer: $0) }
        rest.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        bytes = hash.finalize().withUnsafeBytes { Array($0) }
    }

    /// As good as the whole key, which is a digest itself.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.withUnsafeBytes { $0.count < 8 ? 0 : $0.loadUnaligned(as: UInt64.self) })
    }

    /// The key of a request's scope: of all that decides the answer but the text of the last message.
    static func scope(of call: ChatCall, fingerprint: String, readsVariables: Bool) -> CacheKey {
        var request = call.request
        if !request.messages.isEmpty { request.messages[request.messages.count - 1].content = .null }
        // Not the key of any request: one whose last message is null itself would have it.
        return CacheKey(Array("scope".utf8) + request.canonicalBytes, call.context, fingerprint, readsVariables)
    }

    /// In hexadecimal digits.
    public var text: String { CacheKey.hex(bytes) }

    /// - Parameter text: 64 hexadecimal digits; nil of anything else.
    public init?(text: String) {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        bytes = stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// Parts of a key one behind the other, each with its length before it.
private struct KeyParts {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(512) }

    mutating func add(_ part: String.UTF8View) {
        add(length: part.count)
        bytes.append(contentsOf: part)
    }

    /// A part that may be missing, which is another than an empty one.
    mutating func add(optional part: String?) {
        add(length: 1 + (part?.utf8.count ?? 0))
        bytes.append(part == nil ? 0 : 1)
        if let part { bytes.append(contentsOf: part.utf8) }
    }

    private mutating func add(length: Int) {
        withUnsafeBytes(of: UInt64(length).littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Whose an entry is: a digest of the caller, by which entries are removed and explained.
public struct CacheOwner: Sendable, Hashable {
    /// 16 bytes.
    public let bytes: [UInt8]

    /// - Parameter caller: nil is the caller without a key.
    public init(caller: String?) {
        let text = caller.map { "caller " + $0 } ?? "nobody"
        bytes = Array(SHA256.hash(data: Array(text.utf8)).prefix(16))
    }

    /// - Parameter bytes: as stored; nil of another length.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }
}
