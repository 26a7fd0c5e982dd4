import Chat
import Testing
import Wire

@Suite struct GeminiRequestTests {
    private func printed(_ request: ChatRequest) throws -> (body: JSONValue, warnings: [String]) {
        let printed = try Gemini.printRequest(request, model: "gemini")
        let body = try JSONValue.parse(printed.bytes)
        #expect(body.duplicateKey == nil)
        return (body, printed.warnings)
    }

    @Test func `a bare question is a small body`() throws {
        let printed = try Gemini.printRequest(ChatRequest(model: "google/gemini", user: "Hi"), model: "gemini")
        #expect(
            String(decoding: printed.bytes, as: UTF8.self) == #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}"#)
    }

    @Test func `parameters, formats and log probabilities stand in the configuration`() throws {
        let request = ChatRequest(
            model: "m", messages: [Message(.system, "Be brief."), Message(.user, "a")],
            parameters: .init(
                temperature: 0, topP: 0.9, maxTokens: 5, stop: ["x"], seed: 1, presencePenalty: 1, frequencyPenalty: 2),
            responseFormat: ["type": "json_schema", "json_schema": ["schema": ["type": "object"]]],
            extra: [
                "top_k": 4, "logprobs": true, "top_logprobs": 2, "safetySettings": [],
                "generationConfig": ["thinkingConfig": ["thinkingBudget": 0], "seed": 9], "n": 2,
            ])
        let (body, warnings) = try printed(request)
        #expect(body["systemInstruction"] == ["parts": [["text": "Be brief."]]])
        #expect(
            body["generationConfig"] == [
                "temperature": 0, "topP": 0.9, "topK": 4, "maxOutputTokens": 5, "stopSequences": ["x"], "seed": 1,
                "presencePenalty": 1, "frequencyPenalty": 2, "responseMimeType": "application/json",
                "responseJsonSchema": ["type": "object"], "responseLogprobs": true, "logprobs": 2,
                "thinkingConfig": ["thinkingBudget": 0],
            ])
        #expect(body["safetySettings"] == [])
        #expect(warnings == ["n was left out: gemini does not take it"])
    }

    @Test func `tools, calls and their results, with the signatures of thoughts`() throws {
        let request = ChatRequest(
            model: "m",
            messages: [
                Message(.user, "a"),
                Message(
                    role: .assistant, content: .null,
                    toolCalls: [
                        OpenAIChat.toolCall(id: "call_1__thought__c2ln", name: "f", arguments: #"{"x":1}"#),
                        OpenAIChat.toolCall(id: "b", name: "g", arguments: "{}"),
                    ]),
                Message(role: .tool, content: #"{"y":2}"#, toolCallID: "call_1__thought__c2ln"),
                Message(role: .tool, content: "plain", toolCallID: "b"),
            ],
            tools: [["type": "function", "function": ["name": "f", "parameters": ["type": "object"]]], ["googleSearch": .object([])]],
            toolChoice: ["type": "function", "function": ["name": "f"]])
        let body = try printed(request).body
        #expect(
            body["contents"]?.arrayValue?.dropFirst().map { $0 } == [
                [
                    "role": "model",
                    "parts": [
                        ["functionCall": ["name": "f", "args": ["x": 1]], "thoughtSignature": "c2ln"],
                        ["functionCall": ["name": "g", "args": .object([])]],
                    ],
                ],
                [
                    "role": "user",
                    "parts": [
                        ["functionResponse": ["name": "f", "response": ["y": 2]]],
                        ["functionResponse": ["name": "g", "response": ["result": "plain"]]],
                    ],
                ],
            ])
        #expect(
            body["tools"] == [
                ["functionDeclarations": [["name": "f", "parametersJsonSchema": ["type": "object"]]]],
                ["googleSearch": .object([])],
            ])
        #expect(body["toolConfig"] == ["functionCallingConfig": ["mode": "ANY", "allowedFunctionNames": ["f"]]])
    }

    @Test(arguments: [("none", "NONE"), ("auto", "AUTO"), ("required", "ANY")])
    func `a tool choice has its mode`(choice: String, mode: String) throws {
        var request = ChatRequest(model: "m", user: "a")
        request.toolChoice = .string(choice)
        #expect(try printed(request).body["toolConfig"] == ["functionCallingConfig": ["mode": .string(mode)]])
    }

    @Test func `pictures and sounds go along, and a result without its call is refused`() throws {
        let content: JSONValue = [
            ["type": "text", "text": "see"], ["type": "image_url", "image_url": ["url": "data:image/png;base64,AAAA"]],
            ["type": "image_url", "image_url": ["url": "https://h/i.png"]],
            ["type": "input_audio", "input_audio": ["data": "BBBB", "format": "mp3"]],
        ]
        let body = try printed(ChatRequest(model: "m", messages: [Message(role: .user, content: content)])).body
        #expect(
            body["contents"]?.arrayValue?[0]["parts"] == [
                ["text": "see"], ["inlineData": ["mimeType": "image/png", "data": "AAAA"]],
                ["fileData": ["fileUri": "https://h/i.png"]], ["inlineData": ["mimeType": "audio/mp3", "data": "BBBB"]],
            ])
        let error = #expect(throws: ChatError.self) {
            try printed(ChatRequest(model: "m", messages: [Message(role: .tool, content: "1", toolCallID: "x")]))
        }
        #expect(error?.message == "messages[0]: no call before it has the id of its tool_call_id")
    }
}

