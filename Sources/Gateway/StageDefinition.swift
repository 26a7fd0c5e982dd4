public import Chat

/// A stage as specs and configuration name it: its key, the keys under it, and how it is made.
public struct StageDefinition: Sendable {
    public var name: String
    /// The keys that a mapping under the stage's name may have.
    public var settings: [Setting]
    /// The bare words that may stand instead of a mapping: `cache: exact`.
    public var words: [String]
    /// Keys of which a mapping must have one at least; empty where all may be absent.
    public var needsOneOf: [String] = []
    /// Whether a pipeline has the stage when its spec says nothing of it.
    public var onByDefault: Bool
    var place = Place.answer
    /// Makes the stage from its setting, a bare word or a checked mapping; nil where the setting turns it off.
    let make: @Sendable (StageValues, StageResources) -> (any Stage)?

    /// What a stage is around, where a name leads to several models.
    enum Place {
        /// The whole answer, whoever gives it.
        case answer
        /// Each model of a chain of fallbacks.
        case choice
        /// Each upstream of a model with several deployments.
        case upstream
    }

    /// One key under a stage's name.
    public struct Setting: Sendable, Hashable {
        public enum Rule: Sendable, Hashable {
            case integer(ClosedRange<Int>)
            case number(ClosedRange<Double>)
            case word([String])
        }

        public var name: String
        public var rule: Rule

        /// A whole number within `range`.
        static func integer(_ name: String, _ range: ClosedRange<Int>) -> Setting {
            Setting(name: name, rule: .integer(range))
        }

        /// A number within `range`.
        static func number(_ name: String, _ range: ClosedRange<Double>) -> Setting {
            Setting(name: name, rule: .number(range))
        }

        /// A time in seconds, from a millisecond to a day.
        static func seconds(_ name: String) -> Setting { Setting(name: name, rule: .number(0.001...86_400)) }

        /// One of a few words.
        static func word(_ name: String, _ words: [String]) -> Setting { Setting(name: name, rule: .word(words)) }

        /// What to write, for a message.
        var expectation: String {
            switch rule {
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
            case .word(let words): "one of \(words.joined(separator: ", "))"
            }
        }

        func accepts(_ value: JSONValue) -> Bool {
            switch rule {
            case .integer(let range): value.intValue.map(range.contains) ?? false
            case .number(let range): value.doubleValue.map(range.contains) ?? false
            case .word(let words): value.stringValue.map(words.contains) ?? false
            }
        }
    }

    /// Checks a setting: a word that the stage knows, or a mapping of known keys to values in range.
    func check(_ value: JSONValue) throws(StageError) {
        guard let members = value.objectValue else {
            let known = Set(words + (words.isEmpty ? [] : ["on"]))
            if (value == true && !words.isEmpty) || value.stringValue.map(known.contains) == true { return }
            throw StageError(
                key: nil,
                message: "found \(value.text); expected \((words + ["off"]).joined(separator: ", ")) or a mapping")
        }
        for member in members {
            guard let setting = settings.first(where: { $0.name == member.key }) else {
                throw StageError(
                    key: member.key, message: "unknown key; known: \(settings.map(\.name).joined(separator: ", "))")
            }
            guard setting.accepts(member.value) else {
                throw StageError(
                    key: member.key, message: "found \(member.value.text); expected \(setting.expectation)")
            }
        }
        guard needsOneOf.isEmpty || members.contains(where: { needsOneOf.contains($0.key) }) else {
            throw StageError(
                key: nil, message: "found \(value.text); expected \(needsOneOf.joined(separator: " or ")) in it")
        }
    }
}

/// What stages need from outside: handed in by whoever assembles the pipeline.
public struct StageResources: Sendable {
    /// The cache behind the memory cache; nil keeps entries in memory alone.
    public var cache: (any CacheStorage)?
    /// What tells this pipeline's answers from those of another with the same request.
    public var fingerprint: String
    /// Whether the model reads the sample's fields besides the request, as baselines do.
    public var readsVariables: Bool
    public var clock: any Clock<Duration>
    /// Draws the jitter of retries: a number in 0..<1.
    public var jitter: @Sendable () -> Double
    /// Starts a task that no caller owns, for a call that several share; nil where there is no place for one: then
    /// calls are not shared.
    public var startTask: TaskStart?
    /// Whether a pipeline without a cache holds one ready for calls that ask for it.
    public var hasStandbyCache = false
    /// Whether the pipeline has a cache.
    var hasCache = false

    public typealias TaskStart = @Sendable (@escaping @Sendable () async -> Void) -> Task<Void, Never>

