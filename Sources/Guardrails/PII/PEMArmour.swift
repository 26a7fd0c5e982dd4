/// The frame of a private key: `-----BEGIN … PRIVATE KEY-----` to `-----END … PRIVATE KEY-----`.
enum PEMArmour {
    /// Longest first line, in bytes.
    static let longestHead = 80
    /// How far the last line is looked for.
    static let longestBody = 65_536

    /// Where the body begins behind a first line at `start`; nil where there is none.
    static func bodyStart(_ view: ByteView, at start: Int) -> Int? {
        guard view.has("-----BEGIN ", at: start) else { return nil }
        var index = start + 11
        while index < start + longestHead,
            view.kind(index).contains(.upper) || view[index] == 0x20 || view.isDigit(index)
        {
            index += 1
        }
        let isKey = view.has("PRIVATE KEY", at: index - 11) || view.has("PRIVATE KEY BLOCK", at: index - 17)
        return isKey && view.has("-----", at: index) ? index + 5 : nil
    }

    /// Whether what stands behind a first line may be a key: a long word, or a head such as `Proc-Type: 4,ENCRYPTED`.
    private static func isBody(_ view: ByteView, _ body: Int) -> Bool {
        var start = view.end(of: .space, from: body)
        // Line ends that are written out.
        while view.has("\\n", at: start) || view.has("\\r", at: start) { start += 2 }
        var end = start
        while end - start < 16, view.isAlphanumeric(end) || view.isOne(of: "+/=_", at: end) { end += 1 }
        let heads: [StaticString] = ["Proc-Type:", "DEK-Info:", "Version:", "Comment:"]
        return end - start >= 16 || heads.contains { view.has($0, at: start) }
    }

    /// Whether a key whose body begins at `body` may still go on at the end of the text.
    static func isUnderWay(_ view: ByteView, body: Int) -> Bool {
        if view.count - body < 24 { return true }
        guard isBody(view, body) else { return false }
        var index = body
        while index < view.count, index - body < longestBody {
            if view[index] == UInt8(ascii: "-"), view.has("-----END ", at: index) {
                let line = view.end(of: [.upper, .space, .digit], from: index + 9, limit: longestHead)
                return line + 5 > view.count
            }
            index += 1
        }
        return true
    }

    /// The end of a key whose body begins at `body`; nil where nothing like a key follows.
    static func end(_ view: ByteView, body: Int) -> Int? {
        guard isBody(view, body) else { return nil }
        var index = body
        let limit = min(view.count, body + longestBody)
        while index < limit {
            if view[index] == UInt8(ascii: "-"), view.has("-----", at: index) {
                guard view.has("-----END ", at: index), index - body >= 16 else { break }
                let line = view.end(of: [.upper, .space, .digit], from: index + 9, limit: longestHead)
                return view.has("-----", at: line) ? line + 5 : line
            }
            index += 1
        }
        return openEnd(view, body: body)
    }

    /// The end of the long words of base64 from `body` on.
    private static func openEnd(_ view: ByteView, body: Int) -> Int? {
        var index = body
        var found: Int?
        while index < view.count {
            let start = view.end(of: .space, from: index)
            var end = start
            while end < view.count, view.isAlphanumeric(end) || view.isOne(of: "+/=", at: end) { end += 1 }
            // The last line is shorter; where the text ends in it, it counts.
            guard end - start >= 24 || found != nil && end > start && end == view.count else { break }
            found = end
            index = end
        }
        return found
    }
}
