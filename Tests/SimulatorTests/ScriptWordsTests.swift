import Chat
import Foundation
import Testing

@testable import Simulator

/// Faults of scripts and of what stands beside them, told with their place.
@Suite struct ScriptWordsTests {
    /// What reading a script says, with the files that stand beside it; folders are cut from its own name.
    private func complaint(_ script: [UInt8], beside files: [String: String] = [:]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("script-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
        let path = folder.appendingPathComponent("s.yaml").path
        try Data(script).write(to: URL(fileURLWithPath: path))
        do throws(ScriptError) {
            _ = try SimulatorScript.read(file: path)
            return "no error"
        } catch {
            return error.description.replacing(folder.path + "/", with: "")
        }
    }

    private static let lookup = Array("models: {m: {answer: {lookup: t.jsonl}}}\n".utf8)

    @Test func `a script that is no UTF-8 is refused by name`() throws {
        #expect(try complaint([0x73, 0xFF, 0x0A]) == "s.yaml: the file is not UTF-8 text")
    }

    @Test func `a table of answers that is not there is told with the place that names it and the nearest file`() throws
    {
        #expect(
            try complaint(Self.lookup, beside: ["tt.jsonl": "{}"])
                == "s.yaml:1:31: lookup cannot be used:\nt.jsonl: no such file; did you mean \"tt.jsonl\"?")
    }

    @Test func `every row of a table that is no answer is told with its line`() throws {
        let rows = #"{"prompt":"a"}"# + "\n" + #"{"answer":"b"}"# + "\n" + #"{"prompt":1,"answer":"c"}"# + "\n"
        #expect(
            try complaint(Self.lookup, beside: ["t.jsonl": rows]).split(separator: "\n") == [
                "s.yaml:1:31: lookup cannot be used:",
                #"t.jsonl:1: there is no 'answer'; a row is {"prompt": …, "answer": …}"#,
                #"t.jsonl:2: there is no 'prompt'; a row is {"prompt": …, "answer": …}"#,
                "t.jsonl:3: 'prompt' must be a string, found a number",
            ])
    }

    @Test func `a prompt that no table and a model that no script has are told to the client`() async throws {
        let table = AnswerTable(["sky": "blue"])
        var script = SimulatorScript()
        script.models = ["m": ModelScript(answer: .lookup(table))]
        try await withSimulator(script) { simulation in
            let unknown = await Socket.ask("m", "sea", port: simulation.port)
            #expect(unknown.status == 404)
            let prompt = try JSONValue.parse(unknown.body)["error"]?["message"]
            #expect(prompt == "the script's answer table has no such prompt")
            let missing = await Socket.ask("nobody", "sky", port: simulation.port)
            #expect(missing.status == 404)
            let model = try JSONValue.parse(missing.body)["error"]?["message"]
            #expect(model == "the script has no model 'nobody' and no defaults")
        }
    }
}
