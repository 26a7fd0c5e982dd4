/// A text as its characters, with what they weigh, cut into paragraphs, sentences and parts.
struct ChunkedText {
    struct Paragraph {
        var range: Range<Int>
        var heading: Heading?
    }

    private let characters: [Character]
    /// Weights of the first so many characters, and their scalars.
    private let weights: [Int]
    private let scalarCounts: [Int]

    init(_ text: String, unit: Chunker.Unit) {
        var (characters, weights, scalars): ([Character], [Int], [Int]) = ([], [0], [0])
        var (weight, count) = (0, 0)
        for character in text {
            characters.append(character)
            let size = character.unicodeScalars.count
            switch unit {
            case .characters: weight += 1
            case .tokens: weight += character.isASCII ? 1 : 4 * size
            }
            count += size
            weights.append(weight)
            scalars.append(count)
        }
        (self.characters, self.weights, scalarCounts) = (characters, weights, scalars)
    }

    func weight(_ range: Range<Int>) -> Int { weights[range.upperBound] - weights[range.lowerBound] }

    /// Characters as Unicode scalars.
    func scalars(_ range: Range<Int>) -> Range<Int> { scalarCounts[range.lowerBound]..<scalarCounts[range.upperBound] }

    func string(_ range: Range<Int>) -> String { String(characters[range]) }

    /// Runs of lines between blank ones, and headings, without the white space around them.
    func paragraphs() -> [Paragraph] {
        var paragraphs: [Paragraph] = []
        var open: Range<Int>?
        var start = 0
        while start < characters.count {
            var end = start
            while end < characters.count, !characters[end].isNewline { end += 1 }
            let line = trimmed(start..<end)
            let heading = line.isEmpty || characters[line.lowerBound] != "#" ? nil : Heading(string(line))
            if line.isEmpty || heading != nil {
                if let open { paragraphs.append(Paragraph(range: open)) }
                open = nil
                if let heading { paragraphs.append(Paragraph(range: line, heading: heading)) }
            } else {
                open = (open?.lowerBound ?? line.lowerBound)..<line.upperBound
            }
            start = end + 1
        }
        if let open { paragraphs.append(Paragraph(range: open)) }
        return paragraphs
    }

    /// The sentences of a paragraph: up to a full stop, exclamation or question mark, with closing quotes and brackets,
    /// before white space; up to a full stop of Chinese or Japanese; or up to the end of a list item's line.
    func sentences(in range: Range<Int>) -> [Range<Int>] {
        var sentences: [Range<Int>] = []
        var start = range.lowerBound
        var index = start
        while index < range.upperBound {
            let isEnd: Bool
            switch characters[index] {
            case "。", "！", "？", "｡":
                index = behindClosers(index, range.upperBound)
                isEnd = true
            case ".", "!", "?", "…":
                let mark = characters[index]
                let end = behindClosers(index, range.upperBound)
                let isBeforeSpace = end < range.upperBound && characters[end].isWhitespace
                isEnd = isBeforeSpace && !isAbbreviation(mark, at: index, start)
                index = end
            case let character:
                isEnd = character.isNewline && index + 2 < range.upperBound && characters[index + 1] == "-"
                index += 1
            }
            guard isEnd || index >= range.upperBound else { continue }
            let sentence = trimmed(start..<min(index, range.upperBound))
            if !sentence.isEmpty { sentences.append(sentence) }
            start = index
        }
        return sentences
    }

    private func behindClosers(_ index: Int, _ end: Int) -> Int {
        var index = index + 1
        while index < end, ".!?…。！？\"'”’)]»』」）".contains(characters[index]) { index += 1 }
        return index
    }

    /// A single letter or a short title before the stop: "J. Smith", "Dr. Jones".
    private func isAbbreviation(_ mark: Character, at index: Int, _ start: Int) -> Bool {
        guard mark == "." else { return false }
        var word = index
        while word > start, index - word <= 4, characters[word - 1].isLetter { word -= 1 }
        guard word < index, characters[word].isUppercase else { return false }
        return index - word == 1 || ["Dr", "Mr", "Mrs", "Ms", "Prof", "St", "Sr", "Sra"].contains(string(word..<index))
    }

    /// What is too long for a piece, cut at white space, else between characters. A grapheme that weighs more than the
    /// limit stands alone.
    func parts(of range: Range<Int>, limit: Int) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            var space: Int?
            while end < range.upperBound, weight(start..<end + 1) <= limit {
                if characters[end].isWhitespace { space = end }
                end += 1
            }
            if end < range.upperBound {
                if characters[end].isWhitespace { space = end }
                end = max(start + 1, space ?? end)
            }
            let part = trimmed(start..<end)
            if !part.isEmpty { parts.append(part) }
            start = end
            while start < range.upperBound, characters[start].isWhitespace { start += 1 }
        }
        return parts
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, characters[start].isWhitespace { start += 1 }
        while end > start, characters[end - 1].isWhitespace { end -= 1 }
        return start..<end
    }
}
