import Chat
import Testing
import Wire

@Suite struct OpenAIErrorTests {
    @Test(arguments: [
        (400, ChatError.Kind.invalidRequest), (401, .authentication), (402, .quotaExceeded), (403, .authentication),
        (404, .invalidRequest), (408, .timeout), (409, .upstreamFailure), (413, .invalidRequest),
        (422, .invalidRequest),
        (425, .upstreamFailure), (429, .rateLimited), (500, .upstreamFailure), (502, .upstreamFailure),
        (503, .upstreamFailure), (504, .timeout), (529, .upstreamFailure), (302, .invalidResponse),
        (418, .invalidRequest),
    ]) func `a status has its kind, with or without a body`(status: Int, kind: ChatError.Kind) {
        let bare = OpenAIChat.readError(status: status, body: Array("<html>nginx</html>".utf8))
        #expect(bare.kind == kind)
        #expect(bare.message == "the upstream answered \(status)")
        #expect(bare.status == status)
        #expect(bare.code == nil)
        let told = OpenAIChat.readError(
            status: status, body: OpenAIChat.printError(message: "No.\nReally", type: "some_type", code: nil))
        #expect(told.kind == kind)
        #expect(told.message == "the upstream answered \(status): No. Really")
        #expect(told.code == "some_type")
    }

    @Test(arguments: [
        (429, "insufficient_quota", ChatError.Kind.quotaExceeded), (429, "rate_limit_exceeded", .rateLimited),
        (404, "model_not_found", .notFound), (401, "invalid_api_key", .authentication),
        (403, "insufficient_quota", .quotaExceeded),
    ]) func `a code says more than its status`(status: Int, code: String, kind: ChatError.Kind) {
        let error = OpenAIChat.readError(
            status: status, body: OpenAIChat.printError(message: "m", type: "t", code: code))
        #expect(error.kind == kind)
        #expect(error.code == code)
    }

    @Test(arguments: [
        (#"{"detail":"Unauthorized"}"#, "the upstream answered 401: Unauthorized"),
        (#"{"object":"error","message":"no","type":"t"}"#, "the upstream answered 401: no"),
        (#"{"error":"plain"}"#, "the upstream answered 401: plain"),
        (#""text""#, "the upstream answered 401: text"), ("[]", "the upstream answered 401"),
        ("", "the upstream answered 401"),
    ]) func `other hosts' shapes of errors are read`(body: String, message: String) {
        #expect(OpenAIChat.readError(status: 401, body: Array(body.utf8)).message == message)
    }

    @Test func `a key quoted by the vendor does not go on`() {
        let own = "nx-0123456789abcdef"
        let body = OpenAIChat.printError(
            message: "Incorrect API key provided: \(own) or sk-live-abcdefghijkl", type: own, code: nil)
        let error = OpenAIChat.readError(status: 401, body: body, secrets: Secrets([own]))
        #expect(error.message == "the upstream answered 401: Incorrect API key provided: [key] or [key]")
        #expect(error.code == "[key]")
    }

    @Test(arguments: [
        (#"{"error":{"message":"m","type":"server_error","code":null}}"#, ChatError.Kind.upstreamFailure),
        (#"{"error":{"message":"m","code":"rate_limit_exceeded"}}"#, .rateLimited),
        (#"{"error":{"message":"m","type":"insufficient_quota"}}"#, .quotaExceeded),
        (#"{"error":{"message":"m","code":503}}"#, .upstreamFailure),
        (#"{"error":{"message":"m","code":429}}"#, .rateLimited),
        (#"{"error":"m"}"#, .upstreamFailure),
        (#"{"error":{"type":"invalid_request_error","message":"m"}}"#, .invalidRequest),
    ]) func `an error in a body or event that began well is that error`(body: String, kind: ChatError.Kind) {
        let whole = #expect(throws: ChatError.self) { try OpenAIChat.readReply(Array(body.utf8), model: "m") }
        let event = #expect(throws: ChatError.self) { try OpenAIChat.readChunk(Array(body.utf8)) }
        #expect(whole?.kind == kind)
        #expect(event == whole)
        #expect(whole?.message.hasSuffix(": m") == true)
    }

    @Test(arguments: ["error", "insufficient_system_resource"])
    func `an answer that the vendor broke off is a failure`(reason: String) {
        let body = #"{"choices":[{"message":{"content":"half"},"finish_reason":"\#(reason)"}]}"#
        let error = #expect(throws: ChatError.self) { try OpenAIChat.readReply(Array(body.utf8), model: "m") }
        #expect(error?.kind == .upstreamFailure)
        #expect(error?.message == "the upstream broke off the answer: \(reason)")
    }

    @Test func `an error is printed in OpenAI's shape`() throws {
        let body = try JSONValue.parse(OpenAIChat.printError(message: "m", type: "t", code: "c", parameter: "p"))
        #expect(body == ["error": ["message": "m", "type": "t", "param": "p", "code": "c"]])
    }
}
