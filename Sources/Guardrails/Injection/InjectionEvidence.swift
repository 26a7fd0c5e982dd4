/// What a text's words say together: which concepts stand near which.
struct InjectionEvidence {
    let hits: [ConceptHit]
    let bytes: [UInt8]
    let marks: PromptMark
    /// What any of the hits is about: most texts have little of it, and most looks end here.
    private let concepts: Concept

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        hits = ConceptHit.all(in: bytes)
        marks = PromptMark.all(in: bytes)
        concepts = hits.reduce(into: []) { $0.formUnion($1.concept) }
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

    func has(_ concept: Concept) -> Bool { !concepts.isDisjoint(with: concept) }

    /// A hit of the one beside a hit of the other, in either order, at most `within` bytes between them.
    struct Pair {
        var first: ConceptHit
        var second: ConceptHit
        var start: Int { min(first.start, second.start) }
        var end: Int { max(first.end, second.end) }
    }

    func pairs(_ first: Concept, _ second: Concept, within: Int) -> [Pair] {
        guard has(first), has(second) else { return [] }
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

    /// Whether "your" or its like stands right before a hit, with words such as "previous" in between.
    func isYours(_ hit: ConceptHit) -> Bool {
        var start = hit.start
        for earlier in hits[..<first(from: hit.start)].reversed().prefix(4) where earlier.end <= start {
            guard start - earlier.end <= 3 else { return false }
            if earlier.concept.contains(.you) { return true }
            guard !earlier.concept.isDisjoint(with: [.prior, .secret, .all]) else { return false }
            start = earlier.start
        }
        return false
    }

    /// Whether "not" or its like stands right before a hit.
    func isNegated(_ hit: ConceptHit) -> Bool {
        hits[..<first(from: hit.start)].reversed().prefix { hit.start - $0.end <= 3 }
            .contains { $0.concept.contains(.not) && $0.end <= hit.start }
    }

    private static let articles = ["a", "an", "um", "uma", "un", "une", "una", "ein", "eine", "einen", "een"]
        .map { Array(" \($0) ".utf8) }
    private static let genitives = [" of ", " del ", " zum ", " zur ", " des ", " from the ", " led ", "的"]
        .map { Array($0.utf8) }

    /// Whether a hit is one of many, or somebody else's: "a system prompt", "rules of grammar"; not "rules of your
    /// developer".
    func isOfAnother(_ hit: ConceptHit) -> Bool {
        let before = [0x20] + bytes[max(0, hit.start - 6)..<hit.start]
        if InjectionEvidence.articles.contains(where: { before.suffix($0.count) == $0[...] }) { return true }
        let after = bytes[hit.end...]
        guard InjectionEvidence.genitives.contains(where: { after.starts(with: $0) }) else { return false }
        return !hits[first(from: hit.end)...].prefix { $0.start - hit.end <= 30 }
            .contains { !$0.concept.isDisjoint(with: [.you, .machine, .systemPrompt, .user, .restriction]) }
    }

    /// Whether a hit is called: a colon or a comma behind it.
    func isSpokenTo(_ hit: ConceptHit) -> Bool {
        let mark = mark(after: hit)
        return mark == UInt8(ascii: ":") || mark == UInt8(ascii: ",")
    }

    /// Whether a sentence, a bracket or a comment begins with a hit.
    func isAtSentenceStart(_ hit: ConceptHit) -> Bool {
        var index = hit.start - 1
        while index >= 0, bytes[index] == 0x20 { index -= 1 }
        guard index >= 0 else { return true }
        return bytes[index] >= 0x80 || Array(".!?\n:;>([{*#-\"'".utf8).contains(bytes[index])
    }

    /// Whether a demand begins a sentence, a word or two such as "now" and "please" left out.
    func isDemand(_ hit: ConceptHit) -> Bool {
        let start = max(0, hit.start - 12)
        return hit.start <= 8 || bytes[start..<hit.start].contains { Array(".!?\n:".utf8).contains($0) }
    }

    /// The byte at an offset behind a hit, spaces left out; 0 at the end.
    func mark(after hit: ConceptHit) -> UInt8 {
        var index = hit.end
        while index < bytes.count, bytes[index] == 0x20 { index += 1 }
        return index < bytes.count ? bytes[index] : 0
    }

    func isAtLineStart(_ hit: ConceptHit) -> Bool { hit.start == 0 || bytes[hit.start - 1] == 0x0A }
}
