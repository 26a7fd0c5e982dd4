import Chat
import Foundation
import Store
import Testing

struct RunStoreTests {
    let folder: ScratchFolder
    let path: String

    init() throws {
        folder = try ScratchFolder()
        path = folder.path("deep/er/nexus.db")
    }

    @Test func `a run comes back as it was stored`() async throws {
        let store = try RunStore(writing: path)
        let run = makeRun()
        try await store.insert(run, samples: makeSamples(3))
        #expect(try store.run(run.id) == run)
        #expect(try store.samples(of: run.id) == makeSamples(3))
        #expect(try store.summary(of: run.id) == StoredRun(run: run, samples: 3, trials: 0, failed: 0))
    }

    @Test func `a trial and its scores come back as they were stored`() async throws {
        let store = try RunStore(writing: path)
        try await store.insert(makeRun(), samples: makeSamples(2))
        let trials = [makeTrial("s0"), makeFailure("s1")]
        for trial in trials { try await store.append(trial, to: makeRun().id) }
        #expect(try store.trials(of: makeRun().id) == trials)
    }

    @Test(arguments: [
        "", "a\0b", "\u{1F469}\u{200D}\u{1F52C} e\u{301} \u{FEFF}", "line\r\nline", "'; DROP TABLE runs; --",
    ])
    func `any text is kept byte by byte`(text: String) async throws {
        let store = try RunStore(writing: path)
        let sample = SampleRecord(
            position: 0, id: text, variables: ["v": .string(text)], references: [text], cluster: text)
        let run = makeRun(variants: [text])
        try await store.insert(run, samples: [sample])
        var trial = makeTrial(text, text, output: text)
        trial.scores = [ScoreRecord(measure: text, value: 1, note: text)]
        try await store.append(trial, to: run.id)
        let stored = try #require(try store.trials(of: run.id).first)
        #expect(Array(stored.reply?.output.utf8 ?? "nothing".utf8) == Array(text.utf8))
        #expect(stored == trial)
        #expect(try store.samples(of: run.id) == [sample])
        #expect(try store.finishedKeys(of: run.id) == [trial.key: .ok])
    }

    @Test func `trials come in the order of sample, variant and repeat, however they arrived`() async throws {
        let store = try RunStore(writing: path)
        let run = makeRun(variants: ["zeta", "alpha"])
        try await store.insert(run, samples: makeSamples(12))
        var expected: [TrialKey] = []
        for sample in 0..<12 {
            for variant in run.variants {
                for index in 0..<2 {
                    expected.append(TrialKey(variant: variant, sampleID: "s\(sample)", repeatIndex: index))
                }
            }
        }
        for key in expected.shuffled() {
            try await store.append(makeTrial(key.sampleID, key.variant, repeat: key.repeatIndex), to: run.id)
        }
        #expect(try store.trials(of: run.id).map(\.key) == expected)
    }

    @Test func `scores come sorted by measure, whichever trial named it first`() async throws {
        let store = try RunStore(writing: path)
        try await store.insert(makeRun(), samples: makeSamples(2))
        for (sample, order) in [("s0", ["wer", "bleu"]), ("s1", ["chrf", "wer", "bleu"])] {
            var trial = makeTrial(sample)
            trial.scores = order.map { ScoreRecord(measure: $0, value: 1) }
            try await store.append(trial, to: makeRun().id)
        }
        let measures = try store.trials(of: makeRun().id).map { $0.scores.map(\.measure) }
        #expect(measures == [["bleu", "wer"], ["bleu", "chrf", "wer"]])
    }

    @Test func `not a number is not scored`() async throws {
        let store = try RunStore(writing: path)
        try await store.insert(makeRun(), samples: makeSamples(1))
        var trial = makeTrial("s0")
        trial.scores = [ScoreRecord(measure: "odd", value: .nan), ScoreRecord(measure: "top", value: .infinity)]
        try await store.append(trial, to: makeRun().id)
        #expect(try store.trials(of: makeRun().id).first?.scores.map(\.value) == [nil, .infinity])
    }

    @Test func `a failed trial is replaced, an answered one never`() async throws {
        let store = try RunStore(writing: path)
        let run = makeRun()
        try await store.insert(run, samples: makeSamples(1))
        try await store.append(makeFailure("s0"), to: run.id)
        try await store.append(makeFailure("s0"), to: run.id)
        #expect(try store.summary(of: run.id).failed == 1)
        try await store.append(makeTrial("s0", output: "first"), to: run.id)
        for late in [makeTrial("s0", output: "second"), makeFailure("s0")] {
            #expect(await storeError { try await store.append(late, to: run.id) } == .alreadyFinished(late.key))
        }
        #expect(try store.trials(of: run.id) == [makeTrial("s0", output: "first")])
        #expect(try store.summary(of: run.id) == StoredRun(run: run, samples: 1, trials: 1, failed: 0))
    }

    @Test func `a store whose last holder is one of its own writes is closed by it`() async throws {
        let folder = try ScratchFolder()
        let path = folder.path("nexus.db")
        var store: RunStore? = try RunStore(writing: path)
        let run = makeRun()
        try await store?.insert(run, samples: makeSamples(1))
        let result = await withCheckedContinuation { continuation in
            let last = store
            store = nil
            last?.append(makeTrial("s0"), to: run.id) { [last] result in
                withExtendedLifetime(last) { continuation.resume(returning: result) }
            }
        }
        try result.get()
        #expect(try RunStore(reading: path).trials(of: run.id).count == 1)
    }

    @Test func `the keys of a run tell what was answered and what failed`() async throws {
        let store = try RunStore(writing: path)
        let run = makeRun()
        try await store.insert(run, samples: makeSamples(3))
        try await store.insert(makeRun("20261121T100000Z-other-0000"), samples: makeSamples(3))
        try await store.append(makeTrial("s2", "mini"), to: run.id)
        try await store.append(makeFailure("s1", repeat: 1), to: run.id)
        try await store.append(makeTrial("s0"), to: "20261121T100000Z-other-0000")
        #expect(
            try store.finishedKeys(of: run.id) == [
                TrialKey(variant: "mini", sampleID: "s2"): .ok,
                TrialKey(variant: "lead", sampleID: "s1", repeatIndex: 1): .failed,
            ])
    }

    @Test func `samples may come in parts`() async throws {
        let store = try RunStore(writing: path)
        try await store.insert(makeRun(), samples: [])
        let samples = makeSamples(10)
        try await store.insert(samples: Array(samples[..<4]), of: makeRun().id)
        try await store.insert(samples: Array(samples[4...]), of: makeRun().id)
        #expect(try store.samples(of: makeRun().id) == samples)
    }

    @Test func `status and plan of a run change`() async throws {
        let store = try RunStore(writing: path)
        try await store.insert(makeRun(), samples: [])
        try await store.setStatus(.finished, of: makeRun().id, finishedAtMilliseconds: 9_000)
        try await store.setStatus(.invalid, of: makeRun().id)
        try await store.setPlan(["budget_usd": 1.5], of: makeRun().id)
        let run = try store.run(makeRun().id)
        #expect(run.status == .invalid)
        #expect(run.finishedAtMilliseconds == 9_000)
        #expect(run.plan == ["budget_usd": 1.5])
    }
}
