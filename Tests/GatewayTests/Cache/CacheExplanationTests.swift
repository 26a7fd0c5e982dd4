import Chat
import Testing

@testable import Gateway

@Suite struct CacheExplanationTests {
    private static func explain(_ call: ChatCall, _ pipeline: Pipeline) async throws -> JSONValue {
        var call = call
        call.context.explainsCache = true
        _ = try await pipeline.reply(to: call)
        return call.trace.notes.cacheExplanation ?? .null
    }

    private static func pipeline(_ mode: CallContext.CacheUse, storage: (any CacheStorage)? = nil) -> Pipeline {
        let options = CacheStage.Options(mode: mode)
        return Pipeline(
            [CacheStage(fingerprint: "p", options: options, storage: storage)], around: CacheStageTests.counting())
    }

    @Test func `a miss names the nearest entry and what differs, whatever the store`() async throws {
        for storage in [nil, Shelf()] {
            let pipeline = Self.pipeline(.exact, storage: storage)
            let nothing = try await Self.explain(ChatCall(asking: "x"), pipeline)
            #expect(nothing["reason"] == "no entry of this caller is kept")
            var other = ChatCall(asking: "x")
            other.request.model = "double/other"
            other.request.messages.insert(Message(.system, "be brief"), at: 0)
            _ = try await pipeline.reply(to: other)
            var warm = ChatCall(asking: "x")
            warm.request.parameters.temperature = 0.7
            let found = try await Self.explain(warm, pipeline)
            #expect(found["outcome"] == "miss" && found["mode"] == "exact")
            #expect(found["reason"] == "the nearest of 2 entries differs in temperature (absent there)")
            #expect(found["nearest"]?["differs"] == [["field": "temperature", "here": "0.7", "there": .null]])
            var hot = warm
            hot.request.parameters.temperature = 1
            let values = try await Self.explain(hot, pipeline)
            #expect(values["reason"] == "the nearest of 3 entries differs in temperature (1 here, 0.7 there)")
        }
    }

    @Test func `a message is named by its place, and its words are not told`() async throws {
        let pipeline = Self.pipeline(.exact)
        func call(_ third: String) -> ChatCall {
            let texts = [Message(.user, "a"), Message(.assistant, "b"), Message(.user, third)]
            return ChatCall(ChatRequest(model: "m", messages: texts))
        }
        _ = try await pipeline.reply(to: call("a secret"))
        let found = try await Self.explain(call("another"), pipeline)
        #expect(found["reason"] == "the nearest of 1 entry differs in message 3")
        #expect(!found.text.contains("secret"))
    }

    @Test func `another caller's entries are not there`() async throws {
        for storage in [nil, Shelf()] {
            let pipeline = Self.pipeline(.semantic, storage: storage)
            var theirs = ChatCall(asking: "What is the capital of France?")
            theirs.context.caller = "a"
            _ = try await pipeline.reply(to: theirs)
            var mine = theirs
            mine.context.caller = "b"
            let found = try await Self.explain(mine, pipeline)
            #expect(found["reason"] == "no entry of this caller is kept")
            #expect(found["entries"] == 0 && found["nearest"] == nil)
        }
    }

    @Test func `likeness is explained by similarity and gate`() async throws {
        let pipeline = Self.pipeline(.semantic)
        _ = try await pipeline.reply(to: ChatCall(asking: "How long does a parcel of 5 kg from Lisbon to Porto take by road?"))
        let number = try await Self.explain(
            ChatCall(asking: "How long does a parcel of 6 kg from Lisbon to Porto take by road?"), pipeline)
        #expect(number["nearest"]?["gate"] == ["numbers"])
        let similarity = number["nearest"]?["similarity"]?.doubleValue ?? 0
        #expect(similarity > 0.9)
        let far = try await Self.explain(ChatCall(asking: "Who wrote it?"), pipeline)
        #expect(far["reason"]?.stringValue?.hasSuffix(", below 0.95") == true)
        let near = try await Self.explain(
            ChatCall(asking: "how long does a parcel of 5 kg from Lisbon to Porto take by road"), pipeline)
        #expect(near["outcome"] == "semantic" && near["threshold"] == 0.95)
        let hit = try await Self.explain(
            ChatCall(asking: "How long does a parcel of 5 kg from Lisbon to Porto take by road?"), pipeline)
        #expect(hit["outcome"] == "hit" && hit["nearest"]?["differs"] == [])
    }

    @Test func `fields come back as they were stored`() throws {
        var call = ChatCall(asking: "x")
        call.request.parameters.stop = ["\n"]
        call.request.extra = ["user": "u", "n": 2]
        let fields = RequestFields(call: call, fingerprint: "p", readsVariables: false)
        #expect(RequestFields(json: fields.json) == fields)
        #expect(RequestFields(json: ["model": 1]) == nil && RequestFields(json: []) == nil)
        #expect(fields.differences(from: fields).isEmpty)
        #expect(fields.json["extra"] == nil && fields.json["n"]?.stringValue?.hasPrefix("#") == true)
    }
}
