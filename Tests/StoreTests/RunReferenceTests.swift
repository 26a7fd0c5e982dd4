import Foundation
import Store
import Testing

struct RunReferenceTests {
    let folder: ScratchFolder
    let store: RunStore

    init() async throws {
        folder = try ScratchFolder()
        store = try RunStore(writing: folder.path("nexus.db"))
        try await store.insert(makeRun("20261121T120000Z-news-aaaa", at: 3_000), samples: [])
        try await store.insert(makeRun("20261120T120000Z-news-bbbb", at: 1_000), samples: [])
        try await store.insert(makeRun("20261120T130000Z-mail-cccc", at: 2_000), samples: [])
    }

    @Test func `runs are listed newest last`() throws {
        #expect(try store.runs().map { $0.run.id.suffix(4) } == ["bbbb", "cccc", "aaaa"])
    }

    @Test(arguments: [
        ("latest", "20261121T120000Z-news-aaaa"), ("20261121", "20261121T120000Z-news-aaaa"),
        ("20261120T13", "20261120T130000Z-mail-cccc"), ("20261120T120000Z-news-bbbb", "20261120T120000Z-news-bbbb"),
    ])
    func `a run is found by id, by its beginning, or as the latest`(reference: String, id: String) throws {
        #expect(try store.run(reference).id == id)
    }

    @Test func `a beginning of several ids is refused with the ids`() async {
        let error = await storeError { _ = try store.run("20261120") }
        #expect(
            error?.description
                == "\"20261120\" fits several runs; write more of the id: "
                + "20261120T120000Z-news-bbbb, 20261120T130000Z-mail-cccc")
    }

    @Test(arguments: [
        ("20261120T1205", "20261120T120000Z-news-bbbb"), ("mail", "20261120T130000Z-mail-cccc"),
        ("", "20261121T120000Z-news-aaaa"), ("%", "20261121T120000Z-news-aaaa"),
    ])
    func `an unknown run names the nearest first`(reference: String, nearest: String) async {
        let error = await storeError { _ = try store.run(reference) }
        guard case .noSuchRun(_, let ids) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(ids.first == nearest)
        #expect(error?.description.hasPrefix("no run \"\(reference)\" in the store; nearest: \(nearest), ") == true)
    }

    @Test func `every reading method refuses an unknown run`() async {
        let expected = await storeError { _ = try store.run("nothing") }
        #expect(expected != nil)
        #expect(await storeError { _ = try store.samples(of: "nothing") } == expected)
        #expect(await storeError { _ = try store.trials(of: "nothing") } == expected)
        #expect(await storeError { _ = try store.finishedKeys(of: "nothing") } == expected)
        #expect(await storeError { _ = try store.summary(of: "nothing") } == expected)
    }

    @Test func `an id, a sample and a trial that do not fit are refused`() async throws {
        let id = "20261121T120000Z-news-aaaa"
        #expect(await storeError { try await store.insert(makeRun(id), samples: []) } == .runExists(id))
        let twice = [makeSamples(1)[0], makeSamples(1)[0]]
        #expect(await storeError { try await store.insert(samples: twice, of: id) } == .duplicateSample("s0"))
        try await store.insert(samples: makeSamples(1), of: id)
        for trial in [makeTrial("s9"), makeTrial("s0", "nobody")] {
            #expect(await storeError { try await store.append(trial, to: id) } == .unknownTrial(trial.key))
        }
        // The statement is fit for use after a refusal.
        try await store.append(makeTrial("s0"), to: id)
        #expect(try store.trials(of: id).count == 1)
        #expect(
            await storeError { try await store.append(makeTrial("s0"), to: "nothing") }
                == .noSuchRun("nothing", nearest: []))
    }
}
