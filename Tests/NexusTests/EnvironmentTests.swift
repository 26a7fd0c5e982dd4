import Chat
import Foundation
import Testing

/// Variables of the environment that are no provider's.
struct EnvironmentTests {
    @Test(arguments: [["runs"], ["ask", "hi", "--model", "baseline/echo"], ["eval", "spec.yaml"], ["report", "latest"]])
    func `a store of another scheme is told once by every command that reads it`(arguments: [String]) async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            var binary = binary
            #expect(try binary.run("eval", "spec.yaml", "--quiet").status == 0)
            binary.environment["DATABASE_URL"] = "postgres://user:secret@db/nexus"
            let outcome = try binary.run(arguments)
            #expect(outcome.status == 0, "\(outcome.error)")
            let warnings = outcome.error.split(separator: "\n").filter { $0.contains("DATABASE_URL") }
            #expect(
                warnings == [
                    "warning: DATABASE_URL is ignored: found the scheme 'postgres'; expected sqlite: or a path"
                ])
            #expect(!outcome.error.contains("secret"))
        }
    }

    private static func stages(_ binary: Binary) throws -> [String?] {
        let reply = try binary.run("ask", "hi", "--model", "baseline/echo", "--json")
        #expect(reply.status == 0, "\(reply.error)")
        return (reply.json?["stages"]?.arrayValue ?? []).map { $0["stage"]?.stringValue }
    }

    @Test func `the cache of the default pipeline is switched by its variable, which stands over the file`()
        async throws
    {
        try await withBinary { binary in
            var binary = binary
            #expect(try !Self.stages(binary).contains("cache"))
            binary.environment["CACHE_TTL_SECONDS"] = "60"
            #expect(try !Self.stages(binary).contains("cache"), "a limit alone switches nothing on")
            binary.environment["CACHE_ENABLED"] = "true"
            binary.environment["CACHE_MAX_SIZE"] = "5"
            #expect(try Self.stages(binary).contains("cache"))
            try binary.write("pipeline: {cache: {mode: off, ttl_seconds: 5}}\n", to: "nexus.yaml")
            #expect(try Self.stages(binary).contains("cache"))
            try binary.write("pipeline: {cache: exact}\n", to: "nexus.yaml")
            try binary.write("CACHE_ENABLED=false\n", to: ".env")
            #expect(try Self.stages(binary).contains("cache"), "the environment stands over .env")
            binary.environment["CACHE_ENABLED"] = "0"
            #expect(try !Self.stages(binary).contains("cache"))
            binary.environment = [:]
            #expect(try !Self.stages(binary).contains("cache"), ".env stands over the file")
        }
    }
}
