import ArgumentParser
import Store

/// Whose collections a command of `nexus kb` is about.
struct CollectionOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Whose collection: a key's fingerprint, as kb list shows it (default: nobody's, there for all keys).",
            valueName: "fingerprint"))
    var owner: String?

    func name(_ collection: String) -> CollectionName { CollectionName(collection, of: owner) }
}
