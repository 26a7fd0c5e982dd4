import Crypto
import Foundation

/// The keys that clients may use, held as hashes.
struct KeyRing: Sendable {
    private let hashes: [[UInt8]]

    /// Whether anybody may ask.
    var isEmpty: Bool { hashes.isEmpty }

    init(_ keys: [String]) {
        hashes = keys.map { Array(SHA256.hash(data: Data($0.utf8))) }
    }

    /// Who asks, as caches and sessions are partitioned by it: nil where there are no keys.
    enum Admission: Equatable {
        case admitted(caller: String?)
        case refused
    }

    /// Compares every key to the end, so that the time taken tells nothing of how much of one was right.
    func admit(_ presented: String?) -> Admission {
        guard !hashes.isEmpty else { return .admitted(caller: nil) }
        guard let presented else { return .refused }
        let hash = Array(SHA256.hash(data: Data(presented.utf8)))
        var found: Int?
        for (index, known) in hashes.enumerated() {
            let difference = zip(known, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
            if difference == 0 { found = index }
        }
        guard let found else { return .refused }
        return .admitted(caller: hashes[found].prefix(8).map { String($0, radix: 16) }.joined())
    }
}
