/// Groups of digits that stand together, with what joins them: `+55 (11) 96107-9811`.
struct DigitRun {
    /// What stands between a group and the next.
    enum Gap: UInt8 {
        case none, space, dash, dot, slash
        /// Two spaces, or a dash between spaces.
        case wide
        /// An opening bracket before the next group.
        case open
        /// A closing bracket behind this group.
        case close

        /// Whether what is on both sides is one token.
        var isTight: Bool { self == .dash || self == .dot || self == .slash }
    }

    struct Group {
        var start: Int
        var end: Int
        var gap = Gap.none
        var size: Int { end - start }
    }

    /// Most groups that are taken in one go.
    static let limit = 40
    private(set) var groups: [Group] = []
    /// The digits of all groups, each 0 to 9, and where each group's begin.
    private var flat: [UInt8] = []
    private var starts: [Int] = []
    /// Whether the text goes on with another group behind the last one taken.
    private(set) var isCut = false

    /// Reads the groups from a digit on.
    mutating func read(_ view: ByteView, from start: Int) {
        groups.removeAll(keepingCapacity: true)
        flat.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        isCut = false
        var index = start
        while true {
            let end = view.end(of: .digit, from: index)
            // A word of digits and letters is no group.
            if view.isLetter(end) {
                if let last = groups.indices.last { groups[last].gap = .none }
                return
            }
            groups.append(Group(start: index, end: end))
            starts.append(flat.count)
            // Longer groups are nothing, whatever their digits.
            for place in index..<min(end, index + 32) { flat.append(view.bytes[place] - 48) }
            guard let (gap, next) = DigitRun.gap(view, at: end) else { return }
            groups[groups.count - 1].gap = gap
            if groups.count == DigitRun.limit {
                isCut = true
                return
            }
            index = next
        }
    }

    /// What joins the digits before `index` to those after, and where they begin.
    private static func gap(_ view: ByteView, at index: Int) -> (Gap, Int)? {
        var position = index
        var gap = Gap.none
        switch view[index] {
        case 0x20:
            gap = .space
            position += 1
            if view[position] == 0x20 {
                gap = .wide
                position += 1
            } else if view[position] == UInt8(ascii: "-"), view[position + 1] == 0x20 {
                gap = .wide
                position += 2
            }
        case UInt8(ascii: "-"): (gap, position) = (.dash, index + 1)
        case UInt8(ascii: "."): (gap, position) = (.dot, index + 1)
        case UInt8(ascii: "/"): (gap, position) = (.slash, index + 1)
        case UInt8(ascii: ")"):
            (gap, position) = (.close, index + 1)
            let mark = view[position]
            if mark == 0x20 || mark == UInt8(ascii: "-") || mark == UInt8(ascii: ".") { position += 1 }
        case UInt8(ascii: "("): gap = .none
        default: return nil
        }
        if view[position] == UInt8(ascii: "(") {
            gap = .open
            position += 1
        }
        return gap != .none && view.isDigit(position) ? (gap, position) : nil
    }

    /// The last group of those that have `total` digits together from `first` on; nil where no group ends there.
    func last(from first: Int, total: Int) -> Int? {
        var sum = 0
        for index in first..<groups.count {
            sum += groups[index].size
            if sum == total { return index }
            if sum > total { return nil }
        }
        return nil
    }

    func size(_ index: Int) -> Int { index >= 0 && index < groups.count ? groups[index].size : 0 }

    func gap(_ index: Int) -> Gap { index >= 0 && index < groups.count ? groups[index].gap : .none }

    /// The digits of groups, each 0 to 9.
    func digits(_ first: Int, _ last: Int) -> ArraySlice<UInt8> {
        flat[starts[first]..<(last + 1 < starts.count ? starts[last + 1] : flat.count)]
    }

    /// Whether groups end only at these digits, counted from the first group's; a bit a place.
    func splits(_ first: Int, _ last: Int, only allowed: UInt32) -> Bool {
        var sum = 0
        for index in first..<last {
            sum += groups[index].size
            if sum > 31 || allowed >> UInt32(sum) & 1 == 0 { return false }
        }
        return true
    }
}
