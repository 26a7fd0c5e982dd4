/// Addresses of mail, also those written around a filter.
extension PIIScan {
    /// Endings of files that look like domains: `logo@2x.png`.
    private static let fileEndings: [StaticString] = [
        "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "ico", "css", "json", "html", "txt", "pdf", "js",
    ]

    /// Looks at an `@`, or what stands for it, of `mark` bytes.
    mutating func email(at index: Int, mark: Int) {
        var left = index
        var right = index + mark
        if isBracketed(left, right) {
            bracketedEmail(left - 1, right + 1)
            return
        }
        if view[left - 1] == 0x20, view[right] == 0x20, view.isAlphanumeric(left - 2), view.isAlphanumeric(right + 1) {
            (left, right) = (left - 1, right + 1)
        }
        guard let end = domainEnd(from: right), let start = localStart(before: left), !isUserInfo(start, right, end)
        else { return }
        // With spaces around it an @ is a handle more often than an address.
        if left < index, !view.isLetter(start) || view[start - 1] == UInt8(ascii: "@") { return }
        add(.email, start, end)
    }

    // MARK: - The local part

    /// The start of the local part that ends at `end`.
    private func localStart(before end: Int) -> Int? {
        if view[end - 1] == UInt8(ascii: "\"") { return quotedStart(before: end) }
        let isWide = isWideLetter(before: end)
        var start = end
        while start > max(0, end - 128) {
            let byte = view[start - 1]
            if byte < 0x80 {
                guard view.isAlphanumeric(start - 1) || view.kind(start - 1).contains(.addressMark) else { break }
                if view.isEscape(start - 1) { break }
                start -= 1
            } else {
                var lead = start - 1
                while lead > 0, view[lead] & 0xC0 == 0x80 { lead -= 1 }
                guard isAddressLetter(lead, wide: isWide) else { break }
                start = lead
            }
        }
        // Dots stand between letters only, quotes around the address are not its own.
        while start < end, view.isOne(of: ".'-~%", at: start) { start += 1 }
        for index in stride(from: end - 1, to: start, by: -1)
        where view[index] == UInt8(ascii: ".") && view[index - 1] == view[index] {
            start = index + 1
            break
        }
        guard start < end, view[end - 1] != UInt8(ascii: "."), view[start - 1] != UInt8(ascii: "@") else { return nil }
        return start
    }

    private func quotedStart(before end: Int) -> Int? {
        for index in stride(from: end - 2, through: max(0, end - 66), by: -1) {
            if view[index] == UInt8(ascii: "\"") { return index < end - 2 ? index : nil }
            // RFC 5322 has spaces there, nobody's mailbox does; quoted speech before a handle is more frequent.
            if view.kind(index).contains(.space) { return nil }
        }
        return nil
    }

    /// Whether the letter before `end` is of a script that is written without spaces.
    private func isWideLetter(before end: Int) -> Bool {
        guard view[end - 1] >= 0x80 else { return false }
        var lead = end - 1
        while lead > 0, view[lead] & 0xC0 == 0x80 { lead -= 1 }
        return view[lead] >= 0xE3
    }

    /// Whether a scalar beyond ASCII may stand in an address: letters with two bytes in UTF-8 (Latin, Greek, Cyrillic,
    /// Hebrew, Arabic) and those of India, wide ones only beside wide ones.
    private func isAddressLetter(_ lead: Int, wide: Bool) -> Bool {
        switch view[lead] {
        case 0xC3...0xDF: true
        case 0xE0, 0xE1: true
        case 0xE3: wide && view[lead + 1] != 0x80
        case 0xE4...0xED: wide
        default: false
        }
    }

    // MARK: - The domain

    /// The end of a domain that begins at `start`: labels with dots, the last of letters alone.
    private func domainEnd(from start: Int) -> Int? {
        var index = start
        var labels = 0
        var found: Int?
        while index - start < 255, let end = domainLabelEnd(index) {
            labels += 1
            if labels > 1, isTopLevel(index, end) { found = end }
            guard view[end] == UInt8(ascii: "."), labels < 12 else { break }
            index = end + 1
        }
        return found
    }

    /// The end of a domain's label; two hyphens in a row end it, but for those of `xn--` and where a dot goes on.
    private func domainLabelEnd(_ start: Int) -> Int? {
        let isWide = view[start] >= 0xE3
        var end = start
        while end < view.count, end - start < 64 {
            let byte = view[end]
            if byte < 0x80 {
                guard view.isAlphanumeric(end) || byte == UInt8(ascii: "-") && end > start && isInLabel(end, start)
                else { break }
                end += 1
            } else {
                guard byte >= 0xC0, isAddressLetter(end, wide: isWide) else { break }
                end += 1
                while view[end] & 0xC0 == 0x80, end < view.count { end += 1 }
            }
        }
        while end > start, view[end - 1] == UInt8(ascii: "-") { end -= 1 }
        return end > start ? end : nil
    }

    /// Whether a hyphen is one of a label's that began at `start`.
    private func isInLabel(_ index: Int, _ start: Int) -> Bool {
        let hyphen = UInt8(ascii: "-")
        if view[index + 1] != hyphen && view[index - 1] != hyphen { return true }
        if index - start <= 3, view.hasIgnoringCase("xn--", at: start) { return true }
        let end = view.end(of: [.alphanumeric, .joiner], from: index, limit: 64)
        return view[end] == UInt8(ascii: ".") && view.isAlphanumeric(end + 1) && view.isAlphanumeric(end - 1)
    }

