import ArgumentParser
import Chat
import Gateway
import Store

/// `nexus kb list`: the collections, or the documents of one.
struct KbList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the collections, or the documents of one.")

    @Option(help: ArgumentHelp("The documents of this collection.", valueName: "name"))
    var collection: String?

    @OptionGroup var whose: CollectionOption

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let store = try RunStore(reading: shared.gatewayStorePath(try shared.settings()))
        if let collection { return try showDocuments(of: whose.name(collection), store) }
        let collections = try store.knowledgeCollections(ofOwner: whose.owner)
        if shared.json {
            Terminal.result(JSONValue.object(["collections": .array(collections.map(KbList.json))]).text)
        } else if collections.isEmpty {
            Terminal.result("No collections in \(store.path). Make one with: nexus kb add --collection NAME FILE")
        } else {
            var table = ColumnText(
                header: ["COLLECTION", "DOCUMENTS", "CHUNKS", "LANGUAGE", "VECTORS", "TO EMBED", "OWNER"],
                numeric: [1, 2, 5])
            for summary in collections {
                table.rows.append([
                    Terminal.printable(summary.collection.name), "\(summary.documents)", "\(summary.chunks)",
                    summary.collection.language, summary.collection.model ?? CollectionSettings.embedded,
                    "\(summary.chunksToEmbed)", summary.collection.owner,
                ])
            }
            for line in table.lines { Terminal.result(line) }
        }
    }

    private static func json(_ summary: KnowledgeSummary) -> JSONValue {
        .object([
            "name": .string(summary.collection.name),
            "owner": summary.collection.owner.isEmpty ? .null : .string(summary.collection.owner),
            "documents": .number(summary.documents),
            "chunks": .number(summary.chunks), "language": .string(summary.collection.language),
            "model": .string(summary.collection.model ?? CollectionSettings.embedded),
            "chunks_to_embed": .number(summary.chunksToEmbed),
            "chunk_size": .number(summary.collection.chunkSize),
            "chunk_overlap": .number(summary.collection.chunkOverlap),
        ])
    }

    private func showDocuments(of name: CollectionName, _ store: RunStore) throws {
        guard try store.knowledgeCollection(name) != nil else { throw try store.noSuchCollection(name) }
        let documents = try store.knowledgeDocuments(of: name)
        if shared.json {
            let rows = documents.map { document -> JSONValue in
                .object([
                    "id": .string(document.id), "title": .string(document.title),
                    "characters": .number(document.characters), "chunks": .number(document.chunks),
                    "metadata": document.metadata, "added_at": .string(Timestamp.text(document.addedAtMilliseconds)),
                ])
            }
            return Terminal.result(JSONValue.object(["documents": .array(rows)]).text)
        }
        var table = ColumnText(header: ["DOCUMENT", "CHARACTERS", "CHUNKS", "TITLE"], numeric: [1, 2])
        for document in documents {
            table.rows.append([
                Terminal.printable(document.id), "\(document.characters)", "\(document.chunks)",
                Terminal.printable(document.title),
            ])
        }
        for line in table.lines { Terminal.result(line) }
    }
}
