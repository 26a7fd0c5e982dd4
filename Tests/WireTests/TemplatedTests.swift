import Chat
import Testing
import Wire

@Suite struct TemplatedTests {
    private let request = ChatRequest(
        model: "mine/m",
        messages: [Message(.system, "Be brief."), Message(.user, "first"), Message(.user, "Say \"hi\"\n}}")],
        parameters: .init(temperature: 0.5))

    @Test func `a template is filled in as JSON, never as text`() throws {
        let template = try RequestTemplate([
            "q": "{{prompt}}", "note": "{{system}} / {{ model }} / {{max_tokens}}!", "t": "{{temperature}}",
            "max": "{{max_tokens}}", "list": ["{{seed}}", "{{messages}}"], "kept": [1, .null, true],
        ])
        let printed = template.printRequest(request, model: "m")
        #expect(
            try JSONValue.parse(printed.bytes) == [
                "q": "Say \"hi\"\n}}", "note": "Be brief. / m / !", "t": 0.5,
                "list": [
                    [
                        ["role": "system", "content": "Be brief."], ["role": "user", "content": "first"],
                        ["role": "user", "content": "Say \"hi\"\n}}"],
                    ]
                ], "kept": [1, .null, true],
            ])
    }

    @Test func `a template may be JSON as text`() throws {
        let template = try RequestTemplate(#"{"q": "{{prompt}}"}"#)
        #expect(try JSONValue.parse(template.printRequest(request, model: "m").bytes)["q"] == "Say \"hi\"\n}}")
    }

    @Test(arguments: [
        (["q": "{{promt}}"], "unknown placeholder '{{promt}}'; did you mean 'prompt'?"),
        (["q": "fixed"], "the template has neither {{prompt}} nor {{messages}}"),
        ("{{prompt}", "the template is not JSON: expected a key in quotes, found '{' at byte 1"),
    ] as [(JSONValue, String)]) func `a template that is wrong is refused`(template: JSONValue, message: String) {
        let error = #expect(throws: ChatError.self) { _ = try RequestTemplate(template) }
        #expect(error?.message == message)
    }

    private let document =
        #"{"choices":[{"message":{"content":"first"}},{"message":{"content":"last"}}],"a b":{"c":1.50},"none":null}"#

    @Test(arguments: [
        ("$.choices[0].message.content", "first"), ("choices[-1].message.content", "last"), ("$['a b'].c", "1.50"),
        ("$[\"a b\"]['c']", "1.50"),
    ]) func `a path names one place`(path: String, text: String) throws {
        let reply = try TemplatedAnswer.readReply(Array(document.utf8), at: JSONPath(path), model: "m")
        #expect(reply.text == text && reply.usage == nil && reply.model == "m")
    }

    @Test(arguments: [
        ("$.choices[2].message", "nothing stands at '$.choices[2].message' of the answer"),
        ("$.nothing.here", "nothing stands at '$.nothing.here' of the answer"),
        ("$.choices", "'$.choices' of the answer is a list, not a text"),
        ("$.none", "'$.none' of the answer is null, not a text"), ("$", "'$' of the answer is a mapping, not a text"),
    ]) func `where no text stands there is no answer`(path: String, message: String) throws {
        let path = try JSONPath(path)
        let error = #expect(throws: ChatError.self) {
            try TemplatedAnswer.readReply(Array(document.utf8), at: path, model: "m")
        }
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == message)
    }

    @Test(arguments: [
        ("$.a[x]", "'$.a[x]' is no path: '[x]' is no [index] or ['name']"),
        ("$.a[0", "'$.a[0' is no path: '[0' is no [index] or ['name']"),
        ("$..a", "'$..a' is no path: a name is missing after a dot"),
        ("a[0]b", "'a[0]b' is no path: a name is missing after a dot"),
    ]) func `a path that is none is refused`(path: String, message: String) {
        let error = #expect(throws: ChatError.self) { _ = try JSONPath(path) }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.message == message)
    }
}
