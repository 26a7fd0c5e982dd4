import Chat
import Foundation
import Yams

extension SimulatorScript {
    /// Reads a script from YAML or JSON, whole: every fault is told, with its line, what was found and the nearest
    /// key.
    ///
    /// ```yaml
    /// seed: 7
    /// defaults: {latency_ms: 50}
    /// models:
    ///   fast: {answer: echo}
    ///   slow: {ttft_ms: {dist: lognormal, median: 300, sigma: 0.4}, itl_ms: 20, answer: {fixed: "Forty-two."}}
    ///   poor: {answer: {lookup: answers.jsonl}, errors: [{kind: rate_limit, first: 2, retry_after: 1}]}
    /// ```
    /// - Parameters:
    ///   - text: the script.
    ///   - file: its path, for messages and for finding the files of `lookup`, which are relative to its folder.
    /// - Throws: `ScriptError` with all findings.
    public static func parse(text: String, file: String) throws(ScriptError) -> SimulatorScript {
        var reader = ScriptReader(file: file)
        let script = try reader.script(text)
        guard reader.notes.findings.isEmpty else { throw ScriptError(reader.notes.findings) }
        return script
    }

    /// Reads the script in `file`.
    /// - Throws: `ScriptError`, also where there is no such file or it is not UTF-8.
    public static func read(file: String) throws(ScriptError) -> SimulatorScript {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw ScriptError([.init(file: file, message: "there is no such file, or it may not be read")])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ScriptError([.init(file: file, message: "the file is not UTF-8 text")])
        }
        return try parse(text: text, file: file)
    }
}

/// The script's keys and what each takes.
private struct ScriptReader {
    var notes: ScriptNotes

    init(file: String) { notes = ScriptNotes(file: file) }

    static let modelKeys = ["answer", "errors", "itl_ms", "latency_ms", "tokens", "ttft_ms"]
    static let ruleKeys = ["first", "kind", "nth", "per", "rate", "retry_after"]

    mutating func script(_ text: String) throws(ScriptError) -> SimulatorScript {
        guard let root = try compose(text), !ScriptNotes.isNothing(root) else { return SimulatorScript() }
        let keys = ["defaults", "models", "seed"]
        guard let members = notes.members(of: root, keys: keys, what: "the script") else { return SimulatorScript() }
        var script = SimulatorScript()
        if let node = members["seed"] { script.seed = UInt64(notes.count(node, 0...Int.max, what: "seed") ?? 0) }
        if let node = members["defaults"] { script.defaults = model(node, ModelScript(), what: "defaults") }
        if let node = members["models"] { script.models = models(node, defaults: script.defaults ?? ModelScript()) }
        return script
    }

