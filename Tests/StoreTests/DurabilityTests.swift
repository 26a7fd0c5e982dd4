import Foundation
import Store
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

struct DurabilityTests {
    let folder: ScratchFolder
    let path: String

    init() throws {
        folder = try ScratchFolder()
        path = folder.path("nexus.db")
    }

    @Test func `a killed writer loses no trial that it was told is stored, and doubles none`() async throws {
        let path = path
        for round in 1...3 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
                let store = try RunStore(writing: path)
                if round == 1 { try await store.insert(makeRun(), samples: makeSamples(3_000)) }
                let acknowledged = open(path + ".acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
                await withTaskGroup { group in
                    for lane in 0..<16 {
                        group.addTask {
                            for index in stride(from: (round - 1) * 1_000 + lane, to: 3_000, by: 16) {
                                do { try await store.append(makeTrial("s\(index)"), to: makeRun().id) } catch {
                                    continue
                                }
                                let line = "s\(index)\n"
                                _ = write(acknowledged, line, line.utf8.count)
                                if index > round * 400 + 16 * lane { kill(getpid(), SIGKILL) }
                            }
                        }
                    }
                }
            }
            let acknowledged = try String(contentsOfFile: path + ".acknowledged", encoding: .utf8)
                .split(separator: "\n").map(String.init)
            let reader = try RunStore(reading: path)
            let stored = try reader.trials(of: makeRun().id).map(\.key.sampleID)
            #expect(Set(stored).count == stored.count)
            #expect(Set(acknowledged).isSubset(of: stored))
            #expect(acknowledged.count >= 16)
            #expect(try reader.run("latest").status == .interrupted)
            reader.close()
        }
    }

    @Test func `many writers at once share batches, and each is told of its own trial`() async throws {
        let store = try RunStore(writing: path)
        try await store.insert(makeRun(), samples: makeSamples(1_500))
        let refused = await withTaskGroup { group in
            for index in 0..<2_000 {
                group.addTask {
                    // Every fourth is stored twice, and a quarter is of no sample.
                    await storeError { try await store.append(makeTrial("s\(index)"), to: makeRun().id) }
                }
                if index.isMultiple(of: 4), index < 1_500 {
                    group.addTask {
                        await storeError { try await store.append(makeTrial("s\(index)"), to: makeRun().id) }
                    }
                }
            }
            var counts: [String: Int] = [:]
            for await error in group {
                switch error {
                case nil: counts["stored", default: 0] += 1
                case .unknownTrial: counts["unknown", default: 0] += 1
                case .alreadyFinished: counts["twice", default: 0] += 1
                default: counts["other", default: 0] += 1
                }
            }
            return counts
        }
        #expect(refused == ["stored": 1_500, "unknown": 500, "twice": 375])
        #expect(try store.summary(of: makeRun().id).trials == 1_500)
    }

    @Test func `a write that the database refuses fails alone, and takes nothing half done with it`() async throws {
        let store = try RunStore(writing: path)
        try await store.insert(makeRun(), samples: makeSamples(40))
        let failures = await withTaskGroup { group in
            for index in 0..<40 {
                group.addTask {
                    var trial = makeTrial("s\(index)")
                    // One measure twice: the second score breaks the primary key after the trial was inserted.
                    if index == 7 { trial.scores += [ScoreRecord(measure: "new", value: 1), trial.scores[0]] }
                    return (index, await storeError { try await store.append(trial, to: makeRun().id) })
                }
            }
            var failures: [Int] = []
            for await (index, error) in group where error != nil { failures.append(index) }
            return failures
        }
        #expect(failures == [7])
        #expect(try store.summary(of: makeRun().id).trials == 39)
        // The measure that the undone transaction had named is named again.
        var trial = makeTrial("s7")
        trial.scores = [ScoreRecord(measure: "new", value: 1)]
        try await store.append(trial, to: makeRun().id)
        #expect(try store.trials(of: makeRun().id)[7] == trial)
    }

    @Test func `a full disk is told as such, and nothing is lost`() async throws {
        let path = path
        await #expect(processExitsWith: .success) { [path = path as String] in
            signal(SIGXFSZ, SIG_IGN)
            let store = try RunStore(writing: path)
            try await store.insert(makeRun(), samples: makeSamples(2_000))
            var limit = rlimit(rlim_cur: 1 << 20, rlim_max: rlim_t.max)
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            var stored = 0
            var failure: StoreError?
            while failure == nil, stored < 2_000 {
                let trial = makeTrial("s\(stored)", output: String(repeating: "x", count: 5_000))
                failure = await storeError { try await store.append(trial, to: makeRun().id) }
                if failure == nil { stored += 1 }
            }
            try #require(failure != nil)
            try #require(try store.summary(of: makeRun().id).trials == stored)
            limit.rlim_cur = rlim_t.max
            setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
            try await store.append(makeTrial("s\(stored)"), to: makeRun().id)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 holds the lock"))
    func `an outside lock of a moment is waited for`() async throws {
        let store = try RunStore(writing: path)
        try await store.insert(makeRun(), samples: makeSamples(1))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            "import sqlite3,sys,time; c=sqlite3.connect(sys.argv[1], isolation_level=None); "
                + "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); time.sleep(1); c.execute('ROLLBACK')",
            path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.availableData
        try await store.append(makeTrial("s0"), to: makeRun().id)
        process.waitUntilExit()
        #expect(try store.summary(of: makeRun().id).trials == 1)
    }
}
