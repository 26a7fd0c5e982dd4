import Foundation
import Testing

@testable import Statistics

/// The reference cases shared by all implementations; absent outside of our own checkouts.
enum Conformance {
    static let absent: Comment = "no conformance folder: set NEXUS_CONFORMANCE_DIR or place it at ../shared/conformance"

    static let folder: URL? = {
        if let path = ProcessInfo.processInfo.environment["NEXUS_CONFORMANCE_DIR"] {
            return URL(fileURLWithPath: path)
        }
        let beside = SourceTree.root.deletingLastPathComponent().appendingPathComponent("shared/conformance")
        return FileManager.default.fileExists(atPath: beside.path) ? beside : nil
    }()

    static var isPresent: Bool { folder != nil }

    /// Each file read once.
    private static let files: [String: Tree] = {
        var found: [String: Tree] = [:]
        for name in ["stats_tests", "stats_estimates", "resampling_bands", "bradley_terry_elo"] {
            guard let data = try? Data(contentsOf: (folder ?? SourceTree.root).appendingPathComponent(name + ".json"))
            else { continue }
            found[name] = try? JSONDecoder().decode(Tree.self, from: data)
        }
        return found
    }()

    /// The cases of one file for some functions.
    static func cases(_ file: String, _ functions: String...) throws -> [Case] {
        let tree = try #require(files[file], "\(file).json cannot be read")
        let tolerance = Tolerance(tree["tolerance"], otherwise: Tolerance(abs: 1e-9, rel: 1e-9))
        return tree["cases"].items.filter { functions.contains($0["fn"].text ?? "") }.map {
            Case(tree: $0, tables: tree, tolerance: Tolerance($0["tolerance"], otherwise: tolerance))
        }
    }

    /// The functions that a file has cases of.
    static func functions(_ file: String) throws -> Set<String> {
        Set(try #require(files[file])["cases"].items.compactMap { $0["fn"].text })
    }

    struct Tolerance {
        var abs: Double
        var rel: Double

        init(abs: Double, rel: Double) {
            self.abs = abs
            self.rel = rel
        }

        init(_ tree: Tree, otherwise: Tolerance) {
            abs = tree["abs"].number ?? otherwise.abs
            rel = tree["rel"].number ?? otherwise.rel
        }
    }

    struct Case {
        let tree: Tree
        let tables: Tree
        let tolerance: Tolerance
        var id: Comment { Comment(rawValue: tree["id"].text ?? "?") }
        var input: Tree { tree["in"] }
        var params: Tree { tree["params"] }
        var expected: Tree { tree["expected"] }
        var function: String { tree["fn"].text ?? "" }

        /// A list of the data set that the case names.
        func data(_ name: String) -> [Double] {
            tables["datasets"][input["dataset"].text ?? ""][name].numbers
        }

        var alternative: Alternative {
            switch params["alternative"].text {
            case "less", "smaller": .less
            case "greater", "larger": .greater
            default: .twoSided
            }
        }

        /// Whether `got` agrees; the reference's NaN and infinity must be nil here.
        func agrees(_ got: Double?, _ want: Tree) -> Bool {
            guard let want = want.number, want.isFinite else { return got == nil }
            guard let got else { return false }
            return Swift.abs(got - want) <= tolerance.abs + tolerance.rel * Swift.abs(want)
        }

        func check(_ got: Double?, _ key: String, _ location: SourceLocation = #_sourceLocation) {
            #expect(
                agrees(got, expected[key]),
                "\(id.rawValue) \(key): \(got.map { "\($0)" } ?? "nil"), want \(expected[key])",
                sourceLocation: location)
        }

        func check(_ got: [Double]?, _ key: String, _ location: SourceLocation = #_sourceLocation) {
            let want = expected[key].items
            #expect(got?.count ?? 0 == want.count, "\(id.rawValue) \(key)", sourceLocation: location)
            for (index, pair) in zip(got ?? [], want).enumerated() {
                #expect(
                    agrees(pair.0, pair.1), "\(id.rawValue) \(key)[\(index)]: \(pair.0), want \(pair.1)",
                    sourceLocation: location)
            }
        }
    }
}

/// JSON as a tree that answers every question with a value or nothing.
enum Tree: Decodable, Sendable {
    case null
    case bool(Bool)
    case value(Double)
    case string(String)
    case array([Tree])
    case object([String: Tree])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .bool(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .value(number)
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let items = try? container.decode([Tree].self) {
            self = .array(items)
        } else {
            self = .object(try container.decode([String: Tree].self))
        }
    }

    subscript(key: String) -> Tree {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }

    var items: [Tree] { if case .array(let items) = self { items } else { [] } }
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var isNull: Bool { if case .null = self { true } else { false } }
    var number: Double? {
        switch self {
        case .value(let number): number
        case .string("NaN"): .nan
        case .string("Infinity"): .infinity
        case .string("-Infinity"): -.infinity
        case .null, .bool, .string, .array, .object: nil
        }
    }
    var int: Int? { number.flatMap { Int(exactly: $0) } }
    var numbers: [Double] { items.compactMap(\.number) }
    var ints: [Int] { items.compactMap(\.int) }
    var table: [[Int]] { items.map(\.ints) }
}

/// Where the package stands.
enum SourceTree {
    static let root: URL = {
        var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder
    }()
}
