/// How an output is written rather than what it says: its length and its Markdown.
///
/// A judge may prefer the longer or the more decorated answer; controlled rankings take these out.
///
/// ```swift
/// OutputStyle("# Plan\n\n- **one**\n- two").listItems   // 2
/// ```
/// Source of the features: Tianle Li, Anastasios Angelopoulos and Wei-Lin Chiang, *Does style matter? Disentangling
/// style and substance in Chatbot Arena*, 2024, with Unicode scalars in the place of tokens.
public struct OutputStyle: Sendable, Hashable {
    /// Unicode scalars.
    public let length: Int
    /// Lines that begin with one to six `#` and a space.
    public let headings: Int
    /// Lines that begin with `-`, `*`, `+` or a number and a point, and a space.
    public let listItems: Int
    /// Passages in `**` or `__` within one line.
    public let boldPassages: Int

    /// What the features are called, in the order of `relativeDifference(to:)`.
    public static let featureNames = ["length", "headings", "list items", "bold passages"]

    /// Measures a text; one pass over its bytes. Code blocks are not told apart.
    public init(_ text: String) {
        var text = text
        length = text.unicodeScalars.count
        (headings, listItems, boldPassages) = text.withUTF8 { bytes in
            var (headings, items, bold) = (0, 0, 0)
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let content = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                if Self.isHeading(content) { headings += 1 }
                if Self.isListItem(content) { items += 1 }
                bold += Self.doubled(UInt8(ascii: "*"), in: content) / 2
                bold += Self.doubled(UInt8(ascii: "_"), in: content) / 2
            }
            return (headings, items, bold)
        }
    }

    /// Each feature's difference by the sum of both, −1...1, 0 where neither has any.
    public func relativeDifference(to other: OutputStyle) -> [Double] {
        zip(features, other.features).map { own, its in own + its > 0 ? (own - its) / (own + its) : 0 }
    }

    private var features: [Double] { [length, headings, listItems, boldPassages].map(Double.init) }

    private typealias Line = Slice<UnsafeBufferPointer<UInt8>>

    private static func isHeading(_ line: Line) -> Bool {
        let rest = line.drop { $0 == UInt8(ascii: "#") }
        return 1...6 ~= line.count - rest.count && rest.first == UInt8(ascii: " ")
    }

    private static func isListItem(_ line: Line) -> Bool {
        guard let first = line.first else { return false }
        if [UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+")].contains(first) {
            return line.dropFirst().first == UInt8(ascii: " ")
        }
        let rest = line.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return rest.count < line.count && rest.first == UInt8(ascii: ".")
            && rest.dropFirst().first == UInt8(ascii: " ")
    }

    /// Pairs of one byte, none counted twice.
    private static func doubled(_ mark: UInt8, in line: Line) -> Int {
        var (count, isOpen) = (0, false)
        for byte in line {
            if byte == mark, isOpen { count += 1 }
            isOpen = byte == mark && !isOpen
        }
        return count
    }
}
