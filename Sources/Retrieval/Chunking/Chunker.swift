/// Cuts texts into pieces along their structure: headings, paragraphs, sentences, words, and only then characters.
///
/// Pieces are filled with whole sentences up to their size. A heading begins a new piece, and so does a paragraph that
/// does not fit where the piece is half full. A piece repeats the last sentences of the one before it in the same
/// section, up to the overlap. A character as readers see it (a grapheme) is never cut. Nothing of the text is lost but
/// white space between pieces. Linear in the text.
public struct Chunker: Sendable, Hashable {
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        case characters
        /// Estimated as four ASCII characters, or one other scalar.
        case tokens
    }

    /// The most that a piece holds; one character at least.
    public var size: Int
    /// The most that a piece repeats of the one before it; below half of the size.
    public var overlap: Int
    public var unit: Unit

    public init(size: Int = 2_000, overlap: Int = 200, unit: Unit = .characters) {
        self.size = max(1, min(size, 1 << 30))
        self.overlap = max(0, min(overlap, self.size / 2))
        self.unit = unit
    }

    /// The pieces of a text; none of a text that is white space alone.
    public func chunks(of text: String) -> [Chunk] {
        var filling = Filling(chunker: self, text: ChunkedText(text, unit: unit))
        return filling.run()
    }

    /// The size in the unit of weights: tokens are counted in quarters.
    fileprivate var limit: Int { unit == .tokens ? size * 4 : size }
    fileprivate var overlapLimit: Int { unit == .tokens ? overlap * 4 : overlap }
}

/// The state while the pieces of one text are filled.
private struct Filling {
    let chunker: Chunker
    let text: ChunkedText
    private var chunks: [Chunk] = []
    /// Sentences of the piece at hand; ranges of characters without the white space behind them.
    private var spans: [TextSpan] = []
    /// How many of them were in the piece before.
    private var repeated = 0
    private var headings: [Heading] = []

    init(chunker: Chunker, text: ChunkedText) {
        self.chunker = chunker
        self.text = text
    }

    mutating func run() -> [Chunk] {
        for paragraph in text.paragraphs() {
            if let heading = paragraph.heading {
                // Headings that follow each other stand together above their text.
                if spans.contains(where: { !$0.isHeading }) { finish(overlapping: false) }
                headings.removeAll { $0.level >= heading.level }
                headings.append(heading)
                take(TextSpan(range: paragraph.range, isHeading: true))
                continue
            }
            let isHalfFull = 2 * weight >= chunker.limit
            if isHalfFull, weight + text.weight(paragraph.range) > chunker.limit { finish(overlapping: true) }
            for sentence in text.sentences(in: paragraph.range) { take(TextSpan(range: sentence)) }
        }
        finish(overlapping: false)
        return chunks
    }

    /// From the first sentence to the end of the last, white space between them included.
    private var weight: Int {
        guard let first = spans.first, let last = spans.last else { return 0 }
        return text.weight(first.range.lowerBound..<last.range.upperBound)
    }

    private mutating func take(_ span: TextSpan) {
        guard fits(span) else {
            if spans.count > repeated { finish(overlapping: true) }
            while !fits(span), !spans.isEmpty { dropFirst() }
            guard fits(span) else {
                for part in text.parts(of: span.range, limit: chunker.limit) {
                    if !fits(TextSpan(range: part)) { finish(overlapping: false) }
                    spans.append(TextSpan(range: part, isHeading: span.isHeading))
                }
                return
            }
            spans.append(span)
            return
        }
        spans.append(span)
    }

    private func fits(_ span: TextSpan) -> Bool {
        let start = spans.first?.range.lowerBound ?? span.range.lowerBound
        return text.weight(start..<span.range.upperBound) <= chunker.limit
    }

    private mutating func dropFirst() {
        spans.removeFirst()
        repeated = max(0, repeated - 1)
    }

    private mutating func finish(overlapping: Bool) {
        guard spans.count > repeated, let first = spans.first, let last = spans.last else {
            if !overlapping { (spans, repeated) = ([], 0) }
            return
        }
        let range = first.range.lowerBound..<last.range.upperBound
        chunks.append(
            Chunk(
                number: chunks.count, text: text.string(range), range: text.scalars(range),
                headings: headings.map(\.text)))
        guard overlapping else {
            (spans, repeated) = ([], 0)
            return
        }
        var kept: [TextSpan] = []
        for span in spans.reversed() {
            guard !span.isHeading, text.weight(span.range.lowerBound..<last.range.upperBound) <= chunker.overlapLimit
            else { break }
            kept.append(span)
        }
        (spans, repeated) = (kept.reversed(), kept.count)
    }
}

/// Some characters of a text.
struct TextSpan {
    var range: Range<Int>
    var isHeading = false
}
