import Testing

@testable import Scoring

@Suite struct PythonTextTests {
    @Test func `white space is Python's, in scalars and in bytes`() {
        let white: Set<UInt32> = [
            0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x85, 0xA0, 0x1680, 0x2000, 0x2001, 0x2002,
            0x2003,
            0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
        ]
        for value in (0...0x3100 as ClosedRange<UInt32>) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array(String(scalar).utf8) + [0, 0, 0]
            let length = bytes.withUnsafeBufferPointer { PythonText.whitespaceLength($0.baseAddress!) }
            #expect(PythonText.isWhitespace(scalar) == white.contains(value), "U+\(String(value, radix: 16))")
            #expect(length == (white.contains(value) ? bytes.count - 3 : 0), "U+\(String(value, radix: 16))")
        }
    }

    @Test(arguments: [
        ("ΑΣ", "ας"), ("ΑΣΑ", "ασα"), ("Σ", "σ"), ("ΑΣ.", "ας."), ("ΑΣ'Α", "ασ'α"), ("Α'Σ", "α'ς"), ("İ", "i\u{307}"),
        ("\u{212A}", "k"), ("ẞ", "ß"), ("ÀB", "àb"), ("", ""),
    ])
    func `lower case is Python's, final sigma and dotted I included`(text: String, lower: String) {
        #expect(PythonText.lowercased(text).unicodeScalars.elementsEqual(lower.unicodeScalars))
    }
}
