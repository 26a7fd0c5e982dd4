/// Rows of bytes side by side in large blocks: a million short rows cost their bytes and eight more each, not an
/// allocation each.
struct RowArena: Sendable {
    private var blocks: [[UInt8]] = []
    /// Where each row ends, counted over all blocks.
    private var places: [Place] = []

    private struct Place: Sendable {
        var block: UInt32
        var start: UInt32
        var length: UInt32
    }

    /// Bytes of one block; a longer row has a block of its own.
    private static let blockBytes = 1 << 20

    var count: Int { places.count }

    /// Adds a row.
    mutating func append(_ row: [UInt8]) {
        if blocks.isEmpty || blocks[blocks.count - 1].count + row.count > RowArena.blockBytes {
            var block: [UInt8] = []
            block.reserveCapacity(max(RowArena.blockBytes, row.count))
            blocks.append(block)
        }
        let last = blocks.count - 1
        places.append(
            Place(
                block: UInt32(clamping: last), start: UInt32(clamping: blocks[last].count),
                length: UInt32(clamping: row.count)))
        blocks[last].append(contentsOf: row)
    }

    /// The bytes of the row at `index`.
    subscript(index: Int) -> ArraySlice<UInt8> {
        let place = places[index]
        return blocks[Int(place.block)][Int(place.start)..<Int(place.start + place.length)]
    }
}
