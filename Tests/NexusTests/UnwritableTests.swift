import Foundation
import Testing

/// Places that take no report, told in words before anything is asked.
struct UnwritableTests {
    private static let link =
        "link: is a symbolic link; reports are not written through links: name the folder itself"

    @Test func `a place that takes no report is told with the reason`() async throws {
        try await withBinary { binary in
            try SmallSpec.write(to: binary)
            try binary.write("x", to: "file")
            try FileManager.default.createSymbolicLink(
                atPath: binary.folder.appending(path: "link").path, withDestinationPath: binary.folder.path)
            for (place, message) in [
                ("file", "--out: file: is no folder that can be opened: Not a directory"),
                ("file/below", "--out: file/below: cannot be made: Not a directory"), ("link", "--out: \(Self.link)"),
            ] {
                let outcome = try binary.run("eval", "spec.yaml", "--out", place)
                #expect(outcome.status == 2)
                #expect(outcome.error == message + "\n")
                #expect(outcome.output == "")
                #expect(try binary.run("runs", "--json").output == "{\"runs\":[]}\n")
            }
        }
    }
}
