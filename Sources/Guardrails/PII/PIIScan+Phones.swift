/// Phone numbers: international ones by their country code, national ones by the form that a country writes them in,
/// others by a word near by.
extension PIIScan {
    // MARK: - With a country code

    /// `+55 11 96107-9811`, `(+49) 30 …`, `0034 634 …`.
    mutating func international(_ group: Int) -> Int? {
        let start = run.groups[group].start
        var begin = start - 1
        if view[begin] == 0x20, view[begin - 1] == UInt8(ascii: "+") { begin -= 1 }
        if view[begin] == UInt8(ascii: "("), view[begin - 1] == UInt8(ascii: "+") { begin -= 1 }
        let hasPlus = view[begin] == UInt8(ascii: "+")
        guard hasPlus || view.has("00", at: start) else { return nil }
        if hasPlus {
            guard view.isFreeBefore(begin), view[begin - 1] != UInt8(ascii: "+") else { return nil }
        } else {
            guard run.size(group) > 2 || run.gap(group) == .space, standsAloneBefore(group) else { return nil }
            begin = start
        }
        guard let last = internationalEnd(group, skipping: hasPlus ? 0 : 2) else { return nil }
        if !hasPlus {
            let range = start..<run.groups[last].end
            guard last > group || label(of: range, as: .phone) == .phone else { return nil }
        }
        if hasPlus, view[begin - 1] == UInt8(ascii: "("), run.gap(group) == .close { begin -= 1 }
        add(.phone, begin, run.groups[last].end)
        return last
    }

    private func standsAloneBefore(_ group: Int) -> Bool {
        group == 0 ? view.isFreeBefore(run.groups[0].start) : run.gap(group - 1) == .wide
    }

    private func internationalEnd(_ first: Int, skipping: Int) -> Int? {
        let leading = digits(first, min(first + 2, run.groups.count - 1))
        guard let totals = CallingCodes.totals(leading.dropFirst(skipping)) else { return nil }
        var sum = -skipping
        var found: Int?
        for index in first..<min(first + 8, run.groups.count) {
            // The national prefix in brackets is not dialled from abroad: +44 (0)20 …
            let isTrunk = index > first && run.size(index) == 1 && run.gap(index - 1) == .open
            if !isTrunk { sum += run.size(index) }
            if sum > totals.upperBound { break }
            let gap = run.gap(index)
            if totals.contains(sum), !gap.isTight, isPhoneEnd(run.groups[index].end) { found = index }
            if gap == .none || gap == .wide && index > first { break }
            // A date or a second number begins.
            if totals.contains(sum), gap == .space, run.gap(index + 1) == .slash { break }
        }
        return found
    }

    private func isPhoneEnd(_ end: Int) -> Bool {
        switch view[end] {
        case UInt8(ascii: "@"), UInt8(ascii: "%"): false
        case UInt8(ascii: "."), UInt8(ascii: ","): !(view.isDigit(end + 1) && view[end] == UInt8(ascii: "."))
        default: !view.isAlphanumeric(end)
        }
    }

    // MARK: - Without

    mutating func national(_ group: Int) -> Int? {
        let isBracketed = view[run.groups[group].start - 1] == UInt8(ascii: "(") && run.gap(group) == .close
        let begin = run.groups[group].start - (isBracketed ? 1 : 0)
        if let last = isBracketed ? bracketed(group) : formed(group) {
            let range = begin..<run.groups[last].end
            if standsAlone(group, last, isStrict: true), !isOther(range), isFreeOfSeries(group, last),
                isBracketed || isDistinct(group, last) || isNamed(range)
            {
                add(.phone, range.lowerBound, range.upperBound)
                return last
            }
        }
        return labelled(group, begin: begin)
    }

    /// Whether a form is a phone number's without a word: an area in brackets, or three groups and more joined by
    /// hyphens or dots throughout.
    private func isDistinct(_ first: Int, _ last: Int) -> Bool {
        let gap = run.gap(first)
        if gap == .open || run.gap(first + 1) == .close { return true }
        guard last >= first + 2, gap == .dash || gap == .dot else { return false }
        return (first..<last).allSatisfy { run.gap($0) == gap }
    }

