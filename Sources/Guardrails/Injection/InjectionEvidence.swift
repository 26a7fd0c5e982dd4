/// What a text's words say together: which concepts stand near which.
struct InjectionEvidence {
    let hits: [ConceptHit]
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        hits = ConceptHit.all(in: bytes)
    }

    /// The index of the first hit that begins at or after an offset.
    func first(from offset: Int) -> Int {
        var low = 0
        var high = hits.count
        while low < high {
            let middle = (low + high) / 2
            if hits[middle].start < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func has(_ concept: Concept) -> Bool { hits.contains { !$0.concept.isDisjoint(with: concept) } }

    /// A hit of the one beside a hit of the other, in either order, at most `within` bytes between them.
    struct Pair {
        var first: ConceptHit
        var second: ConceptHit
        var start: Int { min(first.start, second.start) }
        var end: Int { max(first.end, second.end) }
    }

    func pairs(_ first: Concept, _ second: Concept, within: Int) -> [Pair] {
        var pairs: [Pair] = []
        for (index, hit) in hits.enumerated() where !hit.concept.isDisjoint(with: first) {
            var other = index + 1
            while other < hits.count, hits[other].start - hit.end <= within {
                if !hits[other].concept.isDisjoint(with: second) { pairs.append(Pair(first: hit, second: hits[other])) }
                other += 1
            }
            other = index - 1
            while other >= 0, hit.start - hits[other].end <= within {
                if !hits[other].concept.isDisjoint(with: second) { pairs.append(Pair(first: hit, second: hits[other])) }
                other -= 1
            }
        }
        return pairs
    }

    func near(_ first: Concept, _ second: Concept, within: Int) -> Bool {
        !pairs(first, second, within: within).isEmpty
    }

    /// Whether a third concept stands inside of a pair or at most so many bytes before and after it.
    func has(_ concept: Concept, around pair: Pair, before: Int = 0, after: Int = 0) -> Bool {
        hits[first(from: pair.start - before)...].prefix { $0.start <= pair.end + after }.contains { hit in
            hit.end <= pair.end + after
                && !hit.concept.isDisjoint(with: concept) && hit.start != pair.first.start
                && hit.start != pair.second.start
        }
    }

    /// Whether "your" or its like stands right before a hit.
    func isYours(_ hit: ConceptHit) -> Bool {
        hits[..<first(from: hit.start)].reversed().prefix { hit.start - $0.end <= 3 }
            .contains { $0.concept.contains(.you) && $0.end <= hit.start }
    }

    func contains(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard count <= bytes.count else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            let first = text.utf8Start[0]
            for start in 0...(bytes.count - count) where bytes[start] == first {
                var offset = 1
                while offset < count, bytes[start + offset] == text.utf8Start[offset] { offset += 1 }
                if offset == count { return true }
            }
            return false
        }
    }

    func containsOne(of texts: [StaticString]) -> Bool { texts.contains { contains($0) } }

    /// The byte at an offset behind a hit, spaces left out; 0 at the end.
    func mark(after hit: ConceptHit) -> UInt8 {
        var index = hit.end
        while index < bytes.count, bytes[index] == 0x20 { index += 1 }
        return index < bytes.count ? bytes[index] : 0
    }

    func isAtLineStart(_ hit: ConceptHit) -> Bool { hit.start == 0 || bytes[hit.start - 1] == 0x0A }
}
