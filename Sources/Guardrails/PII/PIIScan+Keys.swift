/// Keys of vendors, by the letters that they begin with.
extension PIIScan {
    /// A kind of key: its first letters and what follows them.
    private struct KeyForm {
        var prefix: StaticString
        /// How many letters follow at least and at most.
        var body: ClosedRange<Int>
        /// Marks that the body may hold besides letters and digits.
        var marks: StaticString = "_-"
    }

    /// The forms by their first letter, each with its number.
    private static let forms: [[(form: KeyForm, number: Int)]] = {
        var forms = [[(form: KeyForm, number: Int)]](repeating: [], count: 256)
        for (number, form) in allForms.enumerated() { forms[Int(form.prefix.utf8Start[0])].append((form, number)) }
        return forms
    }()

    /// How many forms there are.
    static var formCount: Int { allForms.count }

    private static let allForms: [KeyForm] = [
        KeyForm(prefix: "sk-ant-", body: 16...600), KeyForm(prefix: "sk-", body: 20...600),
        KeyForm(prefix: "sk_live_", body: 16...300, marks: ""), KeyForm(prefix: "sk_test_", body: 16...300, marks: ""),
        KeyForm(prefix: "rk_live_", body: 16...300, marks: ""), KeyForm(prefix: "pk_live_", body: 16...300, marks: ""),
        KeyForm(prefix: "whsec_", body: 24...100, marks: "+/="),
        KeyForm(prefix: "ghp_", body: 30...255, marks: ""), KeyForm(prefix: "gho_", body: 30...255, marks: ""),
        KeyForm(prefix: "ghu_", body: 30...255, marks: ""), KeyForm(prefix: "ghs_", body: 30...255, marks: ""),
        KeyForm(prefix: "ghr_", body: 30...255, marks: ""), KeyForm(prefix: "github_pat_", body: 22...255, marks: "_"),
        KeyForm(prefix: "glpat-", body: 20...300), KeyForm(prefix: "glptt-", body: 20...300),
        KeyForm(prefix: "gsk_", body: 40...100, marks: ""), KeyForm(prefix: "xai-", body: 40...120),
        KeyForm(prefix: "xoxb-", body: 16...300, marks: "-"), KeyForm(prefix: "xoxp-", body: 16...300, marks: "-"),
        KeyForm(prefix: "xoxa-", body: 16...300, marks: "-"), KeyForm(prefix: "xoxr-", body: 16...300, marks: "-"),
        KeyForm(prefix: "xoxs-", body: 16...300, marks: "-"), KeyForm(prefix: "xoxo-", body: 16...300, marks: "-"),
        KeyForm(prefix: "xoxe.", body: 20...300, marks: "-"), KeyForm(prefix: "xoxe-", body: 20...300, marks: "-"),
        KeyForm(prefix: "xapp-", body: 20...300, marks: "-"),
        KeyForm(prefix: "AIza", body: 33...40), KeyForm(prefix: "GOCSPX-", body: 24...40),
        KeyForm(prefix: "ya29.", body: 20...1000), KeyForm(prefix: "AGE-SECRET-KEY-1", body: 50...70, marks: ""),
        KeyForm(prefix: "hf_", body: 30...60, marks: ""), KeyForm(prefix: "npm_", body: 30...60, marks: ""),
        KeyForm(prefix: "pypi-", body: 50...600), KeyForm(prefix: "SG.", body: 40...100, marks: "_-."),
        KeyForm(prefix: "r8_", body: 34...60, marks: ""), KeyForm(prefix: "pplx-", body: 32...80, marks: ""),
        KeyForm(prefix: "dop_v1_", body: 60...70, marks: ""), KeyForm(prefix: "shpat_", body: 30...40, marks: ""),
        KeyForm(prefix: "shpss_", body: 30...40, marks: ""), KeyForm(prefix: "nvapi-", body: 50...100),
        KeyForm(prefix: "hvs.", body: 24...200), KeyForm(prefix: "lin_api_", body: 32...60, marks: ""),
        KeyForm(prefix: "tvly-", body: 24...60), KeyForm(prefix: "PMAK-", body: 40...80, marks: "-"),
        KeyForm(prefix: "dckr_pat_", body: 20...60), KeyForm(prefix: "ATATT3", body: 60...300, marks: "_-="),
        KeyForm(prefix: "figd_", body: 36...60), KeyForm(prefix: "sntrys_", body: 40...300, marks: "_-=+/"),
    ]

