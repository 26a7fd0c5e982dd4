/// Growable raw memory for the hot loops: no bounds checks, no initialisation, never shrinks.
///
/// For plain data only. Whoever uses it reserves first and keeps to what was reserved; a pointer is good until the next
/// `reserve`.
final class Room<Element: BitwiseCopyable> {
    // Checked by hand: the type is used by one thread at a time and hands out nothing but copies of these two.
    @exclusivity(unchecked) private(set) var base: UnsafeMutablePointer<Element>
    @exclusivity(unchecked) private(set) var capacity: Int

    init(capacity: Int = 64) {
        self.capacity = capacity
        base = .allocate(capacity: capacity)
    }

    deinit { base.deallocate() }

    /// Makes room for `count` elements and keeps the first `kept` of those that are there.
    func reserve(_ count: Int, keeping kept: Int = 0) -> UnsafeMutablePointer<Element> {
        guard count > capacity else { return base }
        let grown = max(count, capacity * 2)
        let fresh = UnsafeMutablePointer<Element>.allocate(capacity: grown)
        fresh.update(from: base, count: min(kept, capacity))
        base.deallocate()
        base = fresh
        capacity = grown
        return fresh
    }
}
