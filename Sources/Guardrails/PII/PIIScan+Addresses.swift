/// Addresses of the network.
extension PIIScan {
    /// Four numbers up to 255 with dots, as long as they are no version, section or object identifier.
    mutating func addressV4(_ group: Int) -> Int? {
        let last = group + 3
        guard run.size(group) <= 3, last < run.groups.count, group == 0 || run.gap(group - 1) != .dot else {
            return nil
        }
        for index in group...last {
            guard run.size(index) <= 3, index == last || run.gap(index) == .dot, isOctet(index) else { return nil }
        }
        let range = range(group, last)
        guard isAddressEnd(range.upperBound), isAddressStart(range.lowerBound) else { return nil }
        if let place = labels.before(range.lowerBound, window: 12), place.label == .version,
            isQuiet(place.end, range.lowerBound, nil)
        {
            return nil
        }
        // Four single digits number a section or an object more often than a device.
        let isShort = (group...last).allSatisfy { run.size($0) == 1 }
        if isShort, label(of: range, as: .ipAddress) != .ip { return nil }
        add(.ipAddress, range.lowerBound, range.upperBound)
        return last
    }

    private func isOctet(_ index: Int) -> Bool {
        let digits = digits(index, index)
        guard digits.count == 1 || digits.first != 0 else { return false }
        return digits.reduce(0) { $0 * 10 + Int($1) } <= 255
    }

    private func isAddressStart(_ start: Int) -> Bool {
        guard view.isFreeBefore(start) else { return false }
        switch view[start - 1] {
        case UInt8(ascii: "."), UInt8(ascii: "_"): return false
        // The version of a product: Name/1.2.3.4, name-1.2.3.4.
        case UInt8(ascii: "/"): return !view.isAlphanumeric(start - 2)
        case UInt8(ascii: "-"): return !view.isLetter(start - 2)
        default: return true
        }
    }

    private func isAddressEnd(_ end: Int) -> Bool {
        switch view[end] {
        case UInt8(ascii: "."): !view.isDigit(end + 1)
        case UInt8(ascii: "-"): !view.isLetter(end + 1)
        case UInt8(ascii: "_"), UInt8(ascii: "@"): false
        default: !view.isAlphanumeric(end)
        }
    }

    /// The end of an IPv6 address at `start`: eight groups, or fewer around one `::`; the last two may be IPv4.
    func addressV6(at start: Int) -> Int? {
        let previous = view[start - 1]
        if previous == UInt8(ascii: ":"), view.kind(start - 2).contains(.hexadecimal) || view[start - 2] == previous {
            return nil
        }
        if previous == UInt8(ascii: "."), view.isAlphanumeric(start - 2) { return nil }
        guard view.isFreeBefore(start), let shape = AddressV6Shape(view, at: start) else { return nil }
        return shape.end
    }
}

/// The groups of an IPv6 address (RFC 4291, section 2.2).
private struct AddressV6Shape {
    private(set) var end: Int
    private var groups = 0
    private var compressed = 0
    private var digits = 0
    private var longest = 0

    init?(_ view: ByteView, at start: Int) {
        var index = start
        end = start
        if view.has("::", at: index) {
            compressed = 1
            index += 2
        }
        while groups < 8 {
            let next = view.end(of: .hexadecimal, from: index, limit: 5)
            guard next > index else { break }
            if view[next] == UInt8(ascii: "."), let last = AddressV6Shape.endOfV4(view, at: index) {
                groups += 2
                index = last
                longest = 4
                digits += 4
                break
            }
            guard next - index <= 4 else { return nil }
            groups += 1
            longest = max(longest, next - index)
            for place in index..<next where view.isDigit(place) { digits += 1 }
            index = next
            guard view[index] == UInt8(ascii: ":") else { break }
            if view[index + 1] == UInt8(ascii: ":") {
                guard compressed == 0 else { return nil }
                compressed = 1
                index += 2
                guard view.kind(index).contains(.hexadecimal) else { break }
            } else {
                guard view.kind(index + 1).contains(.hexadecimal) else { break }
                index += 1
            }
        }
        end = index
        let isWhole = compressed == 1 ? groups >= 1 && groups <= 7 : groups == 8
        // Times, and hexadecimal pairs such as MAC addresses, are none; nor are `a::b` of a program.
        let isLoopback =
            view.has("::1", at: start) && end == start + 3
            && [0, 0x20, 0x0A, UInt8(ascii: "\"")].contains(view[start - 1])
        guard isWhole, digits > 0 || longest == 4, longest >= 3 || isLoopback else { return nil }
        guard !view.isAlphanumeric(end),
            !(view[end] == UInt8(ascii: ":") && view.kind(end + 1).contains(.hexadecimal) && groups == 8)
        else { return nil }
    }

    private static func endOfV4(_ view: ByteView, at start: Int) -> Int? {
        var index = start
        for part in 0..<4 {
            let end = view.end(of: .digit, from: index, limit: 4)
            var value = 0
            for place in index..<end { value = value * 10 + Int(view[place]) - 48 }
            guard end > index, end - index <= 3, value <= 255 else { return nil }
            index = end
            if part < 3 {
                guard view[index] == UInt8(ascii: ".") else { return nil }
                index += 1
            }
        }
        return index
    }
}