    private func isTopLevel(_ start: Int, _ end: Int) -> Bool {
        guard end - start >= 2 else { return false }
        if view.hasIgnoringCase("xn--", at: start) { return true }
        for index in start..<end where !view.isLetter(index) && view[index] < 0x80 { return false }
        return !PIIScan.fileEndings.contains {
            $0.utf8CodeUnitCount == end - start && view.hasIgnoringCase($0, at: start)
        }
    }

    /// Whether what looks like an address is a user with a password in a URL, or a repository: `git@host:path`.
    private func isUserInfo(_ start: Int, _ domain: Int, _ end: Int) -> Bool {
        if view.has("git", at: start), domain == start + 4, view[end] == UInt8(ascii: ":"), view.isAlphanumeric(end + 1)
        {
            return true
        }
        var index = start - 1
        while index > max(0, start - 80) {
            switch view[index] {
            case UInt8(ascii: "/"): return view[index - 1] == UInt8(ascii: "/") && view[index - 2] == UInt8(ascii: ":")
            case 0x20, 0x0A, 0x09, UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "="), UInt8(ascii: "<"):
                return false
            default: index -= 1
            }
        }
        return false
    }

    // MARK: - Written out

    /// Most bytes on each side of an `@` that is written out: a stream holds back no more.
    private static let longestSpelled = 48
    private static let ats: [StaticString] = ["at", "arroba"]
    private static let dots: [StaticString] = ["dot", "ponto", "punto", "punkt", "point"]

    /// Looks at a word that may stand for `@`: in brackets, or free where a word stands for the dot, too.
    mutating func spelledEmail(at start: Int, _ end: Int) {
        let isAt = PIIScan.ats.contains { $0.utf8CodeUnitCount == end - start && view.hasIgnoringCase($0, at: start) }
        guard isAt else { return }
        if isBracketed(start, end) {
            bracketedEmail(start - 1, end + 1)
        } else if view[start - 1] == 0x20, view[end] == 0x20 {
            spelled(left: start - 1, right: end + 1, needsDotWord: true)
        }
    }

    private func isBracketed(_ start: Int, _ end: Int) -> Bool {
        switch (view[start - 1], view[end]) {
        case (UInt8(ascii: "["), UInt8(ascii: "]")), (UInt8(ascii: "("), UInt8(ascii: ")")),
            (UInt8(ascii: "{"), UInt8(ascii: "}")), (UInt8(ascii: "<"), UInt8(ascii: ">")):
            true
        default: false
        }
    }

    private mutating func bracketedEmail(_ left: Int, _ right: Int) {
        let start = view[left - 1] == 0x20 ? left - 1 : left
        let end = view[right] == 0x20 ? right + 1 : right
        spelled(left: start, right: end, needsDotWord: false)
    }

    private mutating func spelled(left: Int, right: Int, needsDotWord: Bool) {
        guard var start = localStart(before: left) else { return }
        while let before = dot(endingAt: start), let earlier = localStart(before: before), earlier < before,
            left - earlier <= PIIScan.longestSpelled
        {
            start = earlier
        }
        var index = right
        var found: Int?
        var hasDotWord = false
        for part in 0..<6 {
            guard let end = domainLabelEnd(index), end - right <= PIIScan.longestSpelled else { break }
            if part > 0, needsDotWord ? isUsualTopLevel(index, end) : isTopLevel(index, end) { found = end }
            if view[end] == UInt8(ascii: "."), view.isAlphanumeric(end + 1) {
                index = end + 1
            } else if let next = dot(from: end) {
                hasDotWord = true
                index = next
            } else {
                break
            }
        }
        guard let found, hasDotWord || !needsDotWord else { return }
        add(.email, start, found)
    }

    /// Top levels that are no words of a sentence: "meet me at the dot on the map" is no address.
    private static let usualTopLevels: [StaticString] = [
        "com", "org", "net", "edu", "gov", "info", "biz", "dev", "app", "io", "co", "ai", "eu", "br", "pt", "es", "mx",
        "ar",
        "fr", "de", "ch", "nl", "pl", "uk", "ie", "se", "dk", "fi", "cz", "gr", "ru", "ua", "tr", "il", "jp", "cn",
        "kr",
        "ca", "au", "nz", "za", "museum", "online", "cloud", "tech", "xyz",
    ]

    private func isUsualTopLevel(_ start: Int, _ end: Int) -> Bool {
        PIIScan.usualTopLevels.contains {
            $0.utf8CodeUnitCount == end - start && view.hasIgnoringCase($0, at: start)
        }
    }

    /// What follows a word for a dot at `index`: `[dot]`, ` dot `, `(.)`.
    private func dot(from index: Int) -> Int? {
        var start = index
        if view[start] == 0x20 { start += 1 }
        let opens = view.isOne(of: "[({<", at: start)
        if opens { start += 1 } else if start == index { return nil }
        var end = start
        if opens, view[start] == UInt8(ascii: ".") {
            end = start + 1
        } else if let word = PIIScan.dots.first(where: { view.hasIgnoringCase($0, at: start) }) {
            end = start + word.utf8CodeUnitCount
        } else {
            return nil
        }
        if opens {
            guard view.isOne(of: "])}>", at: end) else { return nil }
            end += 1
            if view[end] == 0x20 { end += 1 }
        } else {
            guard view[end] == 0x20 else { return nil }
            end += 1
        }
        return view.isAlphanumeric(end) ? end : nil
    }

    /// Where a word for a dot begins that ends at `index`.
    private func dot(endingAt index: Int) -> Int? {
        for start in stride(from: index - 3, through: max(0, index - 10), by: -1) {
            let isOpening = view[start] == 0x20 || view[start] == UInt8(ascii: "[") || view[start] == UInt8(ascii: "(")
            if isOpening, view.isAlphanumeric(start - 1), dot(from: start) == index { return start }
        }
        return nil
    }
}
