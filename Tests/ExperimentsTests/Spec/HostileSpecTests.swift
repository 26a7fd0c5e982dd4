import Chat
import Experiments
import Foundation
import Testing

@Suite struct HostileSpecTests {
    private func fault(_ bytes: [UInt8]) -> String? {
        do throws(SpecError) {
            _ = try SpecDocument.parse(bytes, file: "x.yaml")
            return nil
        } catch {
            return error.description
        }
    }

    private func fault(_ text: String) -> String? { fault(Array(text.utf8)) }

    @Test func `a bomb of nested aliases is refused before it is built`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect(
            fault(text)?.hasSuffix(
                "more than 1000000 values with every alias expanded; put the samples into a file of their own: "
                    + "dataset: {path: …}") == true)
    }

    @Test(.timeLimit(.minutes(1))) func `a bomb in a key, in a merge and with redefined anchors is refused too`() {
        var merges = "a0: &a0 {k: v}\n"
        var again = "- &a [x, x]\n"
        var keys = "- &a0 [x, x]\n"
        for level in 1...60 {
            merges += "a\(level): &a\(level) {<<: [*a\(level - 1), *a\(level - 1)], l\(level): {<<: *a\(level - 1)}}\n"
            again += "- &a [*a, *a]\n"
            keys += "- &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
        }
        for text in [merges, again, again + "- ? *a\n  : x\n", keys + "- ? *a60\n  : x\n"] {
            #expect(fault(text)?.contains("with every alias expanded") == true)
        }
    }

    @Test func `aliases that people write are far below the limit`() {
        var text = "base: &base {temperature: 0, max_tokens: 10}\nmodels:\n"
        for index in 0..<2000 { text += "  - {<<: *base, id: m\(index)}\n" }
        #expect(fault(text) == nil)
    }

    @Test(arguments: [
        String(repeating: "[", count: 100_000), String(repeating: "{a: ", count: 100_000),
        String(repeating: "- ", count: 100_000),
        String(repeating: "[", count: 70) + String(repeating: "]", count: 70),
        (0..<200).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
        String(repeating: "[{a: ", count: 5000), String(repeating: "!!seq [", count: 5000),
    ])
    func `deep nesting is a message, not a crash`(text: String) throws {
        let message = try #require(fault(text))
        #expect(message.contains("nested deeper than 64 levels"))
    }

    @Test func `keys inside of keys are refused, questions in a text are not`() {
        let nested = String(repeating: "? ", count: 300) + "[" + String(repeating: "a,", count: 400_000) + "a]"
        #expect(fault(nested) == "x.yaml:1:129: more than 64 keys that begin with '?'; write KEY: VALUE")
        #expect(fault("? a\n: b\n") == nil)
        #expect(fault("text: |\n" + String(repeating: "  Pourquoi ? Parce que.\n", count: 500)) == nil)
    }

    @Test func `sixty-four levels are taken, sixty-five are not`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth - 1) + "x" + String(repeating: "]", count: depth - 1)
        }
        #expect(fault(nested(64)) == nil)
        #expect(fault(nested(65)) == "x.yaml:1:65: nested deeper than 64 levels")
    }

    @Test func `invalid UTF-8 is refused with its line and column`() {
        #expect(
            fault(Array("name: é\nb: ".utf8) + [0xFF, 0x0A])
                == "x.yaml:2:4: invalid UTF-8, found the byte 0xFF; save the file as UTF-8")
        #expect(
            fault([0xC3]) == "x.yaml:1:1: invalid UTF-8, found the byte 0xC3; save the file as UTF-8")
        #expect(fault([0xFF, 0xFE, 0x61, 0x00])?.hasPrefix("x.yaml:1:1: invalid UTF-8") == true, "UTF-16")
    }

    @Test(arguments: [0, 1, 8, 0x1B, 0x7F] as [UInt8])
    func `control characters are refused with their place`(byte: UInt8) {
        #expect(fault(Array("a: b\r\nc: ".utf8) + [byte])?.hasPrefix("x.yaml:2:4: the control character U+") == true)
    }

    @Test func `what YAML alone refuses has a line`() {
        #expect(fault("a: b\nc: \u{80}\n") == "x.yaml:2: not valid YAML: control characters are not allowed (U+80)")
        #expect(fault("a: b\n c: d\n")?.hasPrefix("x.yaml:2:3: not valid YAML: ") == true)
        #expect(fault("a: \"b\nc: d\n")?.hasPrefix("x.yaml:") == true)
        #expect(fault("%YAML 9.9\n---\na: b\n")?.hasPrefix("x.yaml:1:1: not valid YAML: ") == true)
    }

    @Test func `a byte order mark, CRLF and no last line end are taken as they come`() throws {
        let document = try SpecDocument.parse([0xEF, 0xBB, 0xBF] + Array("a: b\r\nc:\r\n  - d".utf8), file: "x")
        #expect(document.root.json == ["a": "b", "c": ["d"]])
    }

    @Test func `too many values are refused without aliases too, and quickly`() throws {
        let text = "samples: [" + String(repeating: "a,", count: 2_000_000) + "a]"
        let start = ContinuousClock.now
        #expect(try #require(fault(text)).contains("more than 1000000 values"))
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func `a file over the limit is refused without reading on`() throws {
        let large = [UInt8](repeating: 0x20, count: SpecDocument.maximumBytes + 1)
        #expect(
            fault(large) == "x.yaml: larger than 8 MiB; put the samples into a file of their own: dataset: {path: …}")
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("nexus-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(FileManager.default.createFile(atPath: file.path, contents: nil))
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 4 << 30)
        try handle.close()
        let error = try #require(throws: SpecError.self) { _ = try SpecDocument.read(path: file.path) }
        #expect(
            error.description.hasSuffix(
                "larger than 8 MiB; put the samples into a file of their own: dataset: {path: …}"))
    }

    @Test func `a missing file, a folder and an unreadable name are messages`() throws {
        let folder = FileManager.default.temporaryDirectory.path
        for (path, message) in [
            ("/nowhere/x.yaml", "/nowhere/x.yaml: there is no such file"),
            (folder, folder + ": found a folder; expected a YAML or JSON file"),
        ] {
            let error = try #require(throws: SpecError.self) { _ = try SpecDocument.read(path: path) }
            #expect(error.description == message)
        }
    }

    /// A property: whatever bytes come, the reader ends in a spec or in faults that name the file, and never in a
    /// crash.
    @Test func `mutated specs end in faults or in a spec`() {
        let seed = Array(AcceptedSpecTests.example.utf8)
        let pieces = [
            "&a ", "*a", "<<: ", "- ", "? ", ": ", "{", "}", "[", "]", "\"", "'", "|\n", ">-\n", "\t", "\n", "!!", "#",
            "\u{0}", "%", "---\n", "...\n", "é", "1e999", "-", "~", "{{",
        ]
        var state: UInt64 = 7
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var refused = 0
        for _ in 0..<400 {
            var bytes = seed
            for _ in 0...random(4) {
                let place = random(bytes.count)
                switch random(4) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(contentsOf: Array(pieces[random(pieces.count)].utf8), at: place)
                case 2: bytes[place] = UInt8(random(256))
                default: bytes.removeSubrange(place..<min(bytes.count, place + random(40)))
                }
            }
            do throws(SpecError) {
                _ = try SpecReader(vocabulary: SpecFixtures.vocabulary).parse(bytes, file: "x.yaml").hash
            } catch {
                refused += 1
                #expect(!error.faults.isEmpty && error.faults.allSatisfy { $0.file == "x.yaml" && !$0.message.isEmpty })
            }
        }
        #expect(refused > 100)
    }
}
