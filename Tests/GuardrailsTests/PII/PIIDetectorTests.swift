import Foundation
import Guardrails
import Testing

@Suite struct PIIDetectorTests {
    /// Texts with what must be found in them, as type and value.
    static let found: [(String, PIIType, String)] = [
        ("write to ana.lima+news@mail.example.co.uk today", .email, "ana.lima+news@mail.example.co.uk"),
        ("email:'o'brien@example.ie'", .email, "o'brien@example.ie"),
        ("Пишите: иван@почта.рф", .email, "иван@почта.рф"),
        ("联系我们kim@example.cn谢谢", .email, "kim@example.cn"),
        ("ana ＠ example.com", .email, "ana ＠ example.com"),
        ("ana [at] example [dot] com", .email, "ana [at] example [dot] com"),
        ("ana(at)example.com", .email, "ana(at)example.com"),
        ("ana dot lima at example dot com dot br", .email, "ana dot lima at example dot com dot br"),
        ("joão arroba exemplo ponto com", .email, "joão arroba exemplo ponto com"),
        ("https://example.com/?mail=ana%40example.com&x=1", .email, "ana%40example.com"),
        ("ring me: +44 (0)20 7946 0958.", .phone, "+44 (0)20 7946 0958"),
        ("(+55) 11 96107-9811", .phone, "(+55) 11 96107-9811"),
        ("Tel. 01 23 45 67 89", .phone, "01 23 45 67 89"),
        ("(11) 96107-9811", .phone, "(11) 96107-9811"),
        ("звоните 8 (916) 123-45-67", .phone, "8 (916) 123-45-67"),
        ("手机13812345678", .phone, "13812345678"),
        ("010-1234-5678 입니다", .phone, "010-1234-5678"),
        ("電話は０３－１２３４－５６７８です", .phone, "０３－１２３４－５６７８"),
        ("मोबाइल नंबर ९८७६५ ४३२१०", .phone, "९८७६५ ४३२१०"),
        ("رقم الهاتف ٠٥٠١٢٣٤٥٦٧", .phone, "٠٥٠١٢٣٤٥٦٧"),
        ("telefone 3333-4444, ramal 2", .phone, "3333-4444"),
        ("4111 1111 1111 1111 exp 12/27", .creditCard, "4111 1111 1111 1111"),
        ("card 3782-822463-10005", .creditCard, "3782-822463-10005"),
        ("41\u{200B}11111111111111", .creditCard, "41\u{200B}11111111111111"),
        ("pay to DE89 3704 0044 0532 0130 00 please", .iban, "DE89 3704 0044 0532 0130 00"),
        ("NO93-8601-1117-947", .iban, "NO93-8601-1117-947"),
        ("from 10.0.0.7:8080", .ipAddress, "10.0.0.7"),
        ("http://[2001:db8::7334]/", .ipAddress, "2001:db8::7334"),
        ("peer fe80::1%eth0", .ipAddress, "fe80::1"),
        ("SSN: 123-45-6789", .socialSecurityNumber, "123-45-6789"),
        ("número de seguro social 123 45 6789", .socialSecurityNumber, "123 45 6789"),
        ("CPF 529.982.247-25", .brazilianCPF, "529.982.247-25"),
        ("cpf:52998224725", .brazilianCPF, "52998224725"),
        ("11.222.333/0001-81", .brazilianCNPJ, "11.222.333/0001-81"),
        // The example of IN RFB 2.229/2024.
        ("12.ABC.345/01DE-35", .brazilianCNPJ, "12.ABC.345/01DE-35"),
        ("her passport is C01X00T47.", .passport, "C01X00T47"),
        ("паспорт 4509 123456", .passport, "4509 123456"),
        ("护照号码：E12345678", .passport, "E12345678"),
        ("AB123456 is the passport number", .passport, "AB123456"),
        ("key AKIAQ3EGRTWXYZABCDEF ok", .apiKey, "AKIAQ3EGRTWXYZABCDEF"),
        ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", .cryptoWallet, "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
        (
            "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", .cryptoWallet, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
        ),
        (
            "0x52908400098527886E0F7030069857D2E4169EE7", .cryptoWallet, "0x52908400098527886E0F7030069857D2E4169EE7"
        ),
    ]

