import Chat
import Testing

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", JSONValue.null), (" true ", true), ("-0.5e+10", .number("-0.5e+10")), (#""a\u00e9\n""#, "aé\n"),
            ("[1,[2],{}]", [1, [2], [:]]), (#"{"b":1,"a":{"c":null}}"#, ["b": 1, "a": ["c": .null]]),
            (#""\ud83d\ude00""#, "😀"), ("\u{FEFF}[]", []),
        ] as [(String, JSONValue)])
    func `a document is read as it stands`(text: String, value: JSONValue) throws {
        #expect(try JSONValue.parse(text) == value)
    }

    @Test(arguments: [
        ("", "expected a value, found the end of the input", 0),
        ("{\"a\" 1}", "expected ':' after a key, found '1'", 5),
        ("[1,]", "expected a value, found ']'", 3),
        ("[1 2]", "expected ',' or ']', found '2'", 3),
        ("{a:1}", "expected a key in quotes, found 'a'", 1),
        ("01", "a number may not start with 0", 0),
        ("1.", "expected a digit, found the end of the input", 2),
        ("nul", "expected null, found 'n'", 0),
        ("NaN", "expected a value, found 'N'", 0),
        ("\"a", "a string is not closed", 2),
        ("\"a\nb\"", "a control character in a string, found byte 0xa", 2),
        ("\"\\x\"", "an unknown escape in a string", 2),
        ("\"\\u12g4\"", "expected four hexadecimal digits after \\u", 5),
        ("[] []", "expected the end of the document, found '['", 3),
    ])
    func `a fault is told with its place`(text: String, message: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSONValue.parse(text) }
        #expect(error == JSONError(message: message, offset: offset))
    }

    @Test func `deep nesting is an error and no crash`() {
        let deep = String(repeating: "[", count: 1_000_000)
        let error = #expect(throws: JSONError.self) { try JSONValue.parse(deep) }
        #expect(error?.message == "nested deeper than 256 levels")
        let allowed = String(repeating: "[", count: 256) + String(repeating: "]", count: 256)
        #expect(throws: Never.self) { try JSONValue.parse(allowed) }
    }

    @Test func `invalid UTF-8 is an error`() {
        let error = #expect(throws: JSONError.self) { try JSONValue.parse([0x22, 0xC3, 0x28, 0x22] as [UInt8]) }
        #expect(error?.message == "invalid UTF-8 in a string")
    }

    @Test func `half a surrogate pair becomes a replacement character`() throws {
        #expect(try JSONValue.parse(#""\ud800x""#) == "\u{FFFD}x")
        #expect(try JSONValue.parse(#""\ud800\u0041""#) == "\u{FFFD}A")
    }

    @Test func `random bytes never crash the parser`() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array(#"{}[]",:\u0123e+-.tfn "#.utf8) + [0xC3, 0x80, 0x00]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator)!
            }
            if let value = try? JSONValue.parse(bytes) {
                #expect((try? JSONValue.parse(value.bytes)) == value)
            }
        }
    }

    @Test func `a key that stands twice is found at any depth`() throws {
        #expect(try JSONValue.parse(#"{"a":[{"b":1,"b":2}]}"#).duplicateKey == "b")
        #expect(try JSONValue.parse(#"{"a":{"b":1},"b":2}"#).duplicateKey == nil)
    }
}

@Suite struct JSONPrinterTests {
    @Test func `canonical bytes do not depend on the order of keys`() throws {
        let left = try JSONValue.parse(#"{"b":[{"y":1,"x":"ü"}],"a":1.10}"#)
        let right = try JSONValue.parse(#"{"a":1.10,"b":[{"x":"\u00fc","y":1}]}"#)
        #expect(left.canonicalBytes == right.canonicalBytes)
        #expect(String(decoding: left.canonicalBytes, as: UTF8.self) == #"{"a":1.10,"b":[{"x":"ü","y":1}]}"#)
    }

    @Test func `control characters and quotes are escaped`() {
        #expect(JSONValue.string("a\"\\\n\u{1}é").text == #""a\"\\\n\u0001é""#)
    }

    @Test func `numbers that JSON cannot say are null`() {
        #expect(JSONValue.number(Double.nan) == .null)
        #expect(JSONValue.number(-Double.infinity) == .null)
        #expect(JSONValue.number(3.0).text == "3")
        #expect(JSONValue.number(0.1).text == "0.1")
    }

    @Test(
        arguments: [("3", 3), ("3.0", 3), ("1e3", 1000), ("1.5", nil), ("1e300", nil), ("99999999999999999999", nil)]
            as [(String, Int?)])
    func `an integer is read only where it is one`(text: String, value: Int?) {
        #expect(JSONValue.number(text).intValue == value)
    }
}
