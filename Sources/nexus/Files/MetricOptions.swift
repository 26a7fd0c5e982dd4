import ArgumentParser
import Chat
import Scoring

/// The flags that say how metrics are computed.
struct MetricOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How BLEU cuts text: 13a (default), intl, char, zh or none.", valueName: "name"))
    var bleuTokenize: String?

    @Option(
        help: ArgumentHelp(
            "How BLEU counts an order without a match: exp (default), floor, add-k or none.", valueName: "name"))
    var bleuSmooth: String?

    @Option(
        help: ArgumentHelp("The constant of floor (0.1 unless given) and add-k (1 unless given).", valueName: "number"))
    var bleuSmoothValue: Double?

    @Flag(help: "ROUGE stems English words (Porter).")
    var rougeStemmer = false

    @Flag(help: "Metrics that tell upper from lower case no longer do.")
    var lowercase = false

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Any other parameter of a metric, as in a spec: chrf.beta=3; may be repeated.",
            valueName: "metric.key=value"))
    var settings: [String] = []

    /// The metrics of these names, made with the flags.
    /// - Throws: `CommandFailure` with the nearest name or the parameter at fault.
    func metrics(_ names: [String]) throws -> [any Metric] {
        let given = try settings.map(Setting.init)
        for setting in given where !names.contains(setting.metric) {
            let nearest = NearestName.nearest(to: setting.metric, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw CommandFailure.usage(
                "--set \(setting.metric).\(setting.key): '\(setting.metric)' is not among the metrics asked for"
                    + nearest)
        }
        if let value = bleuSmoothValue, !value.isFinite {
            throw CommandFailure.usage("--bleu-smooth-value: found \(value); expected a number")
        }
        return try names.map { name in
            var parameters = flags(for: name)
            for setting in given where setting.metric == name { parameters[setting.key] = setting.value }
            do throws(MetricError) {
                return try Metrics.make(name, parameters)
            } catch {
                throw CommandFailure.usage("metric '\(name)': \(error)")
            }
        }
    }

    /// What the flags say of one metric, of the parameters that it has.
    private func flags(for name: String) -> [String: JSONValue] {
        let known = Set(Metrics.named(name)?.parameters.map(\.name) ?? [])
        var parameters: [String: JSONValue] = [:]
        if name == "bleu" {
            parameters["tokenize"] = bleuTokenize.map { .string($0) }
            parameters["smooth"] = bleuSmooth.map { .string($0) }
            parameters["smooth_value"] = bleuSmoothValue.map { .number($0) }
        }
        if rougeStemmer, name.hasPrefix("rouge"), known.contains("stemmer") { parameters["stemmer"] = true }
        if lowercase, known.contains("lowercase") { parameters["lowercase"] = true }
        return parameters
    }

    /// One `metric.key=value`; the value is JSON where it reads as such, else text.
    private struct Setting {
        let metric: String
        let key: String
        let value: JSONValue

        init(_ text: String) throws {
            guard let equals = text.firstIndex(of: "="), let dot = text[..<equals].firstIndex(of: "."),
                dot > text.startIndex,
                text.index(after: dot) < equals
            else {
                throw CommandFailure.usage("--set: found '\(text)'; expected METRIC.KEY=VALUE, such as chrf.beta=3")
            }
            metric = String(text[..<dot])
            key = String(text[text.index(after: dot)..<equals])
            let spelled = String(text[text.index(after: equals)...])
            value = (try? JSONValue.parse(spelled)) ?? .string(spelled)
        }
    }

    /// Names between commas, each once.
    static func names(_ lists: [String]) -> [String] {
        var names: [String] = []
        for list in lists {
            for name in list.split(separator: ",").map({ $0.trimming(while: \.isWhitespace) }) where !name.isEmpty {
                if !names.contains(name) { names.append(name) }
            }
        }
        return names
    }
}

extension Substring {
    /// Without what stands at both ends and fulfils `condition`.
    fileprivate func trimming(while condition: (Character) -> Bool) -> String {
        let start = drop(while: condition)
        return String(start.reversed().drop(while: condition).reversed())
    }
}
