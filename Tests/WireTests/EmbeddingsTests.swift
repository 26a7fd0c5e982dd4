import Chat
import Testing
import Wire

@Suite struct EmbeddingsTests {
    // Made with Python's struct.pack('<2f', 0.5, -1.25) and base64.b64encode.
    private let half = "AAAAPwAAoL8="

    @Test func `floats and base64 are read alike, in the order of their indices`() throws {
        let body =
            #"{"object":"list","data":[{"index":1,"embedding":[1,2]},{"index":0,"embedding":"\#(half)"}],"#
            + #""model":"e-1","usage":{"prompt_tokens":5,"total_tokens":5}}"#
        let reply = try OpenAIEmbeddings.readReply(Array(body.utf8), count: 2, model: "e")
        #expect(reply.vectors == [[0.5, -1.25], [1, 2]])
        #expect(reply.model == "e-1")
        #expect(reply.usage?.input == 5 && reply.usage?.output == 0)
    }

    @Test(arguments: [true, false]) func `what is printed is read as it was meant`(usesBase64: Bool) throws {
        var numbers = SeededNumbers(seed: 1)
        let vectors = (0..<5).map { _ in (0..<33).map { _ in Float.random(in: -1...1, using: &numbers) } }
        let usage = TokenUsage(inputFresh: 7, outputText: 0)
        let bytes = OpenAIEmbeddings.printReply(
            EmbeddingReply(vectors: vectors, model: "x", usage: usage), model: "e", usesBase64: usesBase64)
        let reply = try OpenAIEmbeddings.readReply(bytes, count: 5, model: "e")
        #expect(reply.vectors == vectors)
        #expect(reply.usage?.input == 7)
    }

    @Test func `base64 is as others write it`() throws {
        let bytes = OpenAIEmbeddings.printReply(
            EmbeddingReply(vectors: [[0.5, -1.25]], model: "x"), model: "e", usesBase64: true)
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"object":"list","data":[{"object":"embedding","index":0,"embedding":"\#(half)"}],"model":"e","#
                + #""usage":{"prompt_tokens":0,"total_tokens":0}}"#)
    }

    @Test(arguments: [
        (#"{"data":{}}"#, "data of the answer is not a list"), (#"{"data":[]}"#, "data of the answer is not a list of 1"),
        (#"{"data":[{"embedding":[]}]}"#, "the embedding of input 0 of the answer is not a vector of numbers"),
        (#"{"data":[{"embedding":["a"]}]}"#, "the embedding of input 0 of the answer is not a vector of numbers"),
        (#"{"data":[{"embedding":"AAA="}]}"#, "the embedding of input 0 of the answer is not a vector of numbers"),
        (#"{"data":[{"embedding":"AACAfw=="}]}"#, "the embedding of input 0 of the answer is not a vector of numbers"),
        (#"{"data":[{"index":3,"embedding":[1]}]}"#, "the embedding of input 0 of the answer is not a vector of numbers"),
    ]) func `what is no vector is an unreadable answer`(body: String, message: String) {
        let error = #expect(throws: ChatError.self) {
            try OpenAIEmbeddings.readReply(Array(body.utf8), count: 1, model: "e")
        }
        #expect(error?.kind == .invalidResponse)
        #expect(error?.message == message)
    }

    @Test func `vectors of several lengths are no answer`() {
        let body = #"{"data":[{"embedding":[1]},{"embedding":[1,2]}]}"#
        let error = #expect(throws: ChatError.self) {
            try OpenAIEmbeddings.readReply(Array(body.utf8), count: 2, model: "e")
        }
        #expect(error?.message == "the embeddings of the answer have several lengths")
    }

    @Test(arguments: [
        (#""one""#, [EmbeddingRequest.Input.text("one")]), (#"["a","b"]"#, [.text("a"), .text("b")]),
        ("[1,2]", [.tokens([1, 2])]), ("[[1],[2,3]]", [.tokens([1]), .tokens([2, 3])]),
    ]) func `inputs come in four shapes`(input: String, expected: [EmbeddingRequest.Input]) throws {
        let body = #"{"model":"e","input":\#(input),"encoding_format":"base64","dimensions":8,"user":"u"}"#
        let read = try OpenAIEmbeddings.readRequest(Array(body.utf8))
        #expect(read.usesBase64)
        #expect(read.request.inputs == expected)
        #expect(read.request.dimensions == 8 && read.request.extra == ["user": "u"])
        let printed = try JSONValue.parse(OpenAIEmbeddings.printRequest(read.request, model: "e2", asksForBase64: true))
        #expect(printed["model"] == "e2" && printed["encoding_format"] == "base64" && printed["dimensions"] == 8)
    }

    @Test(arguments: [
        ("{}", "model: required"), (#"{"model":"e"}"#, "input: required"),
        (#"{"model":"e","input":[]}"#, "input: must be a string or a list that is not empty, found a list"),
        (#"{"model":"e","input":["a",1.5]}"#, "input[1]: must be a string or a list of tokens, found a number"),
        (#"{"model":"e","input":"a","encoding_format":"int8"}"#, "encoding_format: must be float or base64"),
        (#"{"model":"e","input":"a","dimensions":0}"#, "dimensions: must be at least 1, found 0"),
    ]) func `a request that is wrong is refused`(body: String, message: String) {
        let error = #expect(throws: ChatError.self) { _ = try OpenAIEmbeddings.readRequest(Array(body.utf8)) }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.message == message)
    }

    @Test func `Google's and Ollama's are asked and read in their own shapes`() throws {
        let request = EmbeddingRequest(texts: ["a", "b"], dimensions: 2)
        #expect(
            try JSONValue.parse(Gemini.printEmbeddings(request, model: "g"))["requests"]?.arrayValue?[1] == [
                "model": "models/g", "content": ["parts": [["text": "b"]]], "outputDimensionality": 2,
            ])
        let google = try Gemini.readEmbeddings(
            Array(#"{"embeddings":[{"values":[1,2]},{"values":[3,4]}]}"#.utf8), count: 2, model: "g")
        #expect(google.vectors == [[1, 2], [3, 4]] && google.usage == nil)
        #expect(
            try JSONValue.parse(OllamaChat.printEmbeddings(request, model: "o")) == [
                "model": "o", "input": ["a", "b"], "dimensions": 2,
            ])
        let ollama = try OllamaChat.readEmbeddings(
            Array(#"{"model":"o:latest","embeddings":[[1,2],[3,4]],"prompt_eval_count":6}"#.utf8), count: 2, model: "o")
        #expect(ollama.vectors == [[1, 2], [3, 4]] && ollama.usage?.input == 6 && ollama.model == "o:latest")
        let tokens = EmbeddingRequest(inputs: [.tokens([1])])
        let error = #expect(throws: ChatError.self) { try Gemini.printEmbeddings(tokens, model: "g") }
        #expect(error?.message == "input: this model takes texts, not tokens")
    }
}
