import Chat

/// The values that stand behind placeholders, so that what was masked on the way in can be put back on the way out.
///
/// The same value has the same placeholder throughout, and a placeholder leads back to exactly one value. Placeholders
/// end with the vault's mark, which nobody outside can know: one that a user, a document or a model made up, such as
/// `[EMAIL_1]`, is none of ours and stays as it is. One vault is one conversation of one caller's: it must never be
/// shared.
public struct MaskVault: Sendable {
    /// What ends the placeholders: four letters and digits.
    public let mark: String
    /// By label and bytes: texts that only look the same are different values.
    private var placeholders: [String: [[UInt8]: String]] = [:]
    private var values: [String: String] = [:]
    private var counts: [String: Int] = [:]

    /// A vault with a mark drawn at random.
    public init() {
        var generator = SystemRandomNumberGenerator()
        self.init(using: &generator)
    }

    /// A vault with a mark drawn from a generator.
    public init(using generator: inout some RandomNumberGenerator) {
        self.init(mark: MaskVault.mark(using: &generator))
    }

    /// A vault whose placeholders are those of others with the same mark, so that answers to texts that are alike once
    /// masked can be shared.
    public init(mark: String) { self.mark = mark }

    /// Four of the 32 letters and digits of base32 in RFC 4648, small: twenty bits.
    public static func mark(using generator: inout some RandomNumberGenerator) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        return String(decoding: (0..<4).map { _ in alphabet[Int.random(in: 0..<32, using: &generator)] }, as: UTF8.self)
    }

    /// Gives out no placeholder that stands in a text already, by chance or because somebody copied it there.
    /// - Complexity: linear in the text.
    public mutating func avoid(_ text: String) {
        guard text.utf8.contains(UInt8(ascii: "[")) else { return }
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
        guard written.suffix(mark.utf8.count + 1).elementsEqual("_\(mark)".utf8) else { return }
        let numbered = written.dropLast(mark.utf8.count + 1)
        guard let bar = numbered.lastIndex(of: UInt8(ascii: "_")),
            let number = Int(String(decoding: numbered[(bar + 1)...], as: UTF8.self)), number > 0, number < 1 << 40,
            values["[\(String(decoding: written, as: UTF8.self))]"] == nil
        else { return }
        let label = String(decoding: numbered[..<bar], as: UTF8.self)
        counts[label] = max(counts[label, default: 0], number)
    }

    /// How many values there are.
    public var count: Int { values.count }

    /// The placeholder of a value: `[EMAIL_1_k7f3]`. Ask `avoid` first about texts that may hold it by chance.
    public mutating func placeholder(for value: String, label: String) -> String {
        let bytes = Array(value.utf8)
        if let known = placeholders[label]?[bytes] { return known }
        counts[label, default: 0] += 1
        let made = "[\(label)_\(counts[label, default: 0])_\(mark)]"
        placeholders[label, default: [:]][bytes] = made
        values[made] = value
        return made
    }

    /// The text with the values back in their places, but for those inside of addresses of the web: there a value would
    /// leave with the next picture that is loaded.
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
/// Inside of addresses of the web placeholders stay.
public struct UnmaskStream: Sendable {
    private let vault: MaskVault
    private let longest: Int
    private let isJSON: Bool
    private var held = ""
    private var link = LinkTracker()

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
                pass(&out)
                held = "["
            } else if held.isEmpty {
                link.take(scalar)
                out.unicodeScalars.append(scalar)
            } else {
                held.unicodeScalars.append(scalar)
                if scalar == "]", let value = link.isInside ? nil : value(of: held) {
                    out += value
                    held = ""
                } else if scalar == "]" || held.utf8.count >= longest {
                    pass(&out)
                }
            }
        }
        return out
    }

    /// Lets go of what was held back.
    private mutating func pass(_ out: inout String) {
        for scalar in held.unicodeScalars { link.take(scalar) }
        out += held
        held = ""
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
