import Chat
public import Store

/// What the kinds of jobs need from outside.
public struct JobResources: Sendable {
    public var store: RunStore
    /// Milliseconds since 1970.
    public var nowMilliseconds: @Sendable () -> Int64
    /// The cache over the store; nil where there is none.
    public var cache: StoredCache?
    /// The knowledge base over the store; nil where there is none.
    public var knowledge: Knowledge?
    /// Where data sets are written; nil where they are not.
    public var files: TrainingFiles?
    /// What trains models; nil where nothing is configured.
    public var tuner: FineTuner?
    /// Sleeps between two looks at what others work on.
    public var clock: any Clock<Duration>

    public init(
        store: RunStore, nowMilliseconds: @escaping @Sendable () -> Int64, cache: StoredCache? = nil,
        knowledge: Knowledge? = nil, files: TrainingFiles? = nil, tuner: FineTuner? = nil,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.store = store
        self.nowMilliseconds = nowMilliseconds
        self.cache = cache
        self.knowledge = knowledge
        self.files = files
        self.tuner = tuner
        self.clock = clock
    }
}

/// The kinds of background jobs.
public enum JobKinds {
    /// Every kind, by name.
    public static func all(_ resources: JobResources) -> [any JobKind] {
        [
            CacheCleanupJob(cache: resources.cache),
            EmbedJob(resources),
            FineTuningJob(resources),
            RetentionJob(resources),
            TrainingDatasetJob(resources),
        ]
    }
}
