import Foundation
import Testing

/// What a person mistypes in a variable or a model's name is told at once, not trial by trial or as another's fault.
struct MistypedAddressTests {
    @Test(arguments: ["ftp://127.0.0.1/v1", "127.0.0.1:8000/v1"])
    func `an address in a variable is checked as one in the file is`(address: String) async throws {
        try await withBinary { binary in
            var binary = binary
            binary.environment["SIM_BASE_URL"] = address
            try SmallSpec.write(SmallSpec.text(models: "models: [sim/m]"), to: binary)
            let outcome = try binary.run("eval", "spec.yaml", "--quiet", "--out", "out")
            #expect(outcome.status == 2)
            #expect(outcome.lastErrorLine.contains("SIM_BASE_URL"), "\(outcome.error)")
            #expect(outcome.lastErrorLine.contains("http:// or https://"), "\(outcome.error)")
            #expect(!binary.exists("out"))
        }
    }

    @Test func `a provider that is nearly one is asked about, in ask as in a spec`() async throws {
        try await withBinary { binary in
            var binary = binary
            binary.environment["OPENAI_API_KEY"] = ""
            let outcome = try binary.run("ask", "hi", "--model", "opnai/gpt-4o")
            #expect(outcome.status == 2)
            #expect(
                outcome.lastErrorLine.contains("there is no provider 'opnai'; did you mean 'openai'?"),
                "\(outcome.error)")
        }
    }
}