    public init(
        cache: (any CacheStorage)? = nil, fingerprint: String = "", readsVariables: Bool = false,
        clock: any Clock<Duration> = ContinuousClock(),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, startTask: TaskStart? = nil
    ) {
        self.cache = cache
        self.fingerprint = fingerprint
        self.readsVariables = readsVariables
        self.clock = clock
        self.jitter = jitter
        self.startTask = startTask
    }
}

/// A stage's setting that cannot be used.
public struct StageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The key under the stage's name, or nil for the setting itself.
    public var key: String?
    /// What was found and what to write.
    public var message: String

    public init(key: String?, message: String) {
        self.key = key
        self.message = message
    }

    public var description: String { (key.map { "'\($0)': " } ?? "") + message }
}

extension StageDefinition {
    /// Every stage, outermost first: the order in which a pipeline nests them.
    public static let all: [StageDefinition] = [
        MeterStage.definition,
        SanitizeStage.definition,
        RateLimitStage.definition,
        SingleFlightStage.definition,
        CacheStage.definition,
        RetryStage.definition,
        HedgeStage.definition,
        BreakerStage.definition,
    ]
}

/// The stages that a pipeline's settings ask for, made once: what they remember (limits, breakers, the cache, calls
/// under way) is shared by all models that they are put around.
public struct PipelineStages: Sendable {
    let answer: [any Stage]
    let choice: [any Stage]
    let upstream: [any Stage]
    private let made: [String: Made]

    /// A stage with what it was made from.
    private struct Made {
        var setting: JSONValue
        var hasCache: Bool
        var stage: any Stage
    }

    /// - Parameters:
    ///   - settings: by stage name; a stage that is absent is as its definition has it.
    ///   - other: stages to use again, with what they remember, where they have the same setting.
    ///   - renewed: names of stages that are made anew all the same.
    /// - Throws: `StageError` for a setting that cannot be used; unknown names are the spec reader's to refuse.
    public init(
        settings: [String: JSONValue], resources: StageResources, sharing other: PipelineStages? = nil,
        renewed: Set<String> = []
    ) throws(StageError) {
        var resources = resources
        resources.hasCache = PipelineStages.cacheIsOn(settings["cache"])
        var stages: [(place: StageDefinition.Place, stage: any Stage)] = []
        var made: [String: Made] = [:]
        for definition in StageDefinition.all {
            var setting = settings[definition.name] ?? (definition.onByDefault ? "on" : "off")
            if setting == "off" || setting == false {
                guard definition.name == "cache", resources.hasStandbyCache else { continue }
                setting = ["mode": "off"]
            }
            try definition.check(setting)
            var known = renewed.contains(definition.name) ? nil : other?.made[definition.name]
            if known?.setting != setting || known?.hasCache != resources.hasCache { known = nil }
            guard let stage = known?.stage ?? definition.make(StageValues(value: setting), resources) else { continue }
            stages.append((definition.place, stage))
            made[definition.name] = Made(setting: setting, hasCache: resources.hasCache, stage: stage)
        }
        self.made = made
        answer = stages.filter { $0.place == .answer }.map(\.stage)
        choice = stages.filter { $0.place == .choice }.map(\.stage)
        upstream = stages.filter { $0.place == .upstream }.map(\.stage)
    }

    /// Those that fit embeddings.
    var forEmbeddings: PipelineStages {
        PipelineStages(
            answer: answer.filter { !($0 is CacheStage) && !($0 is SingleFlightStage) },
            choice: choice.filter { !($0 is HedgeStage) }, upstream: upstream, made: [:])
    }

    private init(answer: [any Stage], choice: [any Stage], upstream: [any Stage], made: [String: Made]) {
        self.answer = answer
        self.choice = choice
        self.upstream = upstream
        self.made = made
    }

    /// The models whose breaker is open or half open.
    public var openBreakers: [(model: String, isHalfOpen: Bool)] {
        upstream.flatMap { ($0 as? BreakerStage)?.openBreakers ?? [] }
    }

    private static func cacheIsOn(_ setting: JSONValue?) -> Bool {
        guard let setting else { return CacheStage.definition.onByDefault }
        return setting != "off" && setting != false && setting["mode"] != "off"
    }
}

/// A stage's setting after its check.
struct StageValues {
    var value: JSONValue

    /// The whole number at `key`; nil where the key is absent.
    func integer(_ key: String) -> Int? { value[key]?.intValue }

    /// The time in seconds at `key`; nil where the key is absent.
    func seconds(_ key: String) -> Duration? { value[key]?.doubleValue.flatMap(Duration.init(validSeconds:)) }

    /// The number at `key`; nil where the key is absent.
    func number(_ key: String) -> Double? { value[key]?.doubleValue }

    /// The word at `key`, or the setting itself where it is a bare word.
    func word(_ key: String) -> String? { value.stringValue ?? value[key]?.stringValue }
}
