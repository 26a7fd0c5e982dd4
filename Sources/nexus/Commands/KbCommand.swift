import ArgumentParser
import Chat
import Foundation
import Gateway
import Store

/// `nexus kb`: the knowledge base.
struct KbCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kb", abstract: "Add documents to the knowledge base, list, search and remove them.",
        subcommands: [KbAdd.self, KbList.self, KbSearch.self, KbRemove.self])

    /// The knowledge base over a store, with the embedding models of the configuration.
    static func knowledge(_ store: RunStore, _ settings: Settings) throws -> Knowledge {
        try Assembly(settings: settings).knowledge(in: store)
    }
}
