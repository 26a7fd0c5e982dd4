import Guardrails
import Testing

/// Values in the places where they are hard to see, and ordinary text that looks like values.
@Suite struct PIIScanTests {
    static let key = "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"
    static let values = [
        key, "4111111111111111", "4111 1111 1111 1111", "10.0.0.7", "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00", "529.982.247-25", "123-45-6789", "AKIAHEMEQZYERNENWADN", "(11) 96107-9811",
        "0x52908400098527886E0F7030069857D2E4169EE7", "312-555-0199", "ana@example.com", "2001:db8::7334",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklmnopqrstuvwxyz", "+1 212-555-0171",
    ]

    static func found(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return PIIDetector().spans(in: text).map { String(decoding: bytes[$0.utf8], as: UTF8.self) }
    }

    @Test(arguments: values) func `a value right behind an escape is found`(value: String) {
        for mark in [#"\n"#, #"\t"#, #"\r"#, #"\r\n"#, #"\\n"#] {
            let text = #"{"log":"line one\#(mark)\#(value)\n"}"#
            #expect(Self.found(text) == [value], "\(text)")
        }
    }

    @Test func `a label right behind an escape is read`() {
        #expect(Self.found(#""a\nphone: 4155552671""#) == ["4155552671"])
    }

    /// Everyday words near a number that passes its check digits.
    @Test(arguments: [
        "Charge my credit card for the order: 4111111111111111", "Your order has shipped. 4111111111111111",
        "call 4111111111111111", "my phone and card 4111111111111111", "session 4111111111111111",
        "salary paid to 4111111111111111", "salad paid with 4111111111111111", "items: 4111111111111111",
        "update 4111111111111111", "paid by mobile with 4111111111111111", "item 3 4111111111111111",
        "For my order please charge 4111111111111111", "The ticket was paid with 4111111111111111",
        "build the page for 4111111111111111", "order 77, card 4111111111111111",
    ])
    func `an everyday word hides no card`(text: String) { #expect(Self.found(text) == ["4111111111111111"]) }

    @Test(arguments: ["session 52998224725", "pedido do cliente 52998224725", "o cpf do pedido 52998224725", "room 52998224725"])
    func `an everyday word hides no CPF`(text: String) { #expect(Self.found(text) == ["52998224725"]) }

    @Test(arguments: [
        ("4111 1111 1111 1111 2028", ["4111 1111 1111 1111"]), ("cc 4111-1111-1111-1111-2027", []),
        ("4111 1111 1111 1111 5105 1051 0510 5100", ["4111 1111 1111 1111", "5105 1051 0510 5100"]),
        ("4111 1111 1111 1111 2027 12", ["4111 1111 1111 1111"]), ("4111 1111 1111 1111 1234", ["4111 1111 1111 1111"]),
        ("bob@example.xn--p1ai", ["bob@example.xn--p1ai"]), ("bob@mail.xn--bcher-kva.com", ["bob@mail.xn--bcher-kva.com"]),
        ("bob@my--shop.com", ["bob@my--shop.com"]), ("bob@example.com--ann", ["bob@example.com"]),
        ("ana[@]example.com", ["ana[@]example.com"]), ("ana(@)example.com", ["ana(@)example.com"]),
        ("release notes; ping 10.0.0.5", ["10.0.0.5"]), ("We updated server 10.0.0.5", ["10.0.0.5"]),
        ("dns ip 8.8.8.8", ["8.8.8.8"]), ("12.ABC.345/01DE-35", ["12.ABC.345/01DE-35"]),
        ("CNPJ 12ABC34501DE35", ["12ABC34501DE35"]), ("phone: 020 7946 0958", ["020 7946 0958"]),
        ("please call 020 7946 0958 today", ["020 7946 0958"]), ("call: 5550100123", ["5550100123"]),
        ("sk-ant-api03-smO7HSmSuR2QxeHVBp9fKYhere05rOVgK2ctCI70fmtuhZdxWfp", ["sk-ant-api03-smO7HSmSuR2QxeHVBp9fKYhere05rOVgK2ctCI70fmtuhZdxWfp"]),
        ("eyJabcdefghijklm-\(key)", [key]), ("sk-your-key-here \(key)", [key]),
    ] as [(String, [String])])
    func `a value is found beside what is like it`(text: String, values: [String]) {
        #expect(Self.found(text) == values)
    }

    @Test(arguments: [
        "We saw the last 26", "In May the team 09", "12abc34501de35 was the hash", "Values were 250 300 4500 in the three runs.",
        "The winning sequence is 01 02 03 04 05.", "Table 21 2015-2019 shows the trend.", "between 75000-95000 dollars",
        "Zip codes 94110-94112 are in the Mission.", "seq 0042 100000 rows inserted", "frame 012 123456 dropped",
        "see 4.2.1.3 for the proof", "The OID 1.3.6.1 is the internet arc.", "3.2.1.4 Results and discussion",
        "He scored 800 123 4567 points", "Le budget est de 06 12 34 56 78 euros", "Population: 0312 345678 inhabitants",
        "Signal strength 8500000 Hz", "bel 1000000 dollars", "The ring weighs 1234567 micrograms", "SAC 7654321",
        "Telegram channel has 1234567 members", "Call me maybe is a song; it sold 18000000 copies.",
        "My mobile game got 12345678 downloads", "Mob 2 took 4500000 dollars", "PO Box 21 94110-1234",
        "He said \"let us all meet there\"@noon.org", "version 10.6.5.94", "firmware: 10.2.3.4",
        "sk-example-api-key-placeholder-1234567890", "ghp_exampleexample1234567890ABCDEFGHIJ", "May 21 2019-2020 season.",
        "3523 0512 3456 7800 0195 5500 1000 0012 3411 2345 6789",
    ])
    func `ordinary text is left`(text: String) { #expect(Self.found(text) == [], "\(text)") }

    /// Seeded texts of hostile units: whatever stands beside an unmistakable value, it is found as a whole.
    @Test func `time is linear in mixed hostile units`() {
        let units = ["\\n", "sk-", "eyJa.", "4111 ", "order ", "phone ", "1.", "a--b", "@", "-----BEGIN ", " dot ", "\u{200B}", "４", "((", "AB12-"]
        var generator = SeededGenerator(13)
        for _ in 0..<6 {
            let mix = (0..<3).map { _ in units.randomElement(using: &generator) ?? "" }.joined()
            func time(_ count: Int) -> Duration {
                let text = Array(String(repeating: mix, count: count / mix.utf8.count).utf8)
                return ProcessorTime.measure { _ = PIIDetector().spans(inUTF8: text) }
            }
            _ = time(20_000)
            let ratio = min(time(400_000) / time(100_000), time(400_000) / time(100_000))
            #expect(ratio < 10, "'\(mix)': four times the text took \(ratio) times as long")
        }
    }
}
