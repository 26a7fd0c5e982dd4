internal import CVectors

/// Which entries hold which terms, and how often: lists by term, ascending by entry, five bytes an occurrence or three.
///
/// Terms and entries are numbers from 0 that the owner gives out, entries ascending. While entries come and go each
/// term has a list of its own; `pack` lays all lists end to end, where they are found and read quickest. A change lays
/// them apart again.
struct Postings: Sendable {
    private struct List: Sendable {
        var entries: [UInt32] = []
        /// Capped at 255, beyond which weights hardly grow.
        var counts: [UInt8] = []
    }

    /// By term; empty while packed.
    private var lists: [List]
    /// While packed: each occurrence is its entry, in two bytes or in four, and its count. A byte more stands at the
    /// end, so that four can be read anywhere.
    private var packed: [UInt8] = []
    /// Bytes of an occurrence, and what of four read bytes is the entry.
    private var width = 5
    private var mask = UInt32.max
    /// While packed: `[terms + 1]`, where the list of each begins.
    private var starts: [Int] = []

    init(terms: Int = 0) { lists = Array(repeating: List(), count: terms) }

    var isPacked: Bool { !starts.isEmpty }

    /// How many terms there is room for.
    var terms: Int { isPacked ? starts.count - 1 : lists.count }

    /// Makes room for a term more.
    /// - Returns: its number.
    mutating func addTerm() -> Int {
        unpack()
        lists.append(List())
        return lists.count - 1
    }

    /// - Parameter entry: above all that were added before.
    mutating func add(_ counts: some Sequence<(key: Int, value: Int)>, entry: Int) {
        unpack()
        for (term, count) in counts {
            lists[term].entries.append(UInt32(truncatingIfNeeded: entry))
            lists[term].counts.append(UInt8(clamping: count))
        }
    }

    // MARK: while packed

    /// Where a term's list lies.
    @inline(__always)
    func list(of term: Int) -> Range<Int> { starts[term]..<starts[term + 1] }

    /// How many entries a list has.
    @inline(__always)
    func count(in list: Range<Int>) -> Int { width == 3 ? list.count / 3 : list.count / 5 }

    /// Hands over every entry of a list, and how often it holds the term.
    @inline(__always)
    func forEach(in list: Range<Int>, _ body: (_ entry: Int, _ count: Int) -> Void) {
        let (width, mask) = (width, mask)
        packed.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            var place = base + list.lowerBound
            let end = base + list.upperBound
            while place < end {
                let entry = UInt32(littleEndian: place.loadUnaligned(as: UInt32.self)) & mask
                body(Int(entry), Int(place.load(fromByteOffset: width - 1, as: UInt8.self)))
                place += width
            }
        }
    }

    /// Has the beginning of a list fetched: lists lie anywhere, and waiting for each takes longer than adding it up.
    @inline(__always)
    func prefetch(_ list: Range<Int>) {
        packed.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { nexus_prefetch(base + list.lowerBound, 4) }
        }
    }

    /// Has fetched where a term's list lies.
    @inline(__always)
    func prefetch(_ term: Int) {
        starts.withUnsafeBufferPointer { starts in
            if let base = starts.baseAddress { nexus_prefetch(base + term, 1) }
        }
    }

    // MARK: changes

    /// Linear in the length of the lists.
    mutating func remove(terms: some Sequence<Int>, entry: Int) {
        unpack()
        for term in terms {
            guard let place = place(of: entry, in: lists[term].entries) else { continue }
            lists[term].entries.remove(at: place)
            lists[term].counts.remove(at: place)
        }
    }

    private func place(of entry: Int, in entries: [UInt32]) -> Int? {
        var range = 0..<entries.count
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            if entries[middle] == entry { return middle }
            range = entries[middle] < entry ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// Lays all lists end to end. Linear.
    /// - Parameter entries: how many entries ever were.
    mutating func pack(entries: Int) {
        guard !isPacked else { return }
        let total = lists.reduce(0) { $0 + $1.entries.count }
        (width, mask) = entries <= 1 << 16 ? (3, 0xFFFF) : (5, .max)
        packed.reserveCapacity(total * width + 1)
        starts.reserveCapacity(lists.count + 1)
        for list in lists {
            starts.append(packed.count)
            for (entry, count) in zip(list.entries, list.counts) {
                for byte in 0..<width - 1 { packed.append(UInt8(truncatingIfNeeded: entry >> (8 * UInt32(byte)))) }
                packed.append(count)
            }
        }
        starts.append(packed.count)
        packed.append(0)
        lists = []
    }

    private mutating func unpack() {
        guard isPacked else { return }
        lists = (0..<terms).map { term in
            var list = List()
            forEach(in: self.list(of: term)) { entry, count in
                list.entries.append(UInt32(truncatingIfNeeded: entry))
                list.counts.append(UInt8(truncatingIfNeeded: count))
            }
            return list
        }
        (packed, starts) = ([], [])
    }
}
