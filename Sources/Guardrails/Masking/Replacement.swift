/// Puts something else in the places of values.
enum Replacement {
    private struct Place {
        var range: Range<Int>
        var label: String
        /// The longest span among those that overlap, whose label stands for all.
        var longest: Int
        var isMask: Bool
    }

    /// The text with each span replaced as the action says; refuse and flag replace nothing.
    ///
    /// Spans that overlap, as those of two rules may, are replaced as one, so that none leaves its rest behind; it is
    /// masked only if all of them are.
    /// - Parameter spans: in any order; what reaches beyond the text counts up to its end.
    static func applied(
        _ entries: [(span: GuardSpan, action: GuardAction)], to text: String, vault: inout MaskVault
    ) -> String {
        let bytes = Array(text.utf8)
        let places = merged(entries, in: bytes)
        guard !places.isEmpty else { return text }
        if places.contains(where: \.isMask) { vault.avoid(text) }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var end = 0
        for place in places {
            out += bytes[end..<place.range.lowerBound]
            let value = String(decoding: bytes[place.range], as: UTF8.self)
            let stands = place.isMask ? vault.placeholder(for: value, label: place.label) : "[\(place.label)]"
            out += Array(stands.utf8)
            end = place.range.upperBound
        }
        return String(decoding: out + bytes[end...], as: UTF8.self)
    }

    private static func merged(_ entries: [(span: GuardSpan, action: GuardAction)], in bytes: [UInt8]) -> [Place] {
        var places: [Place] = []
        for (span, action) in entries.sorted(by: { $0.span.utf8.lowerBound < $1.span.utf8.lowerBound })
        where action == .redact || action == .mask {
            let range = wholeScalars(span.utf8, in: bytes)
            guard !range.isEmpty else { continue }
            if let last = places.last, last.range.upperBound > range.lowerBound {
                places[places.count - 1].range =
                    last.range.lowerBound..<max(last.range.upperBound, range.upperBound)
                places[places.count - 1].isMask = last.isMask && action == .mask
                if range.count > last.longest {
                    (places[places.count - 1].label, places[places.count - 1].longest) = (span.label, range.count)
                }
            } else {
                places.append(
                    Place(range: range, label: span.label, longest: range.count, isMask: action == .mask))
            }
        }
        return places
    }

    /// The range inside of the text, widened to the ends of code points.
    private static func wholeScalars(_ range: Range<Int>, in bytes: [UInt8]) -> Range<Int> {
        var start = min(max(0, range.lowerBound), bytes.count)
        var end = min(max(start, range.upperBound), bytes.count)
        guard start < end else { return start..<start }
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return start..<end
    }
}
