import Chat

/// A part of a message's content, out of OpenAI's shape.
enum ContentPart {
    /// Text, with the part that it stands in.
    case text(String, part: JSONValue)
    /// A picture, sound or document that stands in the request itself, in base64.
    case data(base64: String, type: String, name: String?)
    /// A picture somewhere else.
    case link(String)
    /// Anything else: a part of a vendor's own.
    case other(JSONValue)

    /// The parts of a content; a text is one part, null none.
    static func parts(of content: JSONValue) -> [ContentPart] {
        switch content {
        case .string(let text): [.text(text, part: .null)]
        case .array(let parts): parts.map(ContentPart.init)
        case .null, .bool, .number, .object: []
        }
    }

    init(_ part: JSONValue) {
        if let text = part.stringValue {
            self = .text(text, part: .null)
            return
        }
        switch part["type"]?.stringValue {
        case "text":
            self = .text(part["text"]?.stringValue ?? "", part: part)
        case "image_url":
            let picture = part["image_url"]
            guard let url = picture?["url"]?.stringValue ?? picture?.stringValue else { fallthrough }
            self = ContentPart.dataURL(url, name: nil) ?? .link(url)
        case "input_audio":
            guard let sound = part["input_audio"], let base64 = sound["data"]?.stringValue else { fallthrough }
            self = .data(base64: base64, type: "audio/\(sound["format"]?.stringValue ?? "wav")", name: nil)
        case "file":
            let file = part["file"]
            guard let url = file?["file_data"]?.stringValue,
                let data = ContentPart.dataURL(url, name: file?["filename"]?.stringValue)
            else { fallthrough }
            self = data
        default:
            self = .other(part)
        }
    }

    /// `data:image/png;base64,…`; nil for other addresses (RFC 2397; only the base64 form occurs in practice).
    private static func dataURL(_ url: String, name: String?) -> ContentPart? {
        guard url.hasPrefix("data:"), let comma = url.firstIndex(of: ",") else { return nil }
        let head = url[url.index(url.startIndex, offsetBy: 5)..<comma]
        guard head.hasSuffix(";base64") else { return nil }
        let type = head.dropLast(7).prefix { $0 != ";" }
        return .data(
            base64: String(url[url.index(after: comma)...]), type: type.isEmpty ? "text/plain" : String(type),
            name: name)
    }

    /// The address of data in a request.
    static func dataURL(base64: String, type: String) -> String { "data:\(type);base64,\(base64)" }
}
