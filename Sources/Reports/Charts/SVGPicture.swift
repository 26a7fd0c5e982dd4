/// A picture made fit for the page: well-formed, of known elements and attributes only, its colours of text those of
/// the page, its ids its own.
enum SVGPicture {
    /// Every other element goes, with everything in it.
    private static let elements: Set<String> = [
        "svg", "g", "defs", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
    ]
    private static let attributes: Set<String> = [
        "viewBox", "id", "d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height",
        "points", "transform", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity",
        "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "color", "opacity", "font-family", "font-size",
        "font-weight", "text-anchor", "xlink:href", "href",
    ]

    /// Reads a picture and writes it again.
    /// - Parameter prefix: goes before every id, so that many pictures can stand in one page.
    /// - Throws: `XMLFault` where it is not well-formed.
    static func clean(_ bytes: [UInt8], prefix: String) throws(XMLFault) -> [UInt8] {
        var reader = XMLScanner(bytes)
        var out = Markup()
        var dropped = 0
        var isFirst = true
        while let event = try reader.next() {
            switch event {
            case .start(let name, let attributes):
                if dropped > 0 || !elements.contains(name) || isGround(name, attributes) {
                    dropped += 1
                    continue
                }
                guard isFirst == (name == "svg") else { throw XMLFault("the picture has no single 'svg' around it") }
                isFirst = false
                start(name, attributes, prefix: prefix, to: &out)
            case .end(let name):
                if dropped > 0 { dropped -= 1 } else { out.raw("</\(name)>") }
            case .text(let text):
                guard dropped == 0 else { continue }
                if text.utf8.allSatisfy({ $0 <= 0x20 }) { continue }
                out.text(text)
            }
        }
        guard !isFirst else { throw XMLFault("the picture is empty") }
        return out.bytes
    }

    /// The white ground that gnuplot lays under a picture.
    private static func isGround(_ name: String, _ attributes: [(name: String, value: String)]) -> Bool {
        name == "rect" && attributes.contains { $0.name == "fill" && $0.value == "#ffffff" }
            && attributes.contains { $0.name == "x" && $0.value == "0" }
    }

    private static func start(
        _ name: String, _ found: [(name: String, value: String)], prefix: String, to out: inout Markup
    ) {
        out.raw("<\(name)")
        if name == "svg" { out.raw(" aria-hidden=\"true\" focusable=\"false\"") }
        for (key, value) in found where attributes.contains(key) {
            guard let kept = value.isEmpty ? nil : kept(key, value, prefix: prefix) else { continue }
            out.raw(key == "xlink:href" ? " href=\"" : " \(key)=\"")
            out.text(kept)
            out.raw("\"")
        }
        out.raw(">")
    }

    /// The value to write, or nil where the attribute goes.
    private static func kept(_ key: String, _ value: String, prefix: String) -> String? {
        switch key {
        case "id": return "\(prefix)-\(value)"
        case "href", "xlink:href": return value.hasPrefix("#") ? "#\(prefix)-\(value.dropFirst())" : nil
        case "color" where value == "black" || value == "#FFFFFF": return nil
        default: break
        }
        if value.contains("url(") || value.contains(":") { return nil }
        return isInk(value) || value == "black" ? "currentColor" : value
    }

    /// Whether the value is the ink of charts, `rgb(122, 127, 135)` in gnuplot's spellings.
    private static func isInk(_ value: String) -> Bool {
        value.hasPrefix("rgb(") && value.filter { $0 != " " } == "rgb(122,127,135)"
    }
}
