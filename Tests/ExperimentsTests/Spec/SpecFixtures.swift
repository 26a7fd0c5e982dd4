import Chat
import Experiments
import Foundation
import Scoring

/// What the tests of specs share: the names that a build knows, and short ways to read a spec.
enum SpecFixtures {
    static let vocabulary = Vocabulary(
        metrics: Metrics.all,
        stages: [
            StageKind("sanitize", words: ["on"], settings: [.init("max_prompt_characters", .integer(1...Int.max))]),
            StageKind(
                "cache", words: ["exact"],
                settings: [.init("mode", .word(["off", "exact"])), .init("ttl_seconds", .integer(1...1_000_000))]),
            StageKind(
                "retry",
                settings: [.init("max_attempts", .integer(1...10)), .init("timeout_seconds", .number(0...3600))],
                isDefault: true),
        ],
        pipelines: [EvalPipeline(id: "lean", stages: [.init(stage: "cache", setting: "off")])],
        providers: ["anthropic", "baseline", "ollama", "openai", "recorded"], aliases: ["fast"],
        baselines: ["lead-1", "lead-3", "echo"])

    /// A whole spec with these lines in place of, or besides, its own.
    static func spec(
        name: String = "name: t", dataset: String = "samples: [{id: a, q: x, answer: b}]",
        prompts: String = "prompts: ['{{q}}']", models: String = "models: [baseline/echo]",
        metrics: String = "metrics: [exact_match]", also: String = ""
    ) -> String {
        [name, dataset, prompts, models, metrics, also].joined(separator: "\n") + "\n"
    }

    static func read(_ text: String, file: String = "spec.yaml") throws(SpecError) -> EvalSpec {
        try SpecReader(vocabulary: vocabulary).parse(text, file: file)
    }

    /// The lines of the error that a spec ends in; empty where it is accepted.
    static func faults(_ text: String) -> [String] {
        do throws(SpecError) {
            _ = try read(text)
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    /// Reads a dataset written to a file of its own beside a spec.
    static func dataset(
        _ bytes: [UInt8], fileName: String = "data.jsonl", fields: String = "", also: String = "",
        prompts: String = "prompts: ['{{q}}']", overrides: SpecOverrides = SpecOverrides()
    ) throws -> Dataset {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nexus-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(bytes).write(to: folder.appendingPathComponent(fileName))
        let spec = try read(
            spec(dataset: "dataset: {path: \(fileName)\(fields)}", prompts: prompts, also: also),
            file: folder.path + "/spec.yaml")
        return try DatasetReader(spec: try spec.applying(overrides), vocabulary: vocabulary).read()
    }

    static func dataset(
        _ text: String, fileName: String = "data.jsonl", fields: String = "", also: String = "",
        prompts: String = "prompts: ['{{q}}']", overrides: SpecOverrides = SpecOverrides()
    ) throws -> Dataset {
        try dataset(
            Array(text.utf8), fileName: fileName, fields: fields, also: also, prompts: prompts, overrides: overrides)
    }

    /// The faults of a dataset, with folders cut from file names.
    static func datasetFaults(
        _ bytes: [UInt8], fileName: String = "data.jsonl", fields: String = "", also: String = "",
        prompts: String = "prompts: ['{{q}}']", overrides: SpecOverrides = SpecOverrides()
    ) -> [String] {
        do {
            _ = try dataset(
                bytes, fileName: fileName, fields: fields, also: also, prompts: prompts, overrides: overrides)
            return []
        } catch let error as SpecError {
            return error.faults.map { fault in
                fault.description.replacing(/(\/[^\s:\/]+)+\/(?<name>[^\s:\/]+)/) { String($0.output.name) }
            }
        } catch {
            return ["\(error)"]
        }
    }
}
