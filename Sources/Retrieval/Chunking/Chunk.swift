/// A piece of a document's text, as it is found and quoted.
public struct Chunk: Sendable, Hashable {
    /// From 0, in the order of the text.
    public var number: Int
    public var text: String
    /// Where it stands in the document's text, in Unicode scalars (code points).
    public var range: Range<Int>
    /// The headings above it, outermost first.
    public var headings: [String]

    public init(number: Int, text: String, range: Range<Int>, headings: [String] = []) {
        self.number = number
        self.text = text
        self.range = range
        self.headings = headings
    }
}
