/// What a document says, free of its markup.
///
/// Headings stay as lines that begin with `#`, one a level, list items with `- `; paragraphs are parted by blank lines.
public struct DocumentText: Sendable, Hashable {
    /// As the document names itself; nil where it does not.
    public var title: String?
    public var text: String

    public init(title: String? = nil, text: String) {
        self.title = title
        self.text = text
    }
}

/// How a document is written.
public enum DocumentFormat: String, Sendable, Hashable, CaseIterable {
    case plain
    case markdown
    case html

    /// The text of a document in this format. Linear in its size, whatever stands in it; broken markup is taken as
    /// browsers take it, or as text.
    public func text(of source: String) -> DocumentText {
        switch self {
        case .plain: DocumentText(text: source)
        case .markdown: MarkdownText.text(of: source)
        case .html: HTMLText.text(of: source)
        }
    }
}