    /// Words of examples and forms that stand where a key would, by their first letter.
    private static let placeholders: [[StaticString]] = {
        var words = [[StaticString]](repeating: [], count: 256)
        for word in placeholderWords { words[Int(word.utf8Start[0])].append(word) }
        return words
    }()

    private static let placeholderWords: [StaticString] = [
        "xxxx", "your", "example", "placeholder", "changeme", "redacted", "dummy", "insert", "here", "test", "sample",
        "secret", "token", "key", "api", "fake", "demo", "replace", "goes", "value",
    ]

    /// The end of a key that begins at `start`.
    mutating func key(at start: Int, _ end: Int) -> Int? {
        for (form, number) in PIIScan.forms[Int(view[start])] where start >= keyEnds[number] {
            if let end = key(at: start, form, number) { return end }
        }
        switch view[start] {
        case UInt8(ascii: "e"):
            if start >= webTokensEnd, view.has("eyJ", at: start) { return webToken(at: start) }
        case UInt8(ascii: "A"):
            if let end = amazonKey(start, end) { return end }
        case UInt8(ascii: "h"): if let end = slackHook(at: start) { return end }
        case UInt8(ascii: "0")...UInt8(ascii: "9"): if let end = botToken(start, end) { return end }
        default: break
        }
        return secretKey(at: start, end)
    }

    private mutating func key(at start: Int, _ form: KeyForm, _ number: Int) -> Int? {
        guard view.has(form.prefix, at: start) else { return nil }
        let body = start + form.prefix.utf8CodeUnitCount
        let end = bodyEnd(from: body, limit: form.body.upperBound, marks: form.marks)
        guard end - body >= form.body.lowerBound else { return nil }
        guard !isBodyByte(end, form.marks), isRandom(body, end) else {
            keyEnds[number] = end
            return nil
        }
        return end
    }

    private func isBodyByte(_ index: Int, _ marks: StaticString) -> Bool {
        view.isAlphanumeric(index) || view.isOne(of: marks, at: index)
    }

    private func bodyEnd(from start: Int, limit: Int, marks: StaticString) -> Int {
        var end = start
        while end < view.count, end - start < limit, isBodyByte(end, marks) { end += 1 }
        return end
    }

    /// Whether letters look drawn at random: many different ones, digits among them or both cases, no words of
    /// examples.
    private func isRandom(_ start: Int, _ end: Int) -> Bool {
        var kinds: ByteKind = []
        var seen: UInt64 = 0
        for index in start..<end {
            kinds.formUnion(view.kind(index))
            seen |= 1 << UInt64(view[index] & 63)
        }
        guard seen.nonzeroBitCount >= 8, kinds.contains(.digit) || kinds.isSuperset(of: .letter) else { return false }
        let changes = (start + 1..<end).count { index in
            let isWordPart = view.kind(index).contains(.lower) && view.kind(index - 1).contains(.lower)
            return !isWordPart
        }
        // Words joined by hyphens are small letters for the most part.
        guard changes * 5 >= end - start else { return false }
        return !isExample(start, end)
    }

    /// Whether half of a body are words of examples, or letters and digits in their order: a real key may hold a short
    /// word by chance.
    private func isExample(_ start: Int, _ end: Int) -> Bool {
        var covered = 0
        var index = start
        while index < end {
            let word = PIIScan.placeholders[Int(view.lowered(index))].first {
                view.hasIgnoringCase($0, at: index) && index + $0.utf8CodeUnitCount <= end
            }
            var next = index + 1
            if let word {
                next = index + word.utf8CodeUnitCount
            } else {
                while next < end, view[next] == view[next - 1] &+ 1 || view[next] == view[next - 1] { next += 1 }
                if next - index < 4 { next = index + 1 }
            }
            if next > index + 1 || view.isOne(of: "_-.", at: index) { covered += next - index }
            index = next
        }
        return covered * 2 >= end - start
    }

