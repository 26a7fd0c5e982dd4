import ArgumentParser
import Chat
import Gateway
import Retrieval
import Store

/// `nexus kb add`: documents into a collection.
struct KbAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add documents to a collection.",
        discussion: """
            Takes text, Markdown, HTML, PDF (with pdftotext) and files of documents ({id, title, text}, as .jsonl, \
            .json, .csv or .tsv; further fields are metadata). A file's id is its path. Documents that are there and \
            the same are left alone; changed ones take the place of the old. Without files, chunks that want vectors \
            are embedded.
            """)

    @Option(help: ArgumentHelp("The collection; made where it is missing.", valueName: "name"))
    var collection: String

    @Argument(help: "Files of documents.")
    var files: [String] = []

    @Option(
        help: ArgumentHelp(
            "Embedding model, such as openai/text-embedding-3-small; lexical is the embedded one, the default.",
            valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("en, es, pt, or und for others (default: seen from the texts).", valueName: "code"))
    var language: String?

    @Option(help: ArgumentHelp("The most characters of a chunk (default: 2000).", valueName: "n"))
    var chunkSize: Int?

    @Option(
        help: ArgumentHelp("Characters that a chunk repeats of the one before it (default: 200).", valueName: "n"))
    var chunkOverlap: Int?

    @OptionGroup var whose: CollectionOption

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let settings = try shared.settings()
        let wanted = try self.wanted(settings)
        var documents: [SourceDocument] = []
        for file in files { documents += try DocumentFile(path: file).documents() }
        let store = try RunStore(writing: shared.gatewayStorePath(settings), command: "nexus kb add")
        defer { store.close() }
        if files.isEmpty, try store.knowledgeCollection(whose.name(collection)) == nil {
            throw CommandFailure.usage("kb add: found no files; expected what to add to '\(collection)'")
        }
        let knowledge = try KbCommand.knowledge(store, settings)
        let isLive = Terminal.isErrorLive && !shared.quiet
        let outcome = try await knowledge.add(documents, to: wanted) { outcome in
            if isLive { Terminal.live(KbAdd.text(outcome)) }
        }
        if isLive { Terminal.error("") }
        guard shared.json else {
            return Terminal.result("\(collection): \(KbAdd.text(outcome))")
        }
        Terminal.result(
            JSONValue.object([
                "collection": .string(collection), "added": .number(outcome.added),
                "replaced": .number(outcome.replaced), "unchanged": .number(outcome.unchanged),
                "chunks": .number(outcome.chunks), "embedded": .number(outcome.embedded),
            ]).text)
    }

    private func wanted(_ settings: Settings) throws -> CollectionSettings {
        guard !collection.isEmpty, collection.utf8.count <= 200 else {
            throw CommandFailure.usage("--collection: expected a name of 1 to 200 bytes")
        }
        if let chunkSize, !(50...1_000_000).contains(chunkSize) {
            throw CommandFailure.usage("--chunk-size: found \(chunkSize); expected 50 to 1000000")
        }
        if let chunkOverlap, !(0...(chunkSize ?? 2_000) / 2).contains(chunkOverlap) {
            throw CommandFailure.usage("--chunk-overlap: found \(chunkOverlap); expected 0 to half of the chunk size")
        }
        let code = try language.map { text in
            guard let language = Language(rawValue: text) else {
                throw CommandFailure.usage(
                    unknown: text, of: "--language", among: Language.allCases.map(\.rawValue))
            }
            return language
        }
        var name = model
        if let model, model != CollectionSettings.embedded {
            name = try Assembly(settings: settings).reference(model).name
        }
        return CollectionSettings(
            name: collection, owner: whose.owner, language: code, model: name, chunkSize: chunkSize,
            chunkOverlap: chunkOverlap)
    }

    /// `1400 added, 3 replaced, 20 unchanged; 1650 chunks, 1650 embedded`
    private static func text(_ outcome: IngestOutcome) -> String {
        "\(outcome.added) added, \(outcome.replaced) replaced, \(outcome.unchanged) unchanged; "
            + "\(outcome.chunks) chunks" + (outcome.embedded > 0 ? ", \(outcome.embedded) embedded" : "")
    }
}
