import Foundation
import Store
import Testing

struct VectorTests {
    let folder: ScratchFolder
    let store: RunStore
    let run = makeRun()

    init() async throws {
        folder = try ScratchFolder()
        store = try RunStore(writing: folder.path("nexus.db"))
        try await store.insert(run, samples: makeSamples(1))
    }

    private static func sparse() -> [Float] {
        var values = [Float](repeating: 0, count: 4096)
        values[0] = -0.5
        values[4095] = 1e-7
        return values
    }

    @Test(arguments: [[1, -2.5, 3], [], [0, 0, 0], sparse()] as [[Float]])
    func `a vector comes back as it was, dense or sparse`(values: [Float]) async throws {
        try await store.keep([StoredVector(model: "m", textHash: [1, 2], values: values)], for: run.id)
        #expect(try store.vectors(of: [[1, 2], [9]], model: "m", for: run.id) == [[1, 2]: values])
        #expect(try store.vectors(of: [[1, 2]], model: "other", for: run.id).isEmpty)
    }

    @Test func `a vector that is there already stays`() async throws {
        try await store.keep([StoredVector(model: "m", textHash: [1], values: [1])], for: run.id)
        try await store.keep([StoredVector(model: "m", textHash: [1], values: [2])], for: run.id)
        #expect(try store.vectors(of: [[1]], model: "m", for: run.id) == [[1]: [1]])
    }

    @Test func `vectors of an unknown run are refused`() async throws {
        let error = await storeError { try await store.keep([], for: "none") }
        #expect(error == .noSuchRun("none", nearest: []))
    }
}
