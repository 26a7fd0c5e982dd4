/// The labels of a text, found as far as somebody asked.
struct LabelIndex {
    struct Place {
        var label: Label
        var start: Int
        var end: Int
    }

    private let view: ByteView
    private let trie = Label.trie
    private(set) var places: [Place] = []
    private var scanned = 0

    init(_ view: ByteView) { self.view = view }

    /// Finds the labels that begin before `limit`.
    mutating func scan(to limit: Int) {
        let end = min(limit, view.count)
        guard scanned < end else { return }
        var found: [Place] = []
        scanned = trie.forEachMatch(in: view, from: scanned, to: end) { tag, range in
            guard let label = Label(rawValue: UInt8(tag)) else { return }
            found.append(Place(label: label, start: range.lowerBound, end: range.upperBound))
        }
        places += found
    }

    /// The last label that ends at or before `index`, if it is at most `window` bytes away.
    mutating func before(_ index: Int, window: Int) -> Place? {
        scan(to: index)
        for place in places.reversed() where place.end <= index {
            return index - place.end <= window ? place : nil
        }
        return nil
    }

    /// Whether a label of a kind stands before or after a value, at most so many bytes away, whatever is in between.
    mutating func has(_ label: Label, around range: Range<Int>, before: Int, after: Int) -> Bool {
        scan(to: range.upperBound + after)
        for place in places.reversed() where place.start < range.upperBound + after {
            guard range.lowerBound - place.end <= before else { return false }
            if place.label == label { return true }
        }
        return false
    }

    /// The first label that begins at or after `index`, if it is at most `window` bytes away.
    mutating func after(_ index: Int, window: Int) -> Place? {
        scan(to: index + window)
        var found: Place?
        for place in places.reversed() {
            guard place.start >= index else { break }
            found = place
        }
        return found.flatMap { $0.start - index <= window ? $0 : nil }
    }
}