@Suite struct GeminiAnswerTests {
    private func reply(_ text: String) throws(ChatError) -> ChatReply {
        try Gemini.readReply(Array(text.utf8), model: "asked")
    }

    private func answer(_ parts: String, reason: String = "STOP", more: String = "") -> String {
        #"{"candidates":[{"content":{"role":"model","parts":[\#(parts)]},"finishReason":"\#(reason)","index":0}],"#
            + #""modelVersion":"gemini-x","responseId":"r1"\#(more)}"#
    }

    @Test func `an ordinary answer, its tokens in their kinds`() throws {
        let usage =
            #","usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":40,"candidatesTokenCount":7,"#
            + #""thoughtsTokenCount":5,"toolUsePromptTokenCount":3,"totalTokenCount":115}"#
        let body = answer(#"{"text":"hm","thought":true},{"text":"Olá "},{"text":"世界"}"#, more: usage)
        let reply = try reply(body)
        #expect(reply.text == "Olá 世界" && reply.reasoning == "hm")
        #expect(reply.model == "gemini-x" && reply.finishReason == .stop)
        let read = try #require(reply.usage)
        #expect(read.inputFresh == 63 && read.cacheRead == 40 && read.outputText == 7 && read.reasoning == 5)
        #expect(read.raw?["totalTokenCount"] == 115)
        #expect(reply.wireBody?.dialect == .gemini)
    }

    @Test func `calls get an id of their own, with the signature of the thought`() throws {
        let reply = try reply(
            answer(
                #"{"functionCall":{"name":"f","args":{"x":1}},"thoughtSignature":"c2ln"},{"functionCall":{"name":"g","id":"own"}}"#
            ))
        #expect(reply.finishReason == .tool)
        #expect(
            reply.toolCalls == [
                OpenAIChat.toolCall(id: "call_r1_0__thought__c2ln", name: "f", arguments: #"{"x":1}"#),
                OpenAIChat.toolCall(id: "own", name: "g", arguments: "{}"),
            ])
    }

    @Test(arguments: [
        ("STOP", ChatReply.FinishReason.stop, 0), ("MAX_TOKENS", .length, 0), ("SAFETY", .refused, 0),
        ("RECITATION", .refused, 0), ("BLOCKLIST", .refused, 0), ("PROHIBITED_CONTENT", .refused, 0),
        ("SPII", .refused, 0), ("SOMETHING_NEW", .stop, 1),
    ]) func `finish reasons are read`(spelling: String, reason: ChatReply.FinishReason, warnings: Int) throws {
        let reply = try reply(answer(#"{"text":"a"}"#, reason: spelling))
        #expect(reply.finishReason == reason)
        #expect(reply.warnings.count == warnings)
    }

    @Test(arguments: ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "LANGUAGE", "OTHER"])
    func `an answer that the model broke off is a failure`(reason: String) {
        let error = #expect(throws: ChatError.self) { try reply(answer(#"{"text":"half"}"#, reason: reason)) }
        #expect(error?.kind == .upstreamFailure)
        #expect(error?.message == "the upstream broke off the answer: \(reason)")
    }

    @Test(arguments: [
        #"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":5}}"#,
        #"{"candidates":[{"finishReason":"SAFETY","index":0}]}"#,
    ]) func `a blocked prompt and a withheld answer are refusals`(body: String) {
        #expect(#expect(throws: ChatError.self) { try reply(body) }?.kind == .refused)
        let stream = Outcome([ServerSentEvents.print(data: Array(body.utf8))], stream: .gemini(model: "m"))
        #expect(stream.error?.kind == .refused)
    }

    @Test func `thinking may use up all tokens, and no word at all is no answer`() throws {
        #expect(try reply(#"{"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS"}]}"#).text == "")
        let error = #expect(throws: ChatError.self) {
            try reply(#"{"candidates":[{"content":{"role":"model"},"finishReason":"STOP"}]}"#)
        }
        #expect(error?.kind == .invalidResponse)
    }

    @Test func `log probabilities take OpenAI's shape`() throws {
        let more =
            #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP","logprobsResult":{"chosenCandidates":"#
            + #"[{"token":"a","logProbability":-0.5}],"topCandidates":[{"candidates":[{"token":"a","logProbability":-0.5},"#
            + #"{"token":"b","logProbability":-1}]}]}}]}"#
        let tokens = try reply(more).logprobs
        #expect(tokens.count == 1)
        #expect(tokens.first?["logprob"] == -0.5)
        #expect(tokens.first?["top_logprobs"]?.arrayValue?.map { $0["token"] } == ["a", "b"])
    }

    @Test(arguments: [
        ("<html>", "the answer is not JSON: expected a value, found '<' at byte 0"),
        ("1", "the answer is a number, not a mapping"), ("{}", "candidates of the answer is not a list"),
        (#"{"candidates":{}}"#, "candidates of the answer is not a list"),
        (#"{"candidates":[1]}"#, "candidates[0] of the answer is not a mapping"),
        (#"{"candidates":[{"content":1}]}"#, "candidates[0].content of the answer is not a mapping"),
        (#"{"candidates":[{"content":{"parts":1}}]}"#, "candidates[0].content.parts of the answer is not a list"),
        (
            #"{"candidates":[{"content":{"parts":[{"text":1}]}}]}"#,
            "candidates[0].content.parts[0].text of the answer is not a string"
        ),
        (
            #"{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}"#,
            "candidates[0].finishReason of the answer is not a string"
        ),
    ]) func `what is no answer is an error with the start of the body`(body: String, message: String) {
        let error = #expect(throws: ChatError.self) { try reply(body) }
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == message)
        #expect(error?.body == body)
    }

    private func error(_ code: Int, _ status: String, details: String = "[]") -> [UInt8] {
        Array(#"{"error":{"code":\#(code),"message":"m","status":"\#(status)","details":\#(details)}}"#.utf8)
    }

    @Test(arguments: [
        (400, "INVALID_ARGUMENT", "[]", ChatError.Kind.invalidRequest),
        (400, "INVALID_ARGUMENT", #"[{"reason":"API_KEY_INVALID"}]"#, .authentication),
        (403, "PERMISSION_DENIED", "[]", .authentication), (404, "NOT_FOUND", "[]", .notFound),
        (429, "RESOURCE_EXHAUSTED", "[]", .rateLimited),
        (429, "RESOURCE_EXHAUSTED", #"[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]}]"#, .quotaExceeded),
        (500, "INTERNAL", "[]", .upstreamFailure), (503, "UNAVAILABLE", "[]", .upstreamFailure),
        (504, "DEADLINE_EXCEEDED", "[]", .timeout),
    ]) func `an error has its kind`(code: Int, status: String, details: String, kind: ChatError.Kind) {
        let body = error(code, status, details: details)
        for bytes in [body, Array("[".utf8) + body + Array("]".utf8)] {
            let error = Gemini.readError(status: code, body: bytes)
            #expect(error.kind == kind)
            #expect(error.code == status)
            #expect(error.message == "the upstream answered \(code): m")
            var memory = StreamMemory()
            let event = #expect(throws: ChatError.self) { _ = try Gemini.readChunk(bytes, memory: &memory) }
            #expect(event?.kind == kind)
        }
    }

    @Test(arguments: [("21s", Duration.seconds(21)), ("0.5s", .milliseconds(500)), ("soon", nil)] as [(String, Duration?)])
    func `the wait that the vendor asks for stands in the body`(text: String, wait: Duration?) {
        let details = #"[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"\#(text)"}]"#
        #expect(Gemini.readError(status: 429, body: error(429, "RESOURCE_EXHAUSTED", details: details)).retryAfter == wait)
    }

    // MARK: streams

    private func event(_ parts: String, reason: String? = nil, tokens: Int = 1) -> [UInt8] {
        let finish = reason.map { #","finishReason":"\#($0)""# } ?? ""
        return ServerSentEvents.print(
            data: Array(
                (#"{"candidates":[{"content":{"role":"model","parts":[\#(parts)]}\#(finish),"index":0}],"usageMetadata":"#
                    + #"{"promptTokenCount":5,"candidatesTokenCount":\#(tokens)},"modelVersion":"gemini-x","responseId":"r"}"#)
                    .utf8))
    }

    @Test func `any cutting into packets gives the same text, to the byte`() throws {
        let texts = ["Olá", " 世界", "👩‍👩‍👧", "e", "\u{301}"]
        let pieces = texts.enumerated().map { event(#"{"text":"\#($0.element)"}"#, tokens: $0.offset) }
        let bytes = pieces.joined() + event("", reason: "STOP", tokens: 9)
        for seed in 0..<1000 as Range<UInt64> {
            let outcome = Outcome(chunks(of: Array(bytes), seed: seed), stream: .gemini(model: "asked"))
            let reply = try #require(outcome.reply, "seed \(seed)")
            try #require(Array(reply.text.utf8) == Array(texts.joined().utf8), "seed \(seed)")
            try #require(Array(outcome.text.utf8) == Array(texts.joined().utf8), "seed \(seed)")
            // Usage is told again and again; the last holds.
            #expect(reply.usage?.output == 9 && reply.usage?.input == 5 && reply.model == "gemini-x")
        }
    }

    @Test func `calls of several events are counted through, and a stream without its finish reason is cut`() {
        let call = #"{"functionCall":{"name":"f","args":{}}}"#
        let whole = Outcome([event(call) + event(call + "," + call, reason: "STOP")], stream: .gemini(model: "m"))
        #expect(whole.reply?.toolCalls.compactMap { $0["id"]?.stringValue } == ["call_r_0", "call_r_1", "call_r_2"])
        #expect(whole.reply?.finishReason == .tool)
        #expect(Outcome([event(#"{"text":"a"}"#)], stream: .gemini(model: "m")).error?.kind == .cut)
    }
}
