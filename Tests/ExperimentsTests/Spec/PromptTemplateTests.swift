import Chat
import Experiments
import Testing

@Suite struct PromptTemplateTests {
    private func render(_ text: String, _ fields: [JSONValue.Member]) throws -> String {
        try PromptTemplate([.init(.user, text)]).render(fields)[0].text
    }

    @Test(arguments: [
        ("{{a}}", "x"), ("{{ a }}", "x"), ("{{\ta  }}", "x"), ("[{{a}}{{a}}]", "[xx]"), ("{{{a}}}", "{x}"),
        ("{a}", "{a}"), ("{{a}", "{{a}"), ("{{}}", "{{}}"), ("{{ }}", "{{ }}"), ("{{\"a\": 1}}", "{{\"a\": 1}}"),
        ("{{1}}", "{{1}}"), ("{{a\n}}", "{{a\n}}"), ("", ""), ("é{{a}}日本", "éx日本"), ("{{n}}", "1.10"),
        ("{{list}}", "[\"p\",2]"), ("{{map}}", "{\"k\":null}"), ("{{nothing}}", "null"), ("{{flag}}", "true"),
        ("{{été}}", "s"), ("{{two words}}", "w"), ("{{a-b.c_d}}", "d"), ("{{nested}}", "{{a}}"),
    ])
    func `gaps are filled once, and other braces stay`(text: String, expected: String) throws {
        let fields: [JSONValue.Member] = [
            .init(key: "a", value: "x"), .init(key: "n", value: .number("1.10")), .init(key: "list", value: ["p", 2]),
            .init(key: "map", value: ["k": .null]), .init(key: "nothing", value: .null),
            .init(key: "flag", value: true), .init(key: "été", value: "s"), .init(key: "two words", value: "w"),
            .init(key: "a-b.c_d", value: "d"), .init(key: "nested", value: "{{a}}"),
        ]
        #expect(try render(text, fields) == expected)
    }

    @Test func `an unknown variable is an error with the nearest field`() throws {
        let template = PromptTemplate([.init(.system, "s"), .init(.user, "{{documnt}}")])
        let error = try #require(throws: PromptTemplate.UnknownVariable.self) {
            _ = try template.render([.init(key: "document", value: "d")])
        }
        #expect(error.description == "unknown variable 'documnt'; did you mean 'document'?")
    }

    @Test func `variables are named once, in the order of the text`() {
        let template = PromptTemplate([.init(.system, "{{b}} {{ a }}"), .init(.user, "{{a}} {{c}}")])
        #expect(template.variables == ["b", "a", "c"])
    }

    @Test func `a chat keeps its roles and their order`() throws {
        let template = PromptTemplate([.init(.system, "s"), .init(.user, "u{{a}}"), .init(.assistant, "v")])
        let messages = try template.render([.init(key: "a", value: "1")])
        #expect(messages == [Message(.system, "s"), Message(.user, "u1"), Message(.assistant, "v")])
    }

    /// A property: text without two opening braces comes back byte for byte, whatever it holds.
    @Test func `text without gaps comes back byte for byte`() throws {
        var state: UInt64 = 1
        let alphabet: [Character] = ["{", "}", "a", " ", "é", "\n", "😀", "\"", "\u{301}"]
        for _ in 0..<500 {
            var text = ""
            for _ in 0..<20 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let next = alphabet[Int(state >> 33) % alphabet.count]
                if next == "{", text.unicodeScalars.last == "{" { continue }
                text.append(next)
            }
            #expect(Array(try render(text, []).utf8) == Array(text.utf8))
        }
    }

    /// A property: filling a gap gives the text around it and the value, whatever the value holds.
    @Test(arguments: ["", "{{a}}", "}}", "{{", "\u{0}", String(repeating: "x", count: 100_000)])
    func `a value is never read as a template`(value: String) throws {
        #expect(try render("<{{a}}>", [.init(key: "a", value: .string(value))]) == "<\(value)>")
    }
}
