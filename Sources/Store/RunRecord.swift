public import Chat

/// One execution of a spec, as stored.
public struct RunRecord: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case eval, arena, bench
    }

    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Trials are being asked, or the process died while they were.
        case running
        /// Every trial was made.
        case finished
        /// Stopped by the user; can be resumed.
        case interrupted
        /// Stopped before its end, for example by the budget; can be resumed.
        case incomplete
        /// Too many trials failed.
        case invalid
    }

    /// `YYYYMMDDTHHMMSSZ-<spec name>-<4 hex>`.
    public var id: String
    public var specName: String
    public var kind: Kind
    public var status: Status
    /// Milliseconds since 1970, UTC.
    public var startedAtMilliseconds: Int64
    /// Milliseconds since 1970, UTC; nil while it runs.
    public var finishedAtMilliseconds: Int64?
    /// The whole spec as JSON.
    public var spec: JSONValue
    public var specHash: String
    public var datasetHash: String
    public var seed: UInt64
    /// The version of nexus.
    public var version: String
    /// What else the runner wants to find again.
    public var plan: JSONValue
    /// The variants' labels in the spec's order.
    public var variants: [String]

    public init(
        id: String, specName: String, kind: Kind = .eval, status: Status = .running, startedAtMilliseconds: Int64,
        finishedAtMilliseconds: Int64? = nil, spec: JSONValue, specHash: String, datasetHash: String, seed: UInt64,
        version: String, plan: JSONValue = .object([]), variants: [String]
    ) {
        self.id = id
        self.specName = specName
        self.kind = kind
        self.status = status
        self.startedAtMilliseconds = startedAtMilliseconds
        self.finishedAtMilliseconds = finishedAtMilliseconds
        self.spec = spec
        self.specHash = specHash
        self.datasetHash = datasetHash
        self.seed = seed
        self.version = version
        self.plan = plan
        self.variants = variants
    }
}

/// A run with its counts, for lists.
public struct StoredRun: Sendable, Hashable {
    public var run: RunRecord
    public var samples: Int
    /// Trials stored, failed ones included.
    public var trials: Int
    public var failed: Int

    public init(run: RunRecord, samples: Int, trials: Int, failed: Int) {
        self.run = run
        self.samples = samples
        self.trials = trials
        self.failed = failed
    }
}

/// One sample of a run's dataset, kept with the run so that reports need no other file.
public struct SampleRecord: Sendable, Hashable {
    /// Its place in the run, from 0.
    public var position: Int
    public var id: String
    /// The row's fields.
    public var variables: JSONValue
    public var references: [String]
    /// The group of dependent samples that it belongs to; nil where samples are independent.
    public var cluster: String?

    public init(position: Int, id: String, variables: JSONValue, references: [String], cluster: String? = nil) {
        self.position = position
        self.id = id
        self.variables = variables
        self.references = references
        self.cluster = cluster
    }
}