    /// Whether a word near by speaks of phones, a common one such as "call" among them.
    private mutating func isNamed(_ range: Range<Int>) -> Bool {
        let label = label(of: range, as: .phone)
        return label == .phone || label == .phoneWord
    }

    private func isFreeOfSeries(_ first: Int, _ last: Int) -> Bool {
        let before = first > 0 && run.gap(first - 1) == .space
        let after = run.gap(last) == .space && run.gap(last - 1) == .space && run.size(last + 1) == run.size(last)
        return !before && !after
    }

    /// The value of a group's digits.
    private func value(_ group: Int) -> Int {
        guard group < run.groups.count, run.size(group) <= 9 else { return -1 }
        return digits(group, group).reduce(0) { $0 * 10 + Int($1) }
    }

    private func first(_ group: Int) -> UInt8 { group < run.groups.count ? view[run.groups[group].start] - 48 : 0 }

    private func isNorthAmerican(_ group: Int) -> Bool {
        run.size(group) == 3 && run.size(group + 1) == 3 && run.size(group + 2) == 4 && first(group) >= 2
            && first(group + 1) >= 2
    }

    /// The last group of a number whose area code is in brackets.
    private func bracketed(_ group: Int) -> Int? {
        if isNorthAmerican(group) { return group + 2 }
        let isBrazilian = run.size(group) == 2 && CallingCodes.brazilianAreas.contains(value(group))
        let isTrunk = first(group) == 0 && (2...6).contains(run.size(group))
        guard isBrazilian || isTrunk || run.size(group) <= 4 else { return nil }
        var sum = 0
        for index in (group + 1)..<min(group + 5, run.groups.count) {
            sum += run.size(index)
            let gap = run.gap(index)
            let isWhole = isBrazilian ? sum == 8 || sum == 9 : isTrunk ? (6...9).contains(sum) : sum == 7 || sum == 8
            if isWhole, gap != .space && gap != .dash && gap != .dot || gap == .space && run.size(index + 1) > 4 {
                return isBrazilian || isTrunk || index > group + 1 ? index : nil
            }
            if isWhole, isBrazilian, gap != .dash { return index }
            guard gap == .space || gap == .dash || gap == .dot else { return nil }
        }
        return nil
    }

    /// The last group of a number that a country's usual way of writing gives away.
    private func formed(_ group: Int) -> Int? {
        let gap = run.gap(group)
        if gap == .open { return trunkBeforeBrackets(group) }
        guard gap != .none, gap != .close else { return nil }
        if isNorthAmerican(group) { return group + 2 }
        switch (run.size(group), run.size(group + 1), run.size(group + 2), run.size(group + 3), run.size(group + 4)) {
        case (1, 3, 3, 4, _) where first(group) == 1 && isNorthAmerican(group + 1): return group + 3
        case (1, 3, 3, 2, 2) where first(group) == 8: return group + 4
        case (2, 5, 4, _, _) where isBrazilianArea(group) && first(group + 1) == 9: return group + 2
        case (2, 4, 4, _, _) where isBrazilianArea(group) && gap == .space && run.gap(group + 1) == .dash:
            return group + 2
        case (3, 5, 4, _, _) where first(group) == 0 && first(group + 1) == 9: return group + 2
        case (2, 2, 2, 2, 2) where first(group) == 0 && value(group) > 0 && isUniform(group, gap): return group + 4
        case (3, 4, 4, _, _) where first(group) == 1 && (130...199).contains(value(group)): return group + 2
        case (3, 2, 2, 2, _) where first(group) >= 6 && isUniform(group, gap): return group + 3
        case (5, 5, _, _, _) where first(group) >= 6 && (gap == .space || gap == .dash): return group + 1
        case (4, 3, 3...4, _, _) where [800, 300, 500, 808, 900].contains(value(group)) && first(group) == 0:
            return group + 2
        default: return first(group) == 0 ? trunk(group, gap) : nil
        }
    }

