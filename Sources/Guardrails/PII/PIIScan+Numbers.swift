/// Numbers of digits alone.
extension PIIScan {
    /// Looks at the groups of digits from `start` on.
    mutating func numbers(from start: Int) {
        run.read(view, from: start)
        guard let last = run.groups.last else {
            numbersEnd = view.wordEnd(start)
            return
        }
        numbersEnd = last.end
        // In a long row the groups at its end are looked at again with what follows them.
        let end = run.isCut ? DigitRun.limit - 20 : run.groups.count
        var group = 0
        while group < end { group = number(at: group) + 1 }
        if run.isCut { numbersEnd = min(numbersEnd, group < run.groups.count ? run.groups[group].start : last.end) }
    }

    /// Looks for a value that begins at a group; returns the last group that was used up.
    private mutating func number(at group: Int) -> Int {
        if let last = international(group) { return last }
        if let last = addressV4(group) { return last }
        if let last = company(group) { return last }
        if let last = card(group) { return last }
        if let last = person(group) { return last }
        if let last = socialSecurity(group) { return last }
        if let last = document(group) { return last }
        return national(group) ?? group
    }

    // MARK: - Looks

    func range(_ first: Int, _ last: Int) -> Range<Int> { run.groups[first].start..<run.groups[last].end }

    func digits(_ first: Int, _ last: Int) -> ArraySlice<UInt8> { run.digits(first, last) }

    /// Whether groups stand alone: nothing joins them to a longer number or word.
    /// - Parameter isStrict: whether a letter joined by a mark counts, too, and signs of money, share and order.
    func standsAlone(_ first: Int, _ last: Int, isStrict: Bool) -> Bool {
        if first > 0, run.gap(first - 1).isTight { return false }
        if run.gap(last).isTight { return false }
        let range = range(first, last)
        return isFreeBefore(range.lowerBound, isStrict) && isFreeAfter(range.upperBound, isStrict)
    }