    private func compose(_ text: String) throws(ScriptError) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw ScriptError([finding(error)])
        } catch {
            throw ScriptError([.init(file: notes.file, message: "not YAML: \(error)")])
        }
    }

    private func finding(_ error: YamlError) -> ScriptError.Finding {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .init(file: notes.file, line: mark.line, column: mark.column, message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            .init(
                file: notes.file, line: context.mark.line, column: context.mark.column,
                message: "'\(ScriptNotes.list(duplicates))' stands twice in this mapping; keep one")
        case .reader(let problem, _, _, _), .writer(let problem), .emitter(let problem), .representer(let problem):
            .init(file: notes.file, message: "not YAML: \(problem)")
        case .no, .memory, .dataCouldNotBeDecoded:
            .init(file: notes.file, message: "not YAML")
        }
    }

    private mutating func models(_ node: Node, defaults: ModelScript) -> [String: ModelScript] {
        guard let mapping = node.mapping else {
            notes.note("models must be a mapping of names, found \(ScriptNotes.name(node))", at: node)
            return [:]
        }
        var models: [String: ModelScript] = [:]
        for (key, value) in mapping {
            guard let name = notes.text(key, what: "a model's name") else { continue }
            models[name] = model(value, defaults, what: "model '\(ScriptNotes.shown(name))'")
        }
        return models
    }

    /// A model's script: what `node` says, and `defaults` for the rest.
    private mutating func model(_ node: Node, _ defaults: ModelScript, what: String) -> ModelScript {
        guard !ScriptNotes.isNothing(node),
            let members = notes.members(of: node, keys: ScriptReader.modelKeys, what: what)
        else { return defaults }
        var model = defaults
        if let node = members["latency_ms"] { model.latency = delay(node, what: "latency_ms") }
        if let node = members["ttft_ms"] { model.firstToken = delay(node, what: "ttft_ms") }
        if let node = members["itl_ms"] { model.interToken = delay(node, what: "itl_ms") }
        if let node = members["answer"] { model.answer = answer(node) }
        if let node = members["tokens"] { model.tokens = notes.count(node, 0...10_000_000, what: "tokens") }
        if let node = members["errors"] { model.faults = rules(node) }
        return model
    }

    private mutating func delay(_ node: Node, what: String) -> Delay? {
        guard let mapping = node.mapping else {
            return notes.number(node, 0...Delay.longest, what: what).map { .constant($0) }
        }
        let names = Delay.distributions.map(\.name)
        guard let named = mapping["dist"] else {
            notes.note("\(what) needs 'dist': one of \(ScriptNotes.list(names))", at: node)
            return nil
        }
        guard let kind = Delay.distributions.first(where: { $0.name == named.scalar?.string }) else {
            notes.unknown(named, in: names, what: "distribution", place: what)
            return nil
        }
        guard let members = notes.members(of: node, keys: ["dist"] + kind.keys, what: what) else { return nil }
        var values: [Double] = []
        for key in kind.keys {
            guard let member = members[key] else {
                notes.note("\(what) with dist: \(kind.name) needs '\(key)'", at: node)
                continue
            }
            let most = key == "sigma" ? 10 : Delay.longest
            values.append(notes.number(member, 0...most, what: "\(what).\(key)") ?? 0)
        }
        return values.count == kind.keys.count ? kind.make(values) : nil
    }

    private mutating func answer(_ node: Node) -> ScriptedAnswer {
        let remedy = "write echo, {fixed: TEXT} or {lookup: FILE.jsonl}"
        if let word = node.scalar?.string {
            if word == "echo" { return .echo }
            notes.note("unknown answer \(ScriptNotes.name(node)); \(remedy)", at: node)
            return .echo
        }
        guard let members = notes.members(of: node, keys: ["fixed", "lookup"], what: "answer") else { return .echo }
        if members.count > 1 { notes.note("answer takes one of fixed and lookup, found both", at: node) }
        if let fixed = members["fixed"] {
            return notes.text(fixed, what: "answer.fixed").map { .fixed($0) } ?? .echo
        }
        guard let lookup = members["lookup"] else {
            if node.mapping?.isEmpty == true { notes.note("answer says nothing; \(remedy)", at: node) }
            return .echo
        }
        return notes.text(lookup, what: "answer.lookup").flatMap { table($0, at: lookup) } ?? .echo
    }

    private mutating func table(_ path: String, at node: Node) -> ScriptedAnswer? {
        let folder = URL(fileURLWithPath: notes.file).deletingLastPathComponent()
        let full = path.hasPrefix("/") ? path : folder.appendingPathComponent(path).path
        do {
            return .lookup(try AnswerTable.read(path: full, name: path))
        } catch {
            notes.note("lookup cannot be used:", at: node)
            notes.add(error)
            return nil
        }
    }

    private mutating func rules(_ node: Node) -> [FaultRule] {
        guard let items = node.sequence else {
            let found = ScriptNotes.name(node)
            if !ScriptNotes.isNothing(node) {
                notes.note("errors must be a list of {kind, rate | nth | first}, found \(found)", at: node)
            }
            return []
        }
        return items.compactMap { rule($0) }
    }

    private mutating func rule(_ node: Node) -> FaultRule? {
        guard let members = notes.members(of: node, keys: ScriptReader.ruleKeys, what: "an error") else { return nil }
        let condition = condition(members, at: node)
        var count = FaultRule.Count.model
        if let per = members["per"] {
            if let found = per.scalar.flatMap({ FaultRule.Count(rawValue: $0.string) }) {
                count = found
            } else {
                notes.unknown(per, in: FaultRule.Count.allCases.map(\.rawValue), what: "count", place: "per")
            }
        }
        guard let kind = members["kind"] else {
            notes.note("an error needs 'kind'", at: node)
            return nil
        }
        guard let fault = kind.scalar.flatMap({ Fault.named($0.string) }) else {
            let place = "an error (or a status from 400 to 599)"
            notes.unknown(kind, in: Fault.all.map(\.name), what: "kind", place: place)
            return nil
        }
        let retryAfter = members["retry_after"].flatMap { self.retryAfter($0, fault) }
        return FaultRule(fault, condition, count: count, retryAfter: retryAfter)
    }

    private mutating func condition(_ members: [String: Node], at node: Node) -> FaultRule.Condition {
        let found = ["first", "nth", "rate"].filter { members[$0] != nil }
        if found.count > 1 {
            notes.note("an error takes one of rate, nth and first, found \(found.joined(separator: " and "))", at: node)
        }
        if let node = members["rate"] { return .rate(notes.number(node, 0...1, what: "rate") ?? 0) }
        if let node = members["nth"] { return .nth(notes.count(node, 1...Int.max, what: "nth") ?? 1) }
        if let node = members["first"] { return .first(notes.count(node, 0...Int.max, what: "first") ?? 0) }
        return .always
    }

    private mutating func retryAfter(_ node: Node, _ fault: Fault) -> String? {
        guard let text = notes.text(node, what: "retry_after") else { return nil }
        guard fault.hasStatus else {
            notes.note("retry_after goes with kinds that answer with an error status, not with \(fault.name)", at: node)
            return nil
        }
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            notes.note("retry_after is sent as a header: printable ASCII only", at: node)
            return nil
        }
        return text
    }
}
