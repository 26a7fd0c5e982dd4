/// Many words as one tree of bytes: a walk from a place in a text finds the longest word that begins there.
///
/// A word stands for itself alone, with `*` at its end for all that begin with it; a space stands for `-` and `_` too.
/// Words in other scripts than the Latin are found inside of longer ones. Each has a tag, a set of bits.
struct WordTrie: Sendable {
    /// What a node says when a word ends at it.
    private struct Ending {
        var tag: UInt64
        /// Whether the word may go on in the text.
        var isOpen: Bool
    }

    /// Bytes that are told apart; 0 stands for all that no word has.
    private var classes = [UInt8](repeating: 0, count: 256)
    private var width = 1
    /// `next[node * width + class]`, 0 for none.
    private var next: [UInt16] = []
    private var endings: [Ending?] = [nil]

    private let merges: Bool

    /// - Parameters:
    ///   - lists: tags and words, separated by commas, in small letters.
    ///   - merges: whether a word that stands in several lists has all their tags; else the last list's.
    init(_ lists: [(tag: UInt64, words: [UInt8])], merges: Bool = false) {
        self.merges = merges
        let words = lists.flatMap { list in
            list.words.split(separator: UInt8(ascii: ",")).map {
                (list.tag, Array($0.drop { $0 == 0x20 || $0 == 0x0A }))
            }
        }
        for (_, word) in words {
            for byte in word where byte != UInt8(ascii: "*") && classes[Int(byte)] == 0 {
                classes[Int(byte)] = UInt8(width)
                width += 1
            }
        }
        // Joiners count as spaces.
        for byte in "-_".utf8 { classes[Int(byte)] = classes[0x20] }
        for capital in UInt8(ascii: "A")...UInt8(ascii: "Z") { classes[Int(capital)] = classes[Int(capital | 0x20)] }
        next = [UInt16](repeating: 0, count: width)
        for (tag, word) in words { insert(word, tag) }
    }

    private mutating func insert(_ word: [UInt8], _ tag: UInt64) {
        var node = 0
        for byte in word where byte != UInt8(ascii: "*") {
            let place = node * width + Int(classes[Int(byte)])
            if next[place] == 0 {
                next[place] = UInt16(endings.count)
                endings.append(nil)
                next.append(contentsOf: repeatElement(0, count: width))
            }
            node = Int(next[place])
        }
        let isOpen = word.last == UInt8(ascii: "*") || (word.first ?? 0) >= 0x80
        endings[node] = Ending(
            tag: merges ? tag | (endings[node]?.tag ?? 0) : tag, isOpen: isOpen || endings[node]?.isOpen == true)
    }

    /// Calls back for each word that begins from `start` on and before `end`, in order and without overlaps.
    /// - Returns: where to go on.
    func forEachMatch(
        in view: ByteView, from start: Int = 0, to end: Int, _ body: (_ tag: UInt64, _ range: Range<Int>) -> Void
    ) -> Int {
        next.withUnsafeBufferPointer { next in
            classes.withUnsafeBufferPointer { classes in
                let table = Table(next: next, classes: classes, width: width)
                var index = start
                var previous = view.kind(start - 1)
                while index < end {
                    let kind = view.kind(index)
                    if mayBegin(view, at: index, kind, behind: previous),
                        let (tag, last) = match(view, at: index, table)
                    {
                        body(tag, index..<last)
                        index = last
                        previous = view.kind(last - 1)
                    } else {
                        previous = kind
                        index += 1
                    }
                }
                return index
            }
        }
    }

    /// The way from node to node, 0 for none.
    private struct Table {
        let next: UnsafeBufferPointer<UInt16>
        let classes: UnsafeBufferPointer<UInt8>
        let width: Int

        func node(behind node: Int, _ byte: UInt8) -> Int { Int(next[node * width + Int(classes[Int(byte)])]) }
    }

    /// Whether a word may begin at `index`: behind no letter of ASCII, or at a capital behind a small one.
    private func mayBegin(_ view: ByteView, at index: Int, _ kind: ByteKind, behind previous: ByteKind) -> Bool {
        guard !kind.isDisjoint(with: .letter) else { return view[index] >= 0xC0 }
        return previous.isDisjoint(with: .letter) || kind.contains(.upper) && previous.contains(.lower)
            || view.isEscape(index - 1)
    }

    /// The longest word at `index`, where one may begin, and its end; an open word goes on to the end of the text's
    /// word.
    private func match(_ view: ByteView, at index: Int, _ table: Table) -> (tag: UInt64, end: Int)? {
        var node = 0
        var found: (UInt64, Int)?
        var position = index
        while position < view.count {
            node = table.node(behind: node, view.bytes[position])
            guard node != 0 else { break }
            position += 1
            guard let ending = endings[node] else { continue }
            if ending.isOpen {
                found = (ending.tag, view[index] < 0x80 ? view.end(of: .letter, from: position, limit: 40) : position)
            } else if !continues(view, position) {
                found = (ending.tag, position)
            }
        }
        return found
    }

    /// Whether the text's word goes on behind a whole word of ours: `tel` in `telling`, not in `telNumber`.
    private func continues(_ view: ByteView, _ end: Int) -> Bool {
        guard view.isLetter(end), view.isLetter(end - 1) else { return false }
        return !(view.kind(end - 1).contains(.lower) && view.kind(end).contains(.upper))
    }
}