    private func isUniform(_ group: Int, _ gap: DigitRun.Gap) -> Bool {
        gap != .slash && (1...2).allSatisfy { run.gap(group + $0) == gap }
    }

    /// `8 (916) 123-45-67`, `1 (212) 555-0123`, `0 (532) 123 45 67`.
    private func trunkBeforeBrackets(_ group: Int) -> Int? {
        guard run.size(group) == 1, [0, 1, 8].contains(first(group)), run.gap(group + 1) == .close,
            run.size(group + 1) == 3
        else { return nil }
        return run.last(from: group + 1, total: 10)
    }

    private func isBrazilianArea(_ group: Int) -> Bool { CallingCodes.brazilianAreas.contains(value(group)) }

    /// Numbers with the national prefix 0, as in most of Europe and Asia.
    private func trunk(_ group: Int, _ gap: DigitRun.Gap) -> Int? {
        guard gap == .space || gap == .dash || gap == .slash || gap == .dot, value(group) > 0
        else { return nil }
        switch (run.size(group), run.size(group + 1), run.size(group + 2), run.size(group + 3)) {
        case (2, 4, 4, _), (3, 3...4, 4, _), (4, 3, 3...4, _), (5, 3, 3, _), (3, 8, 0, _), (4, 2, 4, _): break
        case (4, 2, 2, 2) where run.last(from: group, total: 10) != nil: return group + 3
        case (4, 3, 2, 2) where run.last(from: group, total: 11) != nil: return group + 3
        case (3, 3, 2, 2) where run.last(from: group, total: 10) != nil: return group + 3
        case (5, 6, _, _), (4, 6...8, _, _), (3, 6...7, _, _): return gap == .dot ? nil : group + 1
        default: return nil
        }
        return run.size(group + 1) == 8 ? group + 1 : group + 2
    }

    // MARK: - By a word

    /// Any groups with seven to thirteen digits that a word near by calls a phone number.
    private mutating func labelled(_ group: Int, begin: Int) -> Int? {
        guard let last = labelledEnd(group), standsAlone(group, last, isStrict: true) else { return nil }
        if group > 0, run.gap(group - 1) == .space || run.gap(group - 1) == .close { return nil }
        let digits = digits(group, last)
        guard !DateShape.isDate(digits), !isThousands(group, last), !isYearRange(group, last) else { return nil }
        guard label(of: begin..<run.groups[last].end, as: .phone) == .phone else { return nil }
        add(.phone, begin, run.groups[last].end)
        return last
    }

    private func labelledEnd(_ group: Int) -> Int? {
        var sum = 0
        var found: Int?
        for index in group..<min(group + 7, run.groups.count) {
            sum += run.size(index)
            guard sum <= 13 else { break }
            let gap = run.gap(index)
            if sum >= 7, !gap.isTight { found = index }
            guard gap != .none, gap != .wide, gap != .slash || index == group else { break }
            // Enough for a number, and what follows is a date, a time or a number of its own.
            if sum >= 7, gap == .space, run.size(index + 1) < 2 || run.gap(index + 1) == .slash { break }
            if sum >= 10, gap == .space, run.size(index + 1) > 4 { break }
        }
        return found
    }

    /// `1 000 000`, `12.500.000`.
    private func isThousands(_ first: Int, _ last: Int) -> Bool {
        guard last > first, run.size(first) < 3, self.first(first) != 0 else { return false }
        return ((first + 1)...last).allSatisfy { run.size($0) == 3 }
    }

    /// `2020-2024`, `1999 2001`.
    private func isYearRange(_ first: Int, _ last: Int) -> Bool {
        guard last == first + 1, run.size(first) == 4, run.size(last) == 4 else { return false }
        return (1900...2099).contains(value(first)) && (1900...2099).contains(value(last))
    }
}
