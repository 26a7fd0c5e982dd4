/// Unicode scalars read from valid UTF-8, one at a time.
enum UTF8Scalar {
    /// Length in bytes of the scalar that starts with this byte.
    @inline(__always)
    static func length(_ lead: UInt8) -> Int {
        lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    }

    /// The scalar that starts here. The bytes must be valid UTF-8, as those of a `String` are.
    @inline(__always)
    static func value(_ bytes: UnsafePointer<UInt8>) -> UInt32 {
        let lead = UInt32(bytes[0])
        if lead < 0x80 { return lead }
        let second = UInt32(bytes[1]) & 0x3F
        if lead < 0xE0 { return (lead & 0x1F) << 6 | second }
        let third = UInt32(bytes[2]) & 0x3F
        if lead < 0xF0 { return (lead & 0x0F) << 12 | second << 6 | third }
        return (lead & 0x07) << 18 | second << 12 | third << 6 | UInt32(bytes[3]) & 0x3F
    }
}
