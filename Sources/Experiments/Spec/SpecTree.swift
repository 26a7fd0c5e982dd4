import Yams

/// Turns the nodes of the YAML parser into a tree of our own, with aliases and merge keys resolved and every limit
/// kept.
struct SpecTree {
    private var nodes = 0

    /// - Throws: `SpecScan.Refusal` with the line of the first fault.
    static func parse(_ text: String) throws(SpecScan.Refusal) -> SpecNode {
        var tree = SpecTree()
        let root: Node?
        do {
            root = try Yams.compose(yaml: text, .basic, .default, .utf8)
        } catch let error as YamlError {
            throw refusal(of: error, in: text)
        } catch {
            throw SpecScan.Refusal(message: "\(error)")
        }
        guard let root else { throw SpecScan.Refusal(line: 1, column: 1, message: "the document is empty") }
        return try tree.node(root, depth: 1)
    }

    private mutating func node(_ node: Node, depth: Int) throws(SpecScan.Refusal) -> SpecNode {
        nodes += 1
        let (line, column) = (node.mark?.line ?? 1, node.mark?.column ?? 1)
        guard nodes <= SpecDocument.maximumNodes else {
            throw .init(
                line: line, column: column,
                message: "more than \(SpecDocument.maximumNodes) values with every alias expanded")
        }
        guard depth <= SpecDocument.maximumDepth else {
            throw .init(line: line, column: column, message: "nested deeper than \(SpecDocument.maximumDepth) levels")
        }
        try SpecTree.checkTag(of: node)
        switch node {
        case .scalar(let scalar):
            return SpecNode(.scalar(scalar.string, isPlain: scalar.style == .plain), line: line, column: column)
        case .sequence(let sequence):
            var items: [SpecNode] = []
            for item in sequence { items.append(try self.node(item, depth: depth + 1)) }
            return SpecNode(.list(items), line: line, column: column)
        case .mapping(let mapping):
            return SpecNode(.mapping(try entries(of: mapping, depth: depth)), line: line, column: column)
        case .alias:
            throw .init(line: line, column: column, message: "an alias that stands for nothing")
        }
    }

    /// The entries of a mapping in their order; what a merge key brings stands first and gives way to the mapping's
    /// own.
    private mutating func entries(of mapping: Node.Mapping, depth: Int) throws(SpecScan.Refusal) -> [SpecNode.Entry] {
        var own: [SpecNode.Entry] = []
        var merged: [SpecNode.Entry] = []
        var keys = Set<String>()
        for (key, value) in mapping {
            let (line, column) = (key.mark?.line ?? 1, key.mark?.column ?? 1)
            guard case .scalar(let scalar) = key else {
                throw .init(line: line, column: column, message: "found a list or mapping as a key; expected a text")
            }
            let content = try node(value, depth: depth + 1)
            if scalar.string == "<<", scalar.style == .plain {
                merged += try SpecTree.entries(mergedFrom: content)
                continue
            }
            guard keys.insert(scalar.string).inserted else {
                throw .init(
                    line: line, column: column, message: "the key '\(scalar.string)' stands twice in one mapping")
            }
            own.append(.init(key: scalar.string, line: line, column: column, value: content))
        }
        return merged.filter { keys.insert($0.key).inserted } + own
    }

    private static func entries(mergedFrom node: SpecNode) throws(SpecScan.Refusal) -> [SpecNode.Entry] {
        switch node.content {
        case .mapping(let entries): return entries
        case .list(let items):
            var all: [SpecNode.Entry] = []
            for item in items { all += try entries(mergedFrom: item) }
            return all
        case .scalar:
            throw .init(
                line: node.line, column: node.column,
                message: "found \(node.found) under '<<'; expected a mapping or a list of mappings")
        }
    }

    private static let plainTags: Set<String> = Set(
        ["str", "seq", "map", "bool", "float", "null", "int"].map { "tag:yaml.org,2002:" + $0 } + ["", "!"])

    private static func checkTag(of node: Node) throws(SpecScan.Refusal) {
        let tag = node.tag.rawValue
        guard !plainTags.contains(tag) else { return }
        throw .init(
            line: node.mark?.line, column: node.mark?.column,
            message: "the tag '\(SpecNode.shortened(tag))' means nothing here", remedy: "remove it")
    }

    private static func refusal(of error: YamlError, in text: String) -> SpecScan.Refusal {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let line = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(mark.line - 1).first
            if line?.prefix(while: \.isWhitespace).contains("\t") == true {
                return .init(
                    line: mark.line, column: mark.column, message: "found a tab in the indentation",
                    remedy: "indent with spaces")
            }
            if problem.hasPrefix("Maximum nesting level") {
                return .init(
                    line: mark.line, column: mark.column,
                    message: "nested deeper than \(SpecDocument.maximumDepth) levels")
            }
            let place = context.map { " (\($0.text), line \($0.mark.line))" } ?? ""
            return .init(line: mark.line, column: mark.column, message: "not valid YAML: \(problem)\(place)")
        case .reader(let problem, _, let value, _):
            let code = value > 0 ? " (U+\(String(value, radix: 16, uppercase: true)))" : ""
            return .init(line: place(ofScalar: value, in: text), message: "not valid YAML: \(problem)\(code)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return .init(
                line: context.mark.line, column: context.mark.column,
                message: "the key '\(SpecNode.shortened(duplicates.first ?? ""))' stands twice in one mapping",
                remedy: "keep one of the two")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return .init(message: "not valid YAML: \(error)")
        }
    }

    /// The line of the first scalar with this value; the parser tells no more about a character that it refuses.
    private static func place(ofScalar value: Int32, in text: String) -> Int? {
        guard value > 0 else { return nil }
        var line = 1
        for scalar in text.unicodeScalars {
            if scalar.value == UInt32(value) { return line }
            if scalar == "\n" { line += 1 }
        }
        return nil
    }
}
