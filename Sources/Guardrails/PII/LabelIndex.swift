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
        while scanned < end {
            if trie.mayBegin(view, at: scanned), let (tag, end) = trie.match(view, at: scanned),
                let label = Label(rawValue: UInt8(tag))
            {
                places.append(Place(label: label, start: scanned, end: end))
                scanned = end
            } else {
                scanned += 1
            }
        }
    }

    /// The last label that ends at or before `index`, if it is at most `window` bytes away.
    mutating func before(_ index: Int, window: Int) -> Place? {
        scan(to: index)
        for place in places.reversed() where place.end <= index {
            return index - place.end <= window ? place : nil
        }
        return nil
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