    @Test(arguments: found)
    func `a value is found, with its ends`(text: String, type: PIIType, value: String) throws {
        let spans = PIIDetector().spans(in: text)
        #expect(spans.map(\.type) == [type], "\(text)")
        let span = try #require(spans.first)
        let scalars = Array(text.unicodeScalars)[span.codePoints]
        #expect(String(String.UnicodeScalarView(scalars)) == value)
        #expect(String(decoding: Array(text.utf8)[span.utf8], as: UTF8.self) == value)
    }

    static let nothing = [
        "version 10.6.5.94 is out", "Chrome/120.0.0.0", "section 1.2.3.4", "256.1.1.1", "1.2.3.4.5",
        "ISBN 978-0-306-40615-7", "order 4012888888881882", "0001234-56.2023.8.26.0100",
        "35230512345678000195550010000012341123456789", "3523 0512 3456 7800 0195 5500 1000 0012 3411 2345 6789",
        "7271f112-0673-44be-a3b3-404639b6cd31", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "2024-05-03 12:30:45",
        "0x471dc268311fddc484428f3db4f95e65f1e7f49586b14cdfab9c5923b2a0eb0c", "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "sk-your-key-here", "AKIAIOSFODNN7EXAMPLE", "4111 1111 1111 1112", "DE89 3704 0044 0532 0130 01",
        "529.982.247-26", "111.111.111-11", "11.222.333/0001-82", "666-12-3456", "900-12-3456", "123-00-4567",
        "123456789", "R$ 1.234.567,89", "12 000 000 people", "call on 2024-05-03", "logo@2x.png", "@types/node@21.12.2",
        "git@github.com:team/repo.git", "https://user:pw@example.com/", "meet me at the dot on the map",
        "std::vector<int>::iterator", "12:30:59", "00:1a:2b:3c:4d:5e", "passport office, room 12", "GPS -29.371339, -61.756620",
        "1BoatSLRHtKNngkdXEeobR76b53LETtpyU", "-----BEGIN PUBLIC KEY----- MFkwEwYHKoZIzj0CAQYI",
        "the header is -----BEGIN PRIVATE KEY----- and then base64", "tracking BR491652085BR", "",
    ]

    @Test(arguments: nothing)
    func `what only looks like a value is left`(text: String) {
        #expect(PIIDetector().spans(in: text) == [], "\(text)")
    }

    @Test func `a private key is one value`() {
        let body = (0..<6).map { _ in "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj" }
        let key = (["-----BEGIN PRIVATE KEY-----"] + body + ["-----END PRIVATE KEY-----"]).joined(separator: "\n")
        let spans = PIIDetector().spans(in: "key:\n\(key)\nend")
        #expect(spans.map(\.type) == [.apiKey])
        #expect(spans.first?.utf8 == 5..<(5 + key.utf8.count))
    }

    @Test func `only the kinds asked for are found`() {
        let text = "ana@example.com 10.0.0.7"
        #expect(PIIDetector(types: [.ipAddress]).spans(in: text).map(\.type) == [.ipAddress])
    }

    static let hostile = ["1", "@", "sk-", "1 ", "1-", "a@a.", "eyJ", "-", "1:", "at ", "AB12 ", "12 34-", "%40", "é", "４"]

    @Test(arguments: hostile)
    func `time is linear in hostile texts`(unit: String) {
        func time(_ count: Int) -> Duration {
            let text = Array(String(repeating: unit, count: count / unit.utf8.count).utf8)
            return ProcessorTime.measure { _ = PIIDetector().spans(inUTF8: text) }
        }
        _ = time(20_000)
        let ratio = min(time(400_000) / time(100_000), time(400_000) / time(100_000))
        #expect(ratio < 10, "four times the text took \(ratio) times as long")
    }

    @Test func `bytes that are no text are no trap`() {
        var generator = SeededGenerator(11)
        for _ in 0..<2000 {
            let bytes = (0..<64).map { _ in
                Bool.random(using: &generator)
                    ? UInt8.random(in: 0...255, using: &generator)
                    : Array("0123456789@.-+()/: skAIza[]".utf8).randomElement(using: &generator) ?? 0
            }
            for span in PIIDetector().spans(inUTF8: bytes) {
                #expect(span.utf8.upperBound <= bytes.count && !span.utf8.isEmpty)
            }
        }
    }
}
