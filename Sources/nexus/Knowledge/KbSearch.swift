import ArgumentParser
import Chat
import Foundation
import Gateway
import Records
import Retrieval
import Store

/// `nexus kb search`: the documents of a collection that fit a query best.
struct KbSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Search a collection.",
        discussion: """
            Each document is found once, by its best chunk. Scores are BM25 (lexical), a cosine (vector), or both \
            brought to 0…1 and averaged (hybrid); they compare the hits of one query only.
            """)

    @Option(help: ArgumentHelp("The collection.", valueName: "name"))
    var collection: String

    @Argument(help: "What is looked for.")
    var query: String?

    @Option(help: ArgumentHelp("A file of queries instead, {id, text} or {id, question}.", valueName: "file"))
    var queries: String?

    @Option(help: ArgumentHelp("The most documents of a query.", valueName: "n"))
    var topK = 10

    @Option(help: ArgumentHelp("lexical, vector or hybrid.", valueName: "mode"))
    var mode = SearchMode.hybrid.rawValue

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only documents whose field is this, one of these (a,b) or between these (from..to); may be repeated.",
            valueName: "field=value"))
    var conditions: [String] = []

    @OptionGroup var whose: CollectionOption

    @OptionGroup var shared: SharedOptions

    private struct Asked {
        var id: String
        var text: String
    }

    func run() async throws {
        guard let mode = SearchMode(rawValue: mode) else {
            throw CommandFailure.usage(unknown: mode, of: "--mode", among: SearchMode.allCases.map(\.rawValue))
        }
        guard (1...10_000).contains(topK) else {
            throw CommandFailure.usage("--top-k: found \(topK); expected 1 to 10000")
        }
        let filters = try conditions.map(KbSearch.filter)
        let asked = try self.asked()
        let settings = try shared.settings()
        let store = try RunStore(reading: shared.gatewayStorePath(settings))
        let knowledge = try KbCommand.knowledge(store, settings)
        var results: [JSONValue] = []
        for one in asked {
            let passages = try await knowledge.search(
                SearchQuery(
                    text: one.text, mode: mode, topK: topK, filter: filters.isEmpty ? nil : .all(filters),
                    isOnePerDocument: true),
                in: whose.name(collection))
            if shared.json {
                results.append(
                    .object(["query_id": .string(one.id), "hits": .array(passages.map(KbSearch.json))]))
            } else {
                show(passages, for: one, isAlone: asked.count == 1)
            }
        }
        if shared.json { Terminal.result(JSONValue.object(["results": .array(results)]).text) }
    }

    private func asked() throws -> [Asked] {
        switch (query, queries) {
        case (let query?, nil): return [Asked(id: "query", text: query)]
        case (nil, let file?):
            let reader = try RowFields.open(file)
            var asked: [Asked] = []
            while let record = try reader.next() {
                let fields = RowFields(file: reader.file, record: record)
                asked.append(
                    Asked(id: try fields.text(["id"]), text: try fields.text(["text", "question", "query"])))
            }
            return asked
        case (_?, _?), (nil, nil):
            throw CommandFailure.usage("kb search: expected a query, or --queries FILE, and not both")
        }
    }

    // MARK: filters

    /// `field=value`, `field=a,b` or `field=from..to`, whose ends may be left out.
    static func filter(_ text: String) throws -> MetadataFilter {
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw CommandFailure.usage("--where: found '\(text)'; expected field=value, field=a,b or field=from..to")
        }
        let (field, value) = (String(text[..<sign]), text[text.index(after: sign)...])
        if let dots = value.firstRange(of: "..") {
            let (low, high) = (value[..<dots.lowerBound], value[dots.upperBound...])
            guard !low.isEmpty || !high.isEmpty else {
                throw CommandFailure.usage("--where: found '\(text)'; expected an end of the range at least")
            }
            return .range(field, from: low.isEmpty ? nil : self.value(low), to: high.isEmpty ? nil : self.value(high))
        }
        let values = value.split(separator: ",", omittingEmptySubsequences: false).map(self.value)
        // A number in the data may be a number or spelled in text.
        let spelled: [JSONValue] = values.filter { $0.doubleValue != nil }.map { .string($0.text) }
        return .isIn(field, values + spelled)
    }

    private static func value(_ text: Substring) -> JSONValue {
        switch text {
        case "true": true
        case "false": false
        default: Double(text)?.isFinite == true ? .number(String(text)) : .string(String(text))
        }
    }

    // MARK: what is printed

    private static func json(_ passage: Passage) -> JSONValue {
        let citation = passage.citation
        return .object([
            "document_id": .string(citation.documentID), "score": .number(Double(citation.score)),
            "text": .string(passage.source.chunk.text), "title": .string(citation.title),
            "chunk": .number(citation.chunk), "start": .number(citation.range.lowerBound),
            "end": .number(citation.range.upperBound),
        ])
    }

    private func show(_ passages: [Passage], for asked: Asked, isAlone: Bool) {
        if !isAlone { Terminal.result("\(Terminal.printable(asked.id)): \(Terminal.printable(asked.text))") }
        if passages.isEmpty { Terminal.result("Nothing in '\(collection)' fits.") }
        for (rank, passage) in passages.enumerated() {
            let score = String(format: "%.4f", passage.score)
            let title = passage.source.title.isEmpty ? "" : "  " + Terminal.printable(passage.source.title)
            Terminal.result("\(rank + 1)  \(score)  \(Terminal.printable(passage.source.documentID))\(title)")
            let words = passage.source.chunk.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            Terminal.result("   " + Terminal.printable(String(words.prefix(max(40, Terminal.width - 4)))))
        }
    }
}
