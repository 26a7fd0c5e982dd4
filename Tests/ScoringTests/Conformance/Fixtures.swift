import Chat
import Foundation

/// The reference values and the real data that stand beside the project's folder.
enum Fixtures {
    static let conformance = folder("NEXUS_CONFORMANCE_DIR", "conformance")
    static let data = folder("NEXUS_DATA_DIR", "data")

    /// The package's folder.
    static let root: URL = {
        var root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while root.path != "/", !FileManager.default.fileExists(atPath: root.appending(path: "Package.swift").path) {
            root.deleteLastPathComponent()
        }
        return root
    }()

    /// The folder named by the environment, else the one in `shared` beside the package; nil where there is none.
    private static func folder(_ variable: String, _ name: String) -> URL? {
        var candidates: [URL] = []
        if let path = ProcessInfo.processInfo.environment[variable], !path.isEmpty {
            candidates.append(URL(fileURLWithPath: path))
        }
        candidates.append(root.deletingLastPathComponent().appending(path: "shared").appending(path: name))
        return candidates.first { FileManager.default.fileExists(atPath: $0.path) }
    }

    static func file(_ name: String) throws -> ConformanceFile {
        guard let folder = conformance else { throw CocoaError(.fileNoSuchFile) }
        return try ConformanceFile(JSONValue.parse(Data(contentsOf: folder.appending(path: name + ".json"))))
    }

    /// The rows of a JSONL file of the real data.
    static func rows(_ path: String) throws -> [JSONValue] {
        guard let folder = data else { throw CocoaError(.fileNoSuchFile) }
        let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        return try text.utf8.split(separator: 0x0A).map { try JSONValue.parse($0) }
    }
}

/// One file of reference values.
struct ConformanceFile {
    struct Case {
        var id: String
        var function: String
        var input: JSONValue
        var parameters: JSONValue
        var expected: JSONValue
        var absolute: Double
        var relative: Double

        /// The parameters as a metric takes them.
        var given: [String: JSONValue] {
            Dictionary((parameters.objectValue ?? []).map { ($0.key, $0.value) }) { _, last in last }
        }

        /// Whether a number is within the case's tolerance of the expected one.
        func agrees(_ got: Double?, _ want: Double?) -> Bool {
            guard let got, let want else { return false }
            return abs(got - want) <= absolute + relative * abs(want)
        }

        func agrees(_ got: Double?, _ key: String) -> Bool { agrees(got, expected[key]?.doubleValue) }

        func agrees(_ got: [Double], _ key: String) -> Bool {
            guard let want = expected[key]?.arrayValue, want.count == got.count else { return false }
            return zip(got, want).allSatisfy { agrees($0, $1.doubleValue) }
        }
    }

    let document: JSONValue
    let cases: [Case]

    init(_ document: JSONValue) {
        self.document = document
        let tolerance = document["tolerance"]
        cases = (document["cases"]?.arrayValue ?? []).map { one in
            let own = one["tolerance"] ?? tolerance
            return Case(
                id: one["id"]?.stringValue ?? "?", function: one["fn"]?.stringValue ?? "?", input: one["in"] ?? .null,
                parameters: one["params"] ?? .null, expected: one["expected"] ?? .null,
                absolute: own?["abs"]?.doubleValue ?? 0, relative: own?["rel"]?.doubleValue ?? 0)
        }
    }

    func cases(of function: String) -> [Case] { cases.filter { $0.function == function } }

    /// The segments of a case: those of the corpus or the one segment that it names.
    func texts(_ input: JSONValue) -> [(output: String, references: [String])] {
        func strings(_ value: JSONValue?) -> [String] { value?.arrayValue?.compactMap(\.stringValue) ?? [] }
        if let name = input["corpus"]?.stringValue, let corpus = document["corpora"]?[name] {
            return zip(strings(corpus["hyps"]), corpus["refs"]?.arrayValue ?? []).map { ($0, strings($1)) }
        }
        if let name = input["segment"]?.stringValue, let segment = document["segments"]?[name] {
            return [(segment["hyp"]?.stringValue ?? "", strings(segment["refs"]))]
        }
        return [(input["prediction"]?.stringValue ?? "", strings(input["targets"]))]
    }
}
