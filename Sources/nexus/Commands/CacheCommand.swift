import ArgumentParser

/// `nexus cache`: the answer cache.
struct CacheCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Find the similarity at which the semantic cache gives no wrong answers.",
        subcommands: [CacheCalibrate.self])
}