    /// A JSON Web Token: three parts in base64url, the first two beginning as JSON objects do.
    private mutating func webToken(at start: Int) -> Int? {
        let header = bodyEnd(from: start, limit: 4096, marks: "_-")
        guard header - start >= 12, view[header] == UInt8(ascii: ".") else {
            webTokensEnd = header
            return nil
        }
        let payload = bodyEnd(from: header + 1, limit: 8192, marks: "_-")
        guard payload - header > 8, view[payload] == UInt8(ascii: ".") else {
            webTokensEnd = payload
            return nil
        }
        var end = bodyEnd(from: payload + 1, limit: 2048, marks: "_-")
        guard end - payload > 8 else {
            webTokensEnd = end
            return nil
        }
        // An encrypted one has five parts.
        while view[end] == UInt8(ascii: "."), view.isAlphanumeric(end + 1) {
            let next = bodyEnd(from: end + 1, limit: 8192, marks: "_-")
            guard next - end > 16 else { break }
            end = next
        }
        return end
    }

    /// An access key's id of Amazon: four letters that say the kind and sixteen more.
    private func amazonKey(_ start: Int, _ end: Int) -> Int? {
        let isKind = ["AKIA", "ASIA", "ABIA", "ACCA"].contains { (kind: StaticString) in view.has(kind, at: start) }
        guard isKind, end - start == 20, view[end] != UInt8(ascii: "_") else { return nil }
        for index in start..<end where view.kind(index).contains(.lower) { return nil }
        return isVaried(start + 4, end) && !view.has("EXAMPLE", at: end - 7) ? end : nil
    }

    /// Whether there are six different letters at least.
    private func isVaried(_ start: Int, _ end: Int) -> Bool {
        var seen: UInt64 = 0
        for index in start..<end { seen |= 1 << UInt64(view[index] & 63) }
        return seen.nonzeroBitCount >= 6
    }

    private func slackHook(at start: Int) -> Int? {
        guard view.has("https://hooks.slack.com/services/T", at: start) else { return nil }
        let end = bodyEnd(from: start + 33, limit: 120, marks: "/")
        return end - start >= 70 ? end : nil
    }

    /// A Telegram bot's token: its number, a colon, 35 letters.
    private func botToken(_ start: Int, _ end: Int) -> Int? {
        guard (8...10).contains(end - start), view.has(":AA", at: end) else { return nil }
        let last = bodyEnd(from: end + 1, limit: 60, marks: "_-")
        return last - end == 36 && isRandom(end + 1, last) ? last : nil
    }

    /// Amazon's secret: forty letters of base64. They have no form of their own, so a word near by must say what they
    /// are, or they must look drawn at random beyond doubt.
    private mutating func secretKey(at start: Int, _ wordEnd: Int) -> Int? {
        guard wordEnd - start == 40 || wordEnd - start < 40 && view.isOne(of: "/+", at: wordEnd),
            !view.isOne(of: "/+", at: start - 1)
        else { return nil }
        let end = bodyEnd(from: start, limit: 41, marks: "/+")
        guard end - start == 40, view[end] != UInt8(ascii: "="), !view.isAlphanumeric(end) else { return nil }
        var kinds: ByteKind = []
        var seen: UInt64 = 0
        var turns = 0
        for index in start..<end {
            kinds.formUnion(view.kind(index))
            seen |= 1 << UInt64(view[index] & 63)
            if index > start,
                view.kind(index).intersection(.alphanumeric) != view.kind(index - 1).intersection(.alphanumeric)
            {
                turns += 1
            }
        }
        guard kinds.isSuperset(of: .letter), seen.nonzeroBitCount >= 16, turns >= 12 else { return nil }
        let isBeyondDoubt = seen.nonzeroBitCount >= 22 && turns >= 18 && kinds.contains(.digit)
        return isBeyondDoubt || label(of: start..<end, as: .apiKey) == .secret ? end : nil
    }

    /// A private key in PEM's armour (RFC 7468), from its first line to its last; without a last line, as far as its
    /// letters go.
    func privateKey(at start: Int) -> Int? {
        guard let body = PEMArmour.bodyStart(view, at: start) else { return nil }
        return PEMArmour.end(view, body: body)
    }
}
