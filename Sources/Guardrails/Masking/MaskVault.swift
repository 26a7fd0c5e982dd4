import Chat

/// The values that stand behind placeholders, so that what was masked on the way in can be put back on the way out.
///
/// The same value has the same placeholder throughout, and a placeholder leads back to exactly one value. Placeholders
/// that were not given out, such as a model's own inventions, stay as they are. One vault is one conversation of one
/// caller's: it must never be shared.
public struct MaskVault: Sendable {
    /// By label and bytes: texts that only look the same are different values.
    private var placeholders: [String: [[UInt8]: String]] = [:]
    private var values: [String: String] = [:]
    private var counts: [String: Int] = [:]

    public init() {}

    /// Gives out no placeholder that stands in a text already, by chance or because somebody wrote it there.
    /// - Complexity: linear in the text.
    public mutating func avoid(_ text: String) {
        var word: [UInt8]?
        for byte in text.utf8 {
            if byte == UInt8(ascii: "[") {
                word = []
            } else if byte == UInt8(ascii: "]") {
                if let written = word { avoid(written) }
                word = nil
            } else if word != nil {
                if word?.count == MaskVault.longestWritten { word = nil } else { word?.append(byte) }
            }
        }
    }

    /// A placeholder of more bytes than this is none of ours.
    private static let longestWritten = 128

    private mutating func avoid(_ written: [UInt8]) {
        guard let bar = written.lastIndex(of: UInt8(ascii: "_")),
            let number = Int(String(decoding: written[(bar + 1)...], as: UTF8.self)), number > 0, number < 1 << 40
        else { return }
        let label = String(decoding: written[..<bar], as: UTF8.self)
        counts[label] = max(counts[label, default: 0], number)
    }

    /// How many values there are.
    public var count: Int { values.count }

    /// The placeholder of a value: `[EMAIL_1]`.
    /// - Parameter text: the text in which it will stand: a placeholder that it already holds by chance is passed over.
    public mutating func placeholder(for value: String, label: String, in text: String = "") -> String {
        let bytes = Array(value.utf8)
        if let known = placeholders[label]?[bytes] { return known }
        var made: String
        repeat {
            counts[label, default: 0] += 1
            made = "[\(label)_\(counts[label, default: 0])]"
        } while text.contains(made)
        placeholders[label, default: [:]][bytes] = made
        values[made] = value
        return made
    }

    /// The text with the values back in their places.
    public func unmasked(_ text: String) -> String {
        guard !values.isEmpty, text.utf8.contains(UInt8(ascii: "[")) else { return text }
        var stream = UnmaskStream(self)
        return stream.feed(text) + stream.finish()
    }

    func value(of placeholder: String) -> String? { values[placeholder] }

    /// The longest placeholder in bytes.
    var longest: Int { values.keys.map(\.utf8.count).max() ?? 0 }
}

/// Puts values back into a text that comes in pieces: holds back no more than a piece that may become a placeholder.
public struct UnmaskStream: Sendable {
    private let vault: MaskVault
    private let longest: Int
    private let isJSON: Bool
    private var held = ""

    /// - Parameter isJSON: whether the text is a JSON document: then values are written as in its strings.
    public init(_ vault: MaskVault, isJSON: Bool = false) {
        self.vault = vault
        self.isJSON = isJSON
        longest = vault.longest
    }

    /// Takes a piece; returns what is ready.
    public mutating func feed(_ piece: String) -> String {
        guard longest > 0 else { return piece }
        var out = ""
        for scalar in piece.unicodeScalars {
            if scalar == "[" {
                out += held
                held = "["
            } else if held.isEmpty {
                out.unicodeScalars.append(scalar)
            } else {
                held.unicodeScalars.append(scalar)
                if scalar == "]" {
                    out += value(of: held) ?? held
                    held = ""
                } else if held.utf8.count >= longest {
                    out += held
                    held = ""
                }
            }
        }
        return out
    }

    private func value(of placeholder: String) -> String? {
        guard let value = vault.value(of: placeholder) else { return nil }
        return isJSON ? String(JSONValue.string(value).text.dropFirst().dropLast()) : value
    }

    /// What is left at the end.
    public mutating func finish() -> String {
        defer { held = "" }
        return held
    }
}
