import Chat
import Experiments

/// `CACHE_ENABLED`, `CACHE_TTL_SECONDS` and `CACHE_MAX_SIZE`: the cache of the standard pipeline, over what the
/// configuration says of it.
struct EnvironmentCache {
    private let enabled: Bool?
    private let members: [JSONValue.Member]

    /// - Throws: `CommandFailure` naming the variable and what to write.
    init(_ variables: [String: String]) throws {
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        enabled = try value("CACHE_ENABLED").map { text in
            switch text.lowercased() {
            case "true", "1", "yes", "on": true
            case "false", "0", "no", "off": false
            default: throw CommandFailure.usage("CACHE_ENABLED: found '\(text)'; expected true or false")
            }
        }
        var members: [JSONValue.Member] = []
        if let text = value("CACHE_TTL_SECONDS") {
            guard let seconds = Double(text), (0.001...86_400).contains(seconds) else {
                throw CommandFailure.usage("CACHE_TTL_SECONDS: found '\(text)'; expected seconds, 0.001 to 86400")
            }
            members.append(.init(key: "ttl_seconds", value: .number(seconds)))
        }
        if let text = value("CACHE_MAX_SIZE") {
            guard let count = Int(text), (1...100_000_000).contains(count) else {
                throw CommandFailure.usage("CACHE_MAX_SIZE: found '\(text)'; expected entries, 1 to 100000000")
            }
            members.append(.init(key: "max_entries", value: .number(count)))
        }
        self.members = members
    }

    /// The variables over the pipeline's own setting, which keeps its mode. Without `CACHE_ENABLED` they change a cache
    /// that is on.
    func apply(to pipeline: inout EvalPipeline) {
        let written = pipeline.setting(of: "cache")
        let isOn = pipeline.hasCache
        if enabled == false {
            pipeline.stages.append(StageSetting(stage: "cache", setting: "off"))
        } else if enabled == true || isOn {
            guard !isOn || !members.isEmpty else { return }
            let own = (written?.objectValue ?? []).filter { member in
                member.key != "mode" && !members.contains { $0.key == member.key }
            }
            let word = written?.stringValue ?? written?["mode"]?.stringValue
            let mode = JSONValue.Member(key: "mode", value: isOn && word == "semantic" ? "semantic" : "exact")
            pipeline.stages.append(StageSetting(stage: "cache", setting: .object([mode] + own + members)))
        }
    }
}
