import Chat
import Foundation
import Store
import Testing

/// The background jobs of `nexus serve`.
@Suite(.serialized) struct JobsTests {
    private static func inference(_ id: String, at time: Int64) -> InferenceRecord {
        InferenceRecord(
            requestID: id, startedAtMilliseconds: time, caller: nil, route: "/v1/chat/completions", operation: .chat,
            isStreamed: false, modelAsked: "m", status: 200, outcome: .answered(.stop), cache: "off", latency: .zero,
            overhead: .zero, attempts: 1, pieces: 0, spans: [])
    }

    /// Waits until something holds, at most ten seconds.
    private static func wait(for condition: () throws -> Bool) async throws -> Bool {
        for _ in 0..<200 {
            if try condition() { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    @Test(.timeLimit(.minutes(2)))
    func `a server takes up what an earlier one was at, and keeps no rows beyond their time`() async throws {
        try await withBinary { binary in
            let path = binary.folder.appending(path: "old.db").path
            let store = try RunStore(writing: path)
            let log = InferenceLog(store)
            let now = Int64(Date().timeIntervalSince1970 * 1000)
            log.append(Self.inference("old", at: now - 10 * 86_400_000))
            log.append(Self.inference("new", at: now))
            log.close()
            let job = JobRecord(
                id: "job_1", kind: "embed", payload: ["collection": "dogs"], createdAtMilliseconds: now)
            _ = try await store.enqueue(job)
            _ = try await store.claimJob(lease: "dead", until: now + 3_600_000, nowMilliseconds: now)
            store.close()
            let configuration = "log: {retention_days: 5}"
            try await withServed(configuration, ["--store", path]) { (served: Served) async throws in
                let reader = try RunStore(reading: path)
                let isTaken = try await Self.wait { try reader.job("job_1")?.state == .failed }
                #expect(isTaken, "though its lease had an hour left")
                #expect(try reader.job("job_1")?.attempts == 2)
                #expect(try reader.job("job_1")?.error?.hasPrefix("there is no collection 'dogs'") == true)
                #expect(try await served.waitForLog("a background job failed"))
                let isGone = try await Self.wait { try reader.inferences(limit: 10).map(\.record.requestID) == ["new"] }
                #expect(isGone)
                let kinds = try reader.jobs(limit: 10).map(\.kind)
                #expect(Set(kinds) == ["embed", "cache_cleanup", "retention"])
                reader.close()
            }
        }
    }

    static let faults: [(String, String)] = [
        ("log: {retention_days: 0}", "log.retention_days: found '0'"),
        ("training: {min_feedbak: 3}", "unknown key 'min_feedbak'; did you mean 'min_feedback'?"),
        ("training: {fine_tune: {provider: openai}}", "the key 'model' is missing"),
    ]

    @Test(arguments: faults.indices)
    func `faulty settings are told with their place`(index: Int) throws {
        let (text, message) = Self.faults[index]
        let folder = FileManager.default.temporaryDirectory.appending(path: "nexus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let binary = Binary(folder: folder)
        try binary.write(text, to: "nexus.yaml")
        let outcome = try binary.run("serve", "--port", "0")
        #expect(outcome.status == 2 && outcome.error.contains(message), "\(outcome.error)")
    }
}
