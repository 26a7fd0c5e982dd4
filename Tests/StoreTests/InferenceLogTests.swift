import Chat
import Foundation
import Testing

@testable import Store

@Suite struct InferenceLogTests {
    private static func record(_ number: Int, outcome: InferenceRecord.Outcome = .answered(.stop)) -> InferenceRecord {
        let usage = TokenUsage(
            inputFresh: 10 + number, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, outputText: 5, reasoning: 6)
        return InferenceRecord(
            requestID: "req_\(number)", startedAtMilliseconds: 1_700_000_000_000 + Int64(number), caller: "c0ffee",
            session: number.isMultiple(of: 2) ? "even" : nil, route: "/v1/chat/completions",
            isStreamed: true, modelAsked: "fast", modelAnswered: "gpt-4o-mini-2024", provider: "openai",
            status: outcome.isError ? 502 : 200, outcome: outcome, source: outcome.isError ? nil : .model,
            cache: number.isMultiple(of: 2) ? "hit" : "miss", usage: usage, cost: NanoUSD(1_234),
            latency: .microseconds(51_873), firstToken: .microseconds(9_001), overhead: .microseconds(77), attempts: 2,
            pieces: 17, spans: [Span(stage: "provider", start: .zero, duration: .microseconds(51_000), outcome: "m")])
    }

    @Test func `a row comes back as it was written, and a reader sees it beside the writer`() throws {
        let folder = try ScratchFolder()
        let store = try RunStore(writing: folder.path("gateway.db"))
        let log = InferenceLog(store)
        log.append(Self.record(1))
        log.append(Self.record(2, outcome: .failed(.cut)))
        log.append(Self.record(3, outcome: .answered(.refused)))
        log.append(Self.record(4, outcome: .failed(.refused)))
        log.close()
        #expect(log.health == .init(written: 4))
        let rows = try RunStore(reading: folder.path("gateway.db")).inferences(limit: 10)
        #expect(rows.map(\.number) == [1, 2, 3, 4])
        let first = try #require(rows.first).record
        let written = Self.record(1)
        #expect(first.requestID == written.requestID && first.startedAtMilliseconds == written.startedAtMilliseconds)
        #expect(first.caller == "c0ffee" && first.session == nil && first.route == written.route && first.isStreamed)
        #expect(first.modelAsked == "fast" && first.modelAnswered == "gpt-4o-mini-2024" && first.provider == "openai")
        #expect(first.usage == written.usage && first.cost == written.cost && first.source == .model)
        #expect(first.latency == written.latency && first.firstToken == written.firstToken)
        #expect(first.overhead == written.overhead && first.attempts == 2 && first.pieces == 17)
        #expect(first.spans == written.spans && first.prompt == nil && first.answer == nil)
        #expect(rows.map(\.record.outcome) == [
            .answered(.stop), .failed(.cut), .answered(.refused), .failed(.refused),
        ])
    }

    @Test func `filters let through what they say, the newest of it`() throws {
        let folder = try ScratchFolder()
        let store = try RunStore(writing: folder.path("gateway.db"))
        let log = InferenceLog(store)
        for number in 1...20 { log.append(Self.record(number, outcome: number == 7 ? .failed(.timeout) : .answered(.stop))) }
        log.close()
        func numbers(_ limit: Int = 100, _ change: (inout InferenceFilter) -> Void) throws -> [Int64] {
            var filter = InferenceFilter()
            change(&filter)
            return try store.inferences(matching: filter, limit: limit).map(\.number)
        }
        #expect(try numbers(3) { _ in } == [18, 19, 20])
        #expect(try numbers(2) { $0.after = 5 } == [6, 7])
        #expect(try numbers { $0.isError = true } == [7])
        #expect(try numbers { $0.outcome = "timeout" } == [7])
        #expect(try numbers { $0.statuses = 500...599 } == [7])
        #expect(try numbers(2) { $0.isCacheHit = true } == [18, 20])
        #expect(try numbers { $0.sinceMilliseconds = 1_700_000_000_019 } == [19, 20])
        #expect(try numbers { $0.untilMilliseconds = 1_700_000_000_003 } == [1, 2])
        #expect(try numbers(1) { $0.model = "gpt-4o-mini-2024" } == [20])
        #expect(try numbers(1) { $0.model = "fast" } == [20])
        #expect(try numbers { $0.provider = "anthropic" } == [])
        #expect(try numbers(1) { $0.session = "even" } == [20])
        #expect(try numbers { $0.caller = "x' OR 1=1 --" } == [])
        #expect(try numbers { $0.requestID = "req_9" } == [9])
    }

    @Test(
        .timeLimit(.minutes(1)),
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "python3 holds the lock"))
    func `a locked database makes rows wait, what has no room is counted, and all is well afterwards`() throws {
        let folder = try ScratchFolder()
        let path = folder.path("gateway.db")
        let store = try RunStore(writing: path)
        let changes = Locked<[InferenceLog.Health]>([])
        let log = InferenceLog(store, capacity: 10) { health in changes.withLock { $0.append(health) } }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            "-c",
            "import sqlite3,sys; c=sqlite3.connect(sys.argv[1], isolation_level=None); "
                + "c.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read(); c.execute('ROLLBACK')",
            path,
        ]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        _ = output.fileHandleForReading.availableData
        let begin = ContinuousClock.now
        for number in 1...25 { log.append(Self.record(number)) }
        #expect(ContinuousClock.now - begin < .milliseconds(200), "nobody waits for the database")
        #expect(log.health.waiting == 10 && log.health.lost == 15)
        // The store waits 5 s for the lock before it gives up.
        while changes.withLock({ $0.isEmpty }) { usleep(20_000) }
        #expect(changes.withLock { $0.first?.fault } == .locked(path: store.path))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        while log.health.written < 10 { usleep(20_000) }
        #expect(log.health == .init(written: 10, waiting: 0, lost: 15))
        #expect(changes.withLock { $0.map { $0.fault == nil } } == [false, true])
        log.append(Self.record(26))
        log.close()
        #expect(log.health.written == 11)
    }
}
