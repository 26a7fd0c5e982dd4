import ArgumentParser
import Chat
import Store

/// `nexus kb remove`: documents out of a collection, or all of it.
struct KbRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove documents from a collection, or the whole collection.")

    @Option(help: ArgumentHelp("The collection.", valueName: "name"))
    var collection: String

    @Argument(help: "Ids of documents; without any, the whole collection goes.")
    var documents: [String] = []

    @OptionGroup var whose: CollectionOption

    @OptionGroup var shared: SharedOptions

    func run() async throws {
        let path = shared.gatewayStorePath(try shared.settings())
        let store = try RunStore(writing: path, command: "nexus kb remove")
        defer { store.close() }
        let name = whose.name(collection)
        guard try store.knowledgeCollection(name) != nil else { throw try store.noSuchCollection(name) }
        let listed = try store.knowledgeDocuments(of: name).map(\.id)
        let known = Set(listed.map(ScalarText.init))
        for id in documents where !known.contains(ScalarText(id)) {
            let nearest = NearestName.question(for: id, among: listed).map { "; \($0)" } ?? ""
            throw CommandFailure.usage("collection '\(collection)': there is no document '\(id)'\(nearest)")
        }
        if documents.isEmpty {
            try await store.removeCollection(name)
        } else {
            for id in documents { try await store.removeDocument(id, from: name) }
        }
        let removed = documents.isEmpty ? listed.count : Set(documents.map(ScalarText.init)).count
        if shared.json {
            Terminal.result(
                JSONValue.object(["collection": .string(collection), "removed": .number(removed)]).text)
        } else {
            Terminal.result("\(collection): \(removed) document\(removed == 1 ? "" : "s") removed")
        }
    }
}
