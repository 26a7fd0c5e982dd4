import Foundation
import Testing

/// An empty choice is a slip, not the whole.
struct EmptyChoiceTests {
    @Test(arguments: [["--variants", ","], ["--variants", ""]])
    func `a list of variants that names none is refused`(flags: [String]) async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            let outcome = try binary.run(["eval", "spec.yaml"] + flags)
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine.contains("--variants: found no name"), "\(outcome.error)")
            #expect(!binary.exists("reports"))
        }
    }
}
