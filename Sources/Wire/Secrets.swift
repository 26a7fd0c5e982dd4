/// The keys that must not leave: takes them out of texts that people, logs and stores will see.
///
/// Own secrets are found in full, in slices of twelve characters, percent-encoded and in base64; and whatever looks
/// like somebody's key (`sk-…`, `Bearer …`) goes too, as vendors like to quote the key they refuse.
public struct Secrets: Sendable {
    /// No secrets of our own; what looks like a key is still removed.
    public static let none = Secrets([])

    private let windows: [Set<ArraySlice<UInt8>>]
    private static let sliceLength = 12

    /// - Parameter own: the keys in use. Shorter ones than six characters are left, as they would mask plain words.
    public init(_ own: [String]) {
        var windows: [Set<ArraySlice<UInt8>>] = []
        for form in own.filter({ $0.utf8.count >= 6 }).flatMap(Secrets.forms) {
            let length = min(Secrets.sliceLength, form.count)
            windows.append(Set((0...(form.count - length)).map { form[$0..<($0 + length)] }))
        }
        self.windows = windows
    }

    /// The text with every secret replaced by `[key]`.
    public func removed(from text: String) -> String {
        let bytes = Array(text.utf8)
        var isSecret = [Bool](repeating: false, count: bytes.count)
        markOwn(in: bytes, &isSecret)
        markForeign(in: bytes, &isSecret)
        guard isSecret.contains(true) else { return text }
        var out: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if !isSecret[index] {
                out.append(byte)
            } else if index == 0 || !isSecret[index - 1] {
                out.append(contentsOf: "[key]".utf8)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The start of a body, at most `limit` bytes of UTF-8, without secrets: what an error may carry.
    public func start(of body: [UInt8], limit: Int = 4096) -> String {
        // Some bytes more than asked for, so that a key which stands across the limit is still seen whole.
        let text = removed(from: String(decoding: body.prefix(limit + 512), as: UTF8.self))
        return text.prefix(utf8Bytes: limit)
    }

    /// One line without secrets, at most `limit` bytes of UTF-8: what a message may quote.
    public func line(_ text: String, limit: Int = 300) -> String {
        let flat = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: flat)
        return removed(from: String(view)).prefix(utf8Bytes: limit)
    }

    private func markOwn(in bytes: [UInt8], _ isSecret: inout [Bool]) {
        for window in windows {
            guard let length = window.first?.count, bytes.count >= length else { continue }
            for start in 0...(bytes.count - length) where window.contains(bytes[start..<(start + length)]) {
                for index in start..<(start + length) { isSecret[index] = true }
            }
        }
    }

    /// Marks words that begin as keys do, and whatever follows the word Bearer.
    private func markForeign(in bytes: [UInt8], _ isSecret: inout [Bool]) {
        var afterBearer = false
        var start = 0
        while start < bytes.count {
            guard isKeyByte(bytes[start]) else {
                start += 1
                continue
            }
            let end = bytes[start...].firstIndex { !isKeyByte($0) } ?? bytes.count
            let word = bytes[start..<end]
            let looksLikeKey = word.count >= 12 && keyPrefixes.contains { word.starts(with: $0) }
            if looksLikeKey || (afterBearer && word.count >= 8) {
                for index in start..<end { isSecret[index] = true }
            }
            afterBearer = word.count == 6 && word.map { $0 | 0x20 }.elementsEqual("bearer".utf8)
            start = end
        }
    }

    private static func forms(of secret: String) -> [[UInt8]] {
        let bytes = Array(secret.utf8)
        let aligned = (0..<3).map { wholeGroups(Array(bytes.dropFirst($0))) }.filter { $0.count >= sliceLength }
        return [bytes, percentEncoded(bytes)] + aligned
    }

    private static func percentEncoded(_ bytes: [UInt8]) -> [UInt8] {
        let hexadecimal = Array("0123456789ABCDEF".utf8)
        return bytes.flatMap { byte -> [UInt8] in
            let isPlain = isKeyByte(byte) && byte != UInt8(ascii: "+")
            return isPlain ? [byte] : [UInt8(ascii: "%"), hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
        }
    }

    /// Base64 without the last, incomplete group, which depends on what follows the secret.
    private static func wholeGroups(_ bytes: [UInt8]) -> [UInt8] {
        Base64.encode(bytes.prefix(bytes.count - bytes.count % 3))
    }
}

private let keyPrefixes = ["sk-", "sk_", "pk-", "rk-", "gsk_", "xai-", "hf_", "ghp_", "r8_", "AIza", "AKIA", "eyJ"].map
{
    Array($0.utf8)
}

private func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"):
        true
    default: false
    }
}

extension String {
    /// The longest start of whole characters (scalars) that takes at most `limit` bytes.
    fileprivate func prefix(utf8Bytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: max(0, limit))
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
