import Foundation
import Testing

struct NearestSampleTests {
    @Test func `an unknown sample is refused with the nearest id`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            let outcome = try binary.run("eval", "spec.yaml", "--sample-id", "s77")
            #expect(outcome.status == 2)
            #expect(
                outcome.lastErrorLine == "--sample-id: no sample of data.jsonl has the id 's77'; did you mean 's7'?")
        }
    }
}
