/// HTML or XML under construction.
///
/// Names of elements and attributes are literals of the source; whatever comes from outside goes through `text` or an
/// attribute's value, escaped and made visible, so that no output of a model can become markup.
struct Markup {
    private(set) var bytes: [UInt8] = []

    /// Elements of HTML that have no end tag.
    private static let empty: Set<String> = ["br", "col", "hr", "input", "link", "meta"]

    /// An element with content. An attribute whose value is nil is left out.
    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:],
        _ content: (inout Markup) -> Void
    ) {
        open(name, attributes)
        content(&self)
        bytes += "</\(name)>".utf8
    }

    /// An element that holds text alone.
    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], text content: String = ""
    ) {
        open(name, attributes)
        guard !Markup.empty.contains(name.description) else { return }
        text(content)
        bytes += "</\(name)>".utf8
    }

    mutating func text(_ content: String) { Markup.escape(VisibleText.of(content), to: &bytes) }

    /// Text of ours, as it is: literals and what was checked before.
    mutating func raw(_ content: String) { bytes += content.utf8 }

    mutating func raw(_ content: [UInt8]) { bytes += content }

    mutating func line() { bytes.append(UInt8(ascii: "\n")) }

    private mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?>) {
        bytes += "<\(name)".utf8
        for (key, value) in attributes {
            guard let value else { continue }
            bytes += " \(key)=\"".utf8
            text(value)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
    }

    private static func escape(_ text: String, to out: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): out += "&amp;".utf8
            case UInt8(ascii: "<"): out += "&lt;".utf8
            case UInt8(ascii: ">"): out += "&gt;".utf8
            case UInt8(ascii: "\""): out += "&quot;".utf8
            case UInt8(ascii: "'"): out += "&#39;".utf8
            default: out.append(byte)
            }
        }
    }
}
