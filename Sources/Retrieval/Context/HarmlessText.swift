/// Texts on their way into a block of data: byte by byte, as each prompt takes thousands of them.
enum HarmlessText {
    /// Appends a text without what could end the block or hide something in it: runs of three angle brackets and more
    /// are parted by spaces; control characters (Unicode's category Cc: C0, DEL and C1) but tab and line feed go, and
    /// so does the line separator. Linear.
    static func append(_ text: String, to out: inout [UInt8]) {
        var text = text
        text.withUTF8 { bytes in
            var (start, index) = (0, 0)
            var (last, run): (UInt8, Int) = (0, 0)
            while index < bytes.count {
                let byte = bytes[index]
                if byte == 0x3C || byte == 0x3E {
                    run = byte == last ? run + 1 : 1
                    last = byte
                    if run > 2 {
                        out.append(contentsOf: bytes[start..<index])
                        out.append(0x20)
                        (start, run) = (index, 1)
                    }
                } else if case let length = lengthTakenOut(bytes, index), length > 0 {
                    out.append(contentsOf: bytes[start..<index])
                    index += length
                    start = index
                    continue
                } else {
                    last = 0
                }
                index += 1
            }
            out.append(contentsOf: bytes[start...])
        }
    }

    /// How many bytes from here are a character that is taken out; 0 where it stays.
    @inline(__always)
    private static func lengthTakenOut(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        switch bytes[index] {
        case 0x20..<0x7F, 0x09, 0x0A: 0
        case 0..<0x20, 0x7F: 1
        case 0xC2: index + 1 < bytes.count && bytes[index + 1] < 0xA0 ? 2 : 0
        case 0xE2: bytes[index...].starts(with: [0xE2, 0x80, 0xA8]) ? 3 : 0
        default: 0
        }
    }

    /// Whether a text of ASCII stands among the bytes.
    static func contains(_ text: String, in bytes: [UInt8]) -> Bool {
        let wanted = Array(text.utf8)
        guard let first = wanted.first, bytes.count >= wanted.count else { return wanted.isEmpty }
        return bytes.withUnsafeBufferPointer { bytes in
            (0...bytes.count - wanted.count).contains { start in
                bytes[start] == first && bytes[start..<start + wanted.count].elementsEqual(wanted)
            }
        }
    }
}
