/// Why the store cannot do what was asked. Every message names the file and what to do.
public enum StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another process writes to this store.
    case busy(path: String, holder: LockHolder?)
    /// Another program kept the database locked for longer than we wait.
    case locked(path: String)
    /// The file is damaged, empty or no database.
    case corrupt(path: String, detail: String)
    /// A newer version of nexus made the store.
    case newer(path: String)
    /// An older version made the store, and a reader may not bring it up to date.
    case older(path: String)
    /// A sound database, but of another program.
    case foreign(path: String)
    case diskFull(path: String)
    /// The file or its folder cannot be opened or made.
    case cannotOpen(path: String, reason: String)
    /// Something was to be written, but the store was opened for reading.
    case readOnly(path: String)
    /// Any other fault of the database.
    case failed(path: String, detail: String)
    /// There is no such run; `nearest` are ids like it.
    case noSuchRun(String, nearest: [String])
    /// There is no such collection of the knowledge base; `nearest` is a name like it.
    case noSuchCollection(String, nearest: String?)
    /// The beginning of an id fits several runs.
    case ambiguousRun(String, matches: [String])
    /// A run of this id is stored already.
    case runExists(String)
    /// Two samples of a run have this id.
    case duplicateSample(String)
    /// The trial's sample or variant was not laid out with its run.
    case unknownTrial(TrialKey)
    /// The trial is stored and has an output.
    case alreadyFinished(TrialKey)

    public var description: String {
        switch self {
        case .busy(let path, let holder):
            "\(path): another process writes to this store: \(holder?.description ?? "unknown"); "
                + "wait for it to end, or choose another store with --store"
        case .locked(let path):
            "\(path): another program has locked the database for more than 5 s; end it and try again"
        case .corrupt(let path, let detail):
            "\(path): the store is damaged (\(detail)); save what is left with "
                + "`sqlite3 '\(path)' .recover | sqlite3 recovered.db`, or move the file away to begin a new store"
        case .newer(let path):
            "\(path): a newer version of nexus made this store; use that version, or another store with --store"
        case .older(let path):
            "\(path): an older version of nexus made this store; any command that writes to it brings it up to date"
        case .foreign(let path):
            "\(path): this database belongs to another program; choose another file with --store"
        case .diskFull(let path): "\(path): no space left to write; free some and resume"
        case .cannotOpen(let path, let reason): "\(path): the store cannot be opened: \(reason)"
        case .readOnly(let path): "\(path): the store is open for reading only"
        case .failed(let path, let detail): "\(path): \(detail)"
        case .noSuchRun(let reference, let nearest):
            "no run \"\(reference)\" in the store"
                + (nearest.isEmpty ? "" : "; nearest: \(nearest.joined(separator: ", "))")
        case .noSuchCollection(let name, let nearest):
            "there is no collection '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        case .ambiguousRun(let reference, let matches):
            "\"\(reference)\" fits several runs; write more of the id: \(matches.joined(separator: ", "))"
        case .runExists(let id): "run \(id) is stored already"
        case .duplicateSample(let id): "two samples have the id \"\(id)\"; each needs its own"
        case .unknownTrial(let key): "trial \(key): its sample or variant is not part of the run"
        case .alreadyFinished(let key): "trial \(key) is stored already"
        }
    }
}
