/// Texts of ASCII in several lists that are looked for anywhere in a text, all in one pass.
struct PhraseSet: Sendable {
    private struct Phrase {
        var bytes: [UInt8]
        /// A bit for the list.
        var tag: UInt8
    }

    /// The texts by their first byte.
    private var phrases = [[Phrase]](repeating: [], count: 256)
    /// For each first byte the second ones that some text has, a bit for the lowest five bits of each: most places in a
    /// text are passed by with a look at this.
    private var seconds = [UInt32](repeating: 0, count: 256)

    /// - Parameter lists: a bit each, and its texts.
    init(_ lists: [(tag: UInt8, phrases: [String])]) {
        for list in lists {
            for text in list.phrases {
                let bytes = Array(text.utf8)
                guard let first = bytes.first else { continue }
                phrases[Int(first)].append(Phrase(bytes: bytes, tag: list.tag))
                seconds[Int(first)] |= bytes.count > 1 ? 1 << UInt32(bytes[1] & 31) : .max
            }
        }
    }

    /// The bits of all lists of which a text stands in these bytes.
    func tags(in bytes: [UInt8]) -> UInt8 {
        bytes.withUnsafeBufferPointer { bytes in
            seconds.withUnsafeBufferPointer { seconds in
                var tags: UInt8 = 0
                for start in 0..<bytes.count {
                    let next = start + 1 < bytes.count ? bytes[start + 1] : 0
                    guard seconds[Int(bytes[start])] >> UInt32(next & 31) & 1 == 1 else { continue }
                    for phrase in phrases[Int(bytes[start])] where tags & phrase.tag == 0 {
                        if stands(phrase.bytes, in: bytes, at: start) { tags |= phrase.tag }
                    }
                }
                return tags
            }
        }
    }

    private func stands(_ phrase: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        guard phrase.count <= bytes.count - start else { return false }
        for offset in 1..<phrase.count where bytes[start + offset] != phrase[offset] { return false }
        return true
    }
}
