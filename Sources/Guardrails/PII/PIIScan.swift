/// One pass over folded bytes: each word and mark that may begin a value is looked at once, with bounded looks around.
struct PIIScan {
    struct Found {
        var type: PIIType
        /// Offsets in folded bytes.
        var range: Range<Int>
    }

    let view: ByteView
    var labels: LabelIndex
    private(set) var found: [Found] = []
    /// Numbers before this offset have been looked at.
    var numbersEnd = 0
    /// No key of a form begins before its offset here: what looked like one from an earlier start on was none.
    var keyEnds = [Int](repeating: 0, count: PIIScan.formCount)
    /// The same for web tokens.
    var webTokensEnd = 0
    var run = DigitRun()

    init(_ view: ByteView) {
        self.view = view
        labels = LabelIndex(view)
    }

    mutating func add(_ type: PIIType, _ start: Int, _ end: Int) {
        found.append(Found(type: type, range: start..<end))
    }

    /// Looks at the whole text.
    mutating func scan() {
        var index = 0
        while index < view.count {
            let kind = view.kind(index)
            if !kind.isDisjoint(with: .alphanumeric) {
                index = word(at: index)
                continue
            }
            switch view[index] {
            case UInt8(ascii: "@"): email(at: index, mark: 1)
            case UInt8(ascii: "%"): if view.has("%40", at: index) { email(at: index, mark: 3) }
            case UInt8(ascii: "-"):
                if let end = privateKey(at: index) {
                    add(.apiKey, index, end)
                    index = end
                    continue
                }
            case UInt8(ascii: ":"):
                if view[index + 1] == UInt8(ascii: ":"), let end = addressV6(at: index) {
                    add(.ipAddress, index, end)
                    index = end
                    continue
                }
            default: break
            }
            index += 1
        }
    }

    /// Looks at the word that begins at `start`; returns where to go on.
    private mutating func word(at index: Int) -> Int {
        // What follows an escape such as `\n` in quoted text is a word of its own.
        let start = view.isEscape(index) ? index + 1 : index
        var end = start
        var kinds: ByteKind = []
        while end < view.count {
            let kind = view.kind(end)
            guard !kind.isDisjoint(with: .alphanumeric) else { break }
            kinds.formUnion(kind)
            end += 1
        }
        // Most words are small letters with nothing behind them that goes on: no token looks so.
        guard end > start else { return start }
        let isPlain = kinds.isDisjoint(with: [.digit, .upper]) && !view.isOne(of: "-_.:/+", at: end)
        if !isPlain, view.isFreeBefore(start), let next = token(start, end, kinds) { return next }
        let first = view[start]
        if kinds.contains(.digit), view.isDigit(start) {
            // The digits behind a word's letters are no number, so a run begins where a word does.
            if start >= numbersEnd { numbers(from: start) }
        } else if end - start == 2 || end - start == 6, first | 0x20 == UInt8(ascii: "a") {
            spelledEmail(at: start, end)
        }
        return max(end, start + 1)
    }

    /// What is one token by its look: keys, wallets, IBAN, addresses of the network, CNPJ with letters, passports.
    private mutating func token(_ start: Int, _ end: Int, _ kinds: ByteKind) -> Int? {
        if let next = key(at: start, end) {
            add(.apiKey, start, next)
            return next
        }
        if let next = wallet(start, end) {
            add(.cryptoWallet, start, next)
            return next
        }
        if let next = iban(at: start) {
            add(.iban, start, next)
            numbersEnd = max(numbersEnd, next)
            return next
        }
        if end - start <= 4, view[end] == UInt8(ascii: ":"), let next = addressV6(at: start) {
            add(.ipAddress, start, next)
            numbersEnd = max(numbersEnd, next)
            return next
        }
        guard !kinds.isDisjoint(with: [.digit, .upper]) else { return nil }
        if let next = companyNumber(start, end) {
            add(.brazilianCNPJ, start, next)
            numbersEnd = max(numbersEnd, next)
            return next
        }
        if !kinds.isDisjoint(with: .letter), let next = lettered(start, end) {
            add(.passport, start, next)
            numbersEnd = max(numbersEnd, next)
            return next
        }
        return nil
    }

    // MARK: - Labels

    /// How far a label may be before and after its value, in bytes.
    static let before = 72
    static let after = 48

    /// The label that a value has: the last one before it, or else the first one after it, if nothing in between speaks
    /// against it.
    mutating func label(of range: Range<Int>, as type: PIIType) -> Label? {
        if let place = labels.before(range.lowerBound, window: PIIScan.before),
            isQuiet(place.end, range.lowerBound, type)
        {
            return meaning(of: place)
        }
        if let place = labels.after(range.upperBound, window: PIIScan.after),
            leads(range.upperBound, to: place.start), !hasValue(after: place.end)
        {
            return place.label
        }
        return nil
    }

    /// A common word such as "call" names a phone number once a mark says so: `Call: 5550100`.
    private func meaning(of place: LabelIndex.Place) -> Label {
        guard place.label == .phoneWord else { return place.label }
        let mark = view.end(of: .space, from: place.end, limit: 2)
        return view.isOne(of: ":=#", at: mark) ? .phone : .phoneWord
    }

    /// Whether a number that passes its check digits is said to be another one: by a word right before it, while none
    /// near by names its own kind.
    mutating func isClaimed(_ range: Range<Int>, from label: Label) -> Bool {
        guard !labels.has(label, around: range, before: PIIScan.before, after: PIIScan.after),
            let place = labels.before(range.lowerBound, window: 11), isQuiet(place.end, range.lowerBound, nil)
        else { return false }
        return place.label == .other || place.label == .phone && label != .card
    }

    /// Whether a label right before the value says that it is something else: an order, a version.
    mutating func isOther(_ range: Range<Int>) -> Bool {
        guard let place = labels.before(range.lowerBound, window: 28),
            place.label == .other || place.label == .aside || place.label == .version
        else { return false }
        return isQuiet(place.end, range.lowerBound, nil)
    }

    /// Whether a label's reach is unbroken: no other number, no new sentence, no blank line.
    func isQuiet(_ start: Int, _ end: Int, _ type: PIIType?) -> Bool {
        var lastDigit = -1
        for index in start..<max(start, end) {
            if view.isDigit(index) { lastDigit = index }
            if view[index] == 0x0A, view[index + 1] == 0x0A { return false }
            if view.isOne(of: ".!?", at: index), view[index + 1] == 0x20, view.kind(index + 2).contains(.upper),
                view.kind(index + 3).contains(.lower) || view[index + 3] == 0x20
            {
                return false
            }
        }
        guard lastDigit >= 0 else { return true }
        // Several numbers may share a label: "phones: 555-0100, 555-0101".
        guard let last = found.last else { return false }
        return last.type == type && last.range.contains(lastDigit)
    }

    private func leads(_ start: Int, to end: Int) -> Bool {
        for index in start..<max(start, end) {
            if view.isDigit(index) || view.isOne(of: "\n;,|/.", at: index) { return false }
        }
        return true
    }

    private func hasValue(after end: Int) -> Bool { (end..<(end + 24)).contains { view.isDigit($0) } }
}
