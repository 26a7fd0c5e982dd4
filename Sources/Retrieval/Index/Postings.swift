/// Which entries hold which terms, and how often: lists by term, ascending by entry, five bytes an occurrence.
///
/// Terms and entries are numbers from 0 that the owner gives out, entries ascending.
struct Postings: Sendable {
    struct List: Sendable {
        var entries: [UInt32] = []
        /// Capped at 255, beyond which weights hardly grow.
        var counts: [UInt8] = []
    }

    private(set) var lists: [List]

    init(terms: Int = 0) { lists = Array(repeating: List(), count: terms) }

    /// Makes room for a term more.
    /// - Returns: its number.
    mutating func addTerm() -> Int {
        lists.append(List())
        return lists.count - 1
    }

    /// - Parameter entry: above all that were added before.
    mutating func add(_ counts: some Sequence<(key: Int, value: Int)>, entry: Int) {
        for (term, count) in counts {
            lists[term].entries.append(UInt32(truncatingIfNeeded: entry))
            lists[term].counts.append(UInt8(clamping: count))
        }
    }

    /// Hands over every entry that holds the term, and how often.
    @inline(__always)
    func forEach(of term: Int, _ body: (_ entry: Int, _ count: Int) -> Void) {
        lists[term].entries.withUnsafeBufferPointer { entries in
            lists[term].counts.withUnsafeBufferPointer { counts in
                for index in 0..<min(entries.count, counts.count) { body(Int(entries[index]), Int(counts[index])) }
            }
        }
    }

    /// How many entries hold the term.
    func holding(_ term: Int) -> Int { lists[term].entries.count }

    /// Linear in the length of the lists.
    mutating func remove(terms: some Sequence<Int>, entry: Int) {
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
}