    private func isFreeBefore(_ start: Int, _ isStrict: Bool) -> Bool {
        guard view.isFreeBefore(start) else { return false }
        switch view[start - 1] {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "\\"):
            return isStrict ? !view.isAlphanumeric(start - 2) : !view.isDigit(start - 2)
        case UInt8(ascii: "#"), UInt8(ascii: "$"): return !isStrict
        case UInt8(ascii: "+"): return false
        default: return true
        }
    }

    private func isFreeAfter(_ end: Int, _ isStrict: Bool) -> Bool {
        switch view[end] {
        case UInt8(ascii: "-"): !view.isAlphanumeric(end + 1)
        case UInt8(ascii: "."), UInt8(ascii: "/"): !view.isDigit(end + 1)
        case UInt8(ascii: "@"): false
        case UInt8(ascii: "%"): !isStrict
        case UInt8(ascii: ","):
            // A decimal comma, not that of a list.
            !(isStrict && view.isDigit(end + 1) && view.isDigit(end + 2) && !view.isDigit(end + 3))
        default: !view.isAlphanumeric(end)
        }
    }

    /// Whether a group of the same size stands beside, joined in the same way: a longer number in fours, a table.
    private func isPartOfSeries(_ first: Int, _ last: Int) -> Bool {
        guard first < last else { return false }
        let gap = run.gap(first)
        let before = first > 0 && run.gap(first - 1) == gap && run.size(first - 1) == run.size(first)
        let after = run.gap(last) == gap && run.size(last + 1) == run.size(last) && run.size(last) > 2
        return before || after
    }

    private func isFours(_ first: Int, _ last: Int) -> Bool {
        last == first + 3 && (first...last).allSatisfy { run.size($0) == 4 }
    }

    /// Whether four groups of four stand in a longer row of fours that is no row of cards: cards, one after the other,
    /// and at most one group behind them, such as a year.
    private func isPartOfFours(_ first: Int, _ last: Int) -> Bool {
        let gap = run.gap(first)
        var begin = first
        while begin > 0, run.gap(begin - 1) == gap, run.size(begin - 1) == 4 { begin -= 1 }
        var end = last
        while run.gap(end) == gap, run.size(end + 1) == 4 { end += 1 }
        let count = end - begin + 1
        guard count > 4 else { return false }
        guard (first - begin) % 4 == 0, count % 4 <= 1 else { return true }
        return !stride(from: begin, through: end - 3, by: 4).allSatisfy { start in
            let digits = digits(start, start + 3)
            return CheckDigits.isCardRange(digits) && CheckDigits.luhn(digits)
        }
    }

    /// The last group of a number with `total` digits whose groups end only at `splits`, joined by single marks.
    private func shaped(_ group: Int, total: Int, splits: UInt32) -> Int? {
        guard let last = run.last(from: group, total: total), run.splits(group, last, only: splits) else { return nil }
        for index in group..<last where run.gap(index) == .open || run.gap(index) == .close { return nil }
        return last
    }

    /// Whether a number in one piece is none of its kind, as far as the words around it go.
    private mutating func isClaimed(_ first: Int, _ last: Int, from label: Label) -> Bool {
        first == last && isClaimed(range(first, last), from: label)
    }

    // MARK: - Numbers with check digits

    private mutating func company(_ group: Int) -> Int? {
        guard let last = shaped(group, total: 14, splits: 1 << 2 | 1 << 5 | 1 << 8 | 1 << 12),
            standsAlone(group, last, isStrict: false),
            CheckDigits.cnpj(digits(group, last)), !isClaimed(group, last, from: .cnpj)
        else { return nil }
        add(.brazilianCNPJ, run.groups[group].start, run.groups[last].end)
        return last
    }

    private mutating func person(_ group: Int) -> Int? {
        guard let last = shaped(group, total: 11, splits: 1 << 3 | 1 << 6 | 1 << 9),
            standsAlone(group, last, isStrict: false),
            CheckDigits.cpf(digits(group, last)), !isClaimed(group, last, from: .cpf)
        else { return nil }
        add(.brazilianCPF, run.groups[group].start, run.groups[last].end)
        return last
    }

    /// A card's number: the longest one that begins here, of 16 digits before all others.
    private mutating func card(_ group: Int) -> Int? {
        var sum = 0
        var isEven = true
        var isLong = true
        var candidates: [Int] = []
        for index in group..<run.groups.count {
            let size = run.size(index)
            sum += size
            guard sum <= 19 else { break }
            isEven = isEven && size == run.size(group)
            isLong = isLong && size >= 3
            guard isEven || isLong else { break }
            if sum == 16 { candidates.insert(index, at: 0) } else if sum >= 13 { candidates.append(index) }
            guard
                run.gap(index) == .space || run.gap(index) == .dash || run.gap(index) == .dot || run.gap(index) == .wide
            else { break }
        }
        return candidates.first { isCard(group, $0) }.map { last in
            add(.creditCard, run.groups[group].start, run.groups[last].end)
            return last
        }
    }

    /// Groups of three digits and more, or all of one size, that a scheme's card may have.
    private mutating func isCard(_ first: Int, _ last: Int) -> Bool {
        let digits = digits(first, last)
        guard CheckDigits.isCardRange(digits), CheckDigits.luhn(digits),
            isFours(first, last) ? !isPartOfFours(first, last) : !isPartOfSeries(first, last)
        else { return false }
        return standsAlone(first, last, isStrict: false) && !isClaimed(first, last, from: .card)
    }

    // MARK: - Numbers that need a word

    private mutating func socialSecurity(_ group: Int) -> Int? {
        guard let last = shaped(group, total: 9, splits: 1 << 3 | 1 << 5), standsAlone(group, last, isStrict: true),
            CheckDigits.socialSecurity(digits(group, last))
        else { return nil }
        let range = range(group, last)
        let isFormatted = last == group + 2 && run.gap(group) == .dash && run.gap(group + 1) == .dash
        guard isFormatted ? !isOther(range) : label(of: range, as: .socialSecurityNumber) == .ssn else { return nil }
        add(.socialSecurityNumber, range.lowerBound, range.upperBound)
        return last
    }

    /// A passport's number without letters: seven to nine digits, or a series and a number as in Russia.
    private mutating func document(_ group: Int) -> Int? {
        let sizes = (run.size(group), run.size(group + 1), run.size(group + 2))
        var last: Int
        switch sizes {
        case (7...9, _, _): last = group
        case (2, 7, _), (4, 6, _): last = group + 1
        case (2, 2, 6): last = group + 2
        default: return nil
        }
        if last > group, run.gap(group) != .space || (last > group + 1 && run.gap(group + 1) != .space) {
            return nil
        }
        guard standsAlone(group, last, isStrict: true), !DateShape.isDate(digits(group, last)) else { return nil }
        let range = range(group, last)
        guard label(of: range, as: .passport) == .passport else { return nil }
        add(.passport, range.lowerBound, range.upperBound)
        return last
    }
}

/// Digits that are a day.
enum DateShape {
    /// Whether eight digits are year, month and day of 1900 to 2099, in the two usual orders.
    static func isDate(_ digits: ArraySlice<UInt8>) -> Bool {
        guard digits.count == 8 else { return false }
        let start = digits.startIndex
        func number(_ range: Range<Int>) -> Int {
            digits[(start + range.lowerBound)..<(start + range.upperBound)].reduce(0) { $0 * 10 + Int($1) }
        }
        let isYearFirst =
            (1900...2099).contains(number(0..<4)) && (1...12).contains(number(4..<6))
            && (1...31).contains(number(6..<8))
        let isYearLast =
            (1900...2099).contains(number(4..<8)) && (1...31).contains(number(0..<2))
            && (1...31).contains(number(2..<4))
        return isYearFirst || isYearLast
    }
}
