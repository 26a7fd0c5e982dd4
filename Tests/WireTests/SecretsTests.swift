import Testing
import Wire

@Suite struct SecretsTests {
    private let own = "nx-CANARY-0123456789-abcdefghij"

    @Test(arguments: [
        ("key nx-CANARY-0123456789-abcdefghij refused", "key [key] refused"),
        ("…CANARY-0123456789-abc…", "…[key]…"),
        ("Incorrect API key provided: sk-proj-AbCdEf123456.", "Incorrect API key provided: [key]"),
        ("Authorization: Bearer abcdefgh1234", "Authorization: Bearer [key]"),
        ("?key=AIzaSyA1234567890abcdefghijk&x=1", "?key=[key]&x=1"),
        ("the model sk-1 is not known", "the model sk-1 is not known"),
        ("nothing here, bearer of news", "nothing here, bearer of news"),
    ]) func `keys are taken out`(text: String, expected: String) {
        #expect(Secrets([own]).removed(from: text) == expected)
    }

    @Test func `a key is found in base64, however it is aligned`() {
        // "Bearer " + own, and own alone, as base64 (coreutils' base64).
        for form in [
            "QmVhcmVyIG54LUNBTkFSWS0wMTIzNDU2Nzg5LWFiY2RlZmdoaWo=", "bngtQ0FOQVJZLTAxMjM0NTY3ODktYWJjZGVmZ2hpag==",
        ] {
            let text = Secrets([own]).removed(from: "got \(form)")
            #expect(text.contains("[key]"))
            #expect(!text.contains("FSWS0wMTIzND") && !text.contains("RZLTAxMjM0NT"))
        }
    }

    @Test func `a key is found percent-encoded`() {
        #expect(Secrets(["ab/cd+ef=gh1234"]).removed(from: "x=ab%2Fcd%2Bef%3Dgh1234") == "x=[key]")
    }

    @Test func `the start of a body keeps no half of a key at its end`() {
        let body = Array((String(repeating: ".", count: 4090) + own + " and more").utf8)
        let start = Secrets([own]).start(of: body)
        #expect(start.utf8.count <= 4096)
        #expect(start.contains(".[key]") && !start.contains("nx-"))
    }

    @Test func `the start of a body is cut between characters`() {
        let start = Secrets.none.start(of: Array(String(repeating: "é", count: 3000).utf8), limit: 5)
        #expect(start == "éé")
        #expect(Secrets.none.start(of: [0xFF, 0x41], limit: 3) == "\u{FFFD}")
        #expect(Secrets.none.start(of: [], limit: 10) == "")
    }

    @Test func `a quoted line has no breaks`() {
        #expect(Secrets.none.line("a\r\nb\u{0}c") == "a  b c")
    }
}
