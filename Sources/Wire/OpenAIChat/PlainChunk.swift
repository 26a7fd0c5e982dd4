import Chat

extension OpenAIChat {
    /// Reads a chunk as nearly all are: one choice with a piece of text, no usage and no end. Nil for every other,
    /// which is read as a tree; of these it says the same as that reading.
    static func plainChunk(_ data: [UInt8]) -> StreamPiece? {
        data.withUnsafeBufferPointer { bytes in
            var walk = JSONWalk(bytes)
            var (model, text): (String?, String?)
            var hasChoice = false
            let isPlain = walk.document { walk, key in
                if walk.holds(key, "choices") {
                    return walk.items { walk, index in
                        hasChoice = true
                        return index == 0 && plainChoice(&walk, &text)
                    }
                }
                if walk.holds(key, "model") {
                    model = walk.string().flatMap { walk.text($0) }
                    return model != nil
                }
                if walk.holds(key, "usage") { return walk.null() }
                if walk.holds(key, "error") || walk.holds(key, "x_groq") { return false }
                return walk.value()
            }
            guard isPlain, hasChoice, let text else { return nil }
            return StreamPiece(deltas: text.isEmpty ? [] : [.text(text)], holdsContent: true, model: model)
        }
    }

    private static func plainChoice(_ walk: inout JSONWalk, _ text: inout String?) -> Bool {
        var found: String?
        let isPlain = walk.members { walk, key in
            if walk.holds(key, "index") { return walk.number().map { walk.isZero($0) } ?? false }
            if walk.holds(key, "delta") { return plainDelta(&walk, &found) }
            if walk.holds(key, "finish_reason") || walk.holds(key, "logprobs") { return walk.null() }
            return walk.value()
        }
        text = found
        return isPlain
    }

    private static func plainDelta(_ walk: inout JSONWalk, _ text: inout String?) -> Bool {
        var found: String?
        let isPlain = walk.members { walk, key in
            if walk.holds(key, "content") {
                found = walk.string().flatMap { walk.text($0) }
                return found != nil
            }
            if walk.holds(key, "role") { return walk.value() }
            // What else there is may be a piece of the answer, too.
            return walk.null()
        }
        text = found
        return isPlain
    }
}

extension JSONWalk {
    /// Whether a number is spelled as 0.
    func isZero(_ number: Range<Int>) -> Bool {
        number.count == 1 && bytes[number.lowerBound] == UInt8(ascii: "0")
    }
}
