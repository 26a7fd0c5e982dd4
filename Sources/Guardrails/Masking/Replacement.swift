/// Puts something else in the places of values.
enum Replacement {
    /// The text with each span replaced as the action says; refuse and flag replace nothing.
    /// - Parameter spans: in order, without overlaps.
    static func applied(
        _ entries: [(span: GuardSpan, action: GuardAction)], to text: String, vault: inout MaskVault
    ) -> String {
        guard entries.contains(where: { $0.action == .redact || $0.action == .mask }) else { return text }
        let bytes = Array(text.utf8)
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var end = 0
        for (span, action) in entries.sorted(by: { $0.span.utf8.lowerBound < $1.span.utf8.lowerBound })
        where span.utf8.lowerBound >= end && span.utf8.upperBound <= bytes.count {
            guard action == .redact || action == .mask else { continue }
            out += bytes[end..<span.utf8.lowerBound]
            let value = String(decoding: bytes[span.utf8], as: UTF8.self)
            let stands =
                action == .redact ? "[\(span.label)]" : vault.placeholder(for: value, label: span.label, in: text)
            out += Array(stands.utf8)
            end = span.utf8.upperBound
        }
        return String(decoding: out + bytes[end...], as: UTF8.self)
    }
}
