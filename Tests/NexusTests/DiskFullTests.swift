import Foundation
import Testing

/// A disk that is really full: a small file system of its own, where the system lets us mount one.
struct DiskFullTests {
    private static let script = """
        mkdir -p disk && mount -t tmpfs -o size=1700k none disk || { echo skipped; exit 0; }
        "$NEXUS" eval spec.yaml --store disk/run.db --out out; echo "full: $?"
        "$NEXUS" runs --store disk/run.db --json; echo "read: $?"
        mount -o remount,size=64m disk
        "$NEXUS" eval spec.yaml --store disk/run.db --out out --resume latest; echo "room: $?"
        "$NEXUS" report latest --store disk/run.db --out out --verify; echo "verified: $?"
        """

    @Test func `a full disk ends a run with a plain message, and with room again it is resumed whole`() async throws {
        try await withBinary { binary in
            let filler = String(repeating: "x", count: 280)
            let rows = (0..<3000).map { #"{"id":"s\#($0)","question":"\#(filler) \#($0)","answer":"x"}"# }
            let spec = SmallSpec.text(models: "models: [{id: echo, model: baseline/echo}]")
            try SmallSpec.write(spec, rows: rows, to: binary)
            let output = binary.folder.appending(path: "said")
            _ = FileManager.default.createFile(atPath: output.path, contents: nil)
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/unshare")
            process.arguments = ["--mount", "--map-root-user", "sh", "-c", Self.script]
            process.currentDirectoryURL = binary.folder
            process.environment = ProcessInfo.processInfo.environment.merging(["NEXUS": Binary.path]) { $1 }
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = process.standardOutput
            guard (try? process.run()) != nil else { return print("DiskFullTests: skipped, there is no unshare here") }
            process.waitUntilExit()
            let said = try binary.read("said")
            guard said.contains("full: ") else { return print("DiskFullTests: skipped, no mount here: \(said)") }
            #expect(said.contains("run.db: no space left to write; free some and resume\nfull: 2"), "\(said)")
            #expect(said.contains("read: 0"), "\(said)")
            #expect(said.contains("room: 0"), "\(said)")
            #expect(said.contains("verified: 0"), "\(said)")
        }
    }
}
