/// A small seeded generator (SplitMix64; Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// The bytes cut into pieces at random places: single bytes, empty pieces and large ones all occur.
func chunks(of bytes: [UInt8], seed: UInt64) -> [[UInt8]] {
    var numbers = SeededNumbers(seed: seed)
    let largest = [1, 2, 7, 40, bytes.count + 1].randomElement(using: &numbers) ?? 1
    var pieces: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + Int.random(in: 0...largest, using: &numbers))
        pieces.append(Array(bytes[start..<end]))
        start = end
    }
    return pieces
}

/// The body with some bytes overwritten, removed, doubled or cut off.
func mutated(_ bytes: [UInt8], _ numbers: inout SeededNumbers) -> [UInt8] {
    var bytes = bytes
    let marks = Array("{}[]\",:0-9eE.\\nulltrue \n".utf8)
    for _ in 0..<Int.random(in: 1...4, using: &numbers) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        switch Int.random(in: 0..<6, using: &numbers) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &numbers)
        case 1: bytes[place] = marks.randomElement(using: &numbers) ?? 0
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(marks.randomElement(using: &numbers) ?? 0, at: place)
        case 4: bytes.insert(contentsOf: bytes[place...].prefix(12), at: place)
        default: bytes.removeLast(bytes.count - place)
        }
    }
    return bytes
}
