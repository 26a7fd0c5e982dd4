/// A small generator for test data: the same numbers on every machine (Lehmer 1951, with 64 bits of a 128-bit product).
struct Lehmer {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 2 &+ 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state = state &* 0xDA94_2042_E4DD_58B5 &+ 1
        return state ^ (state >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() >> 16) % bound }
}
