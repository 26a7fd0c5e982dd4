public import Chat
public import Guardrails

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
    /// The stage by whose setting this one is made, the second place of one thing; nil for a stage with its own.
    public var partOf: String?
    /// The setting of a stage that is switched off and stands by for calls that ask for it; nil where none does.
    var standby: JSONValue?
    /// Whether the setting decides what is answered, so that no cache shares answers across settings.
    var changesAnswers = false
    /// Makes the stage from its setting, a bare word or a checked mapping; nil where the setting turns it off.
    let make: @Sendable (StageValues, StageResources) throws(StageError) -> (any Stage)?

    init(
        name: String, settings: [Setting], words: [String], needsOneOf: [String] = [], onByDefault: Bool,
        place: Place = .answer, partOf: String? = nil, standby: JSONValue? = nil, changesAnswers: Bool = false,
        make: @escaping @Sendable (StageValues, StageResources) throws(StageError) -> (any Stage)?
    ) {
        self.name = name
        self.settings = settings
        self.words = words
        self.needsOneOf = needsOneOf
        self.onByDefault = onByDefault
        self.place = place
        self.partOf = partOf
        self.standby = standby
        self.changesAnswers = changesAnswers
        self.make = make
    }

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
            case text
            /// A document that the stage itself reads; what it is, for a message.
            case document(String)
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

        /// A text that is not empty.
        static func text(_ name: String) -> Setting { Setting(name: name, rule: .text) }

        /// A list or a mapping that the stage reads by itself.
        static func document(_ name: String, _ what: String) -> Setting {
            Setting(name: name, rule: .document(what))
        }

        /// What to write, for a message.
        var expectation: String {
            switch rule {
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
            case .word(let words): "one of \(words.joined(separator: ", "))"
            case .text: "a text"
            case .document(let what): what
            }
        }

        func accepts(_ value: JSONValue) -> Bool {
            switch rule {
            case .integer(let range): value.intValue.map(range.contains) ?? false
            case .number(let range): value.doubleValue.map(range.contains) ?? false
            case .word(let words): value.stringValue.map(words.contains) ?? false
            case .text: !(value.stringValue?.isEmpty ?? true)
            case .document: value.arrayValue != nil || value.objectValue != nil
            }
        }
    }

    /// What is wrong with a setting, as far as it can be told without asking anybody; nil where nothing is.
    public func fault(in value: JSONValue, resources: StageResources) -> StageError? {
        do throws(StageError) {
            try check(value)
            _ = try make(StageValues(value: value), resources)
            return nil
        } catch {
            return error
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

extension StageDefinition {
    /// Whether what the stage remembers of one call is given to others.
    fileprivate var sharesAnswers: Bool {
        name == CacheStage.definition.name || name == SingleFlightStage.definition.name
    }

    /// Whether the stage is made of other stages' settings besides its own.
    fileprivate var dependsOnOthers: Bool {
        name == FallbackStage.definition.name || name == RetrievalStage.definition.name
    }
}

extension Stage {
    fileprivate var fitsEmbeddings: Bool {
        !(self is CacheStage) && !(self is SingleFlightStage) && !(self is GuardOutStage) && !(self is RetrievalStage)
            && !(self is SessionStage) && !(self is FallbackStage)
    }
}

/// What stages need from outside: handed in by whoever assembles the pipeline.
public struct StageResources: Sendable {
    /// The cache behind the memory cache; nil keeps entries in memory alone.
    public var cache: (any CacheStorage)?
    /// Where conversations are kept; nil keeps none.
    public var sessions: Sessions?
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
    /// Whether a pipeline holds stages that are off ready for calls that ask for them: the cache, retrieval.
    public var hasStandbys = false
    /// What rules of guardrails need from outside.
    public var rules: RuleResources
    /// Where retrieval looks.
    public var knowledge: KnowledgeSources
    /// Where embedding models come from, by their full names; nil where there are none.
    public var embeddings: EmbeddingModels?
    /// The service that is asked in the model's place, from its setting `{url, token?, model?}`, nil the environment's;
    /// nil where there is none, or its variables are not set.
    public var otherService: OtherService
    /// The pipeline's guard of answers, for answers that do not come from its model.
    var guardOut: GuardOutStage?
    /// Whether somebody goes by the confidence of answers.
    var wantsConfidence = false
    /// Prints the body that an answer which is kept goes out with; nil leaves it to whoever hands it out.
    public var printBody: BodyPrint?
    /// Whether the pipeline has a cache.
    var hasCache = false

    /// Prints the body of an answer that was given so long ago.
    public typealias BodyPrint = @Sendable (_ reply: ChatReply, _ age: Duration) -> WireBody

    public typealias EmbeddingModels = @Sendable (_ name: String) throws(ChatError) -> any EmbeddingModel
    public typealias OtherService = @Sendable (_ setting: JSONValue?) -> (any ChatModel)?
    public typealias TaskStart = @Sendable (@escaping @Sendable () async -> Void) -> Task<Void, Never>

    public init(
        cache: (any CacheStorage)? = nil, fingerprint: String = "", readsVariables: Bool = false,
        clock: any Clock<Duration> = ContinuousClock(),
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }, startTask: TaskStart? = nil,
        rules: RuleResources = RuleResources(), knowledge: KnowledgeSources = KnowledgeSources(),
        embeddings: EmbeddingModels? = nil, otherService: @escaping OtherService = { _ in nil }
    ) {
        self.cache = cache
        self.fingerprint = fingerprint
        self.readsVariables = readsVariables
        self.clock = clock
        self.jitter = jitter
        self.startTask = startTask
        self.rules = rules
        self.knowledge = knowledge
        self.embeddings = embeddings
        self.otherService = otherService
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
        GuardInStage.definition,
        SanitizeStage.definition,
        RateLimitStage.definition,
        SessionStage.definition,
        SingleFlightStage.definition,
        CacheStage.definition,
        FallbackStage.definition,
        GuardOutStage.definition,
        RetrievalStage.definition,
        RetryStage.definition,
        HedgeStage.definition,
        BreakerStage.definition,
    ]

    /// Those that specs and configurations name.
    public static var named: [StageDefinition] { all.filter { $0.partOf == nil } }
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
        /// Of the cache and of calls under way: the settings that decide what is answered.
        var answers: String
        var stage: any Stage
    }

    /// - Parameters:
    ///   - settings: by stage name; a stage that is absent is as its definition has it.
    ///   - other: stages to use again, with what they remember, where they have the same setting.
    /// - Throws: `StageError` for a setting that cannot be used; unknown names are the spec reader's to refuse.
    public init(
        settings: [String: JSONValue], resources: StageResources, sharing other: PipelineStages? = nil
    ) throws(StageError) {
        var resources = resources
        resources.hasCache = PipelineStages.cacheIsOn(settings["cache"])
        let answers = PipelineStages.answers(settings)
        resources.fingerprint += answers
        let fallback = settings[FallbackStage.definition.name] ?? "off"
        resources.wantsConfidence = fallback != "off" && fallback != false
        if let guardrails = settings[GuardInStage.definition.name], guardrails != "off", guardrails != false {
            // A fault in it is told where the stage itself is made.
            let stage = try? GuardOutStage.definition.make(StageValues(value: guardrails), resources)
            resources.guardOut = stage as? GuardOutStage
        }
        var stages: [(place: StageDefinition.Place, stage: any Stage)] = []
        var made: [String: Made] = [:]
        for definition in StageDefinition.all {
            let name = definition.partOf ?? definition.name
            var setting = settings[name] ?? (definition.onByDefault ? "on" : "off")
            if setting == "off" || setting == false {
                guard let standby = definition.standby, resources.hasStandbys else { continue }
                setting = standby
            } else if definition.partOf == nil {
                try definition.check(setting)
            }
            var known = other?.made[definition.name]
            if known?.setting != setting || known?.hasCache != resources.hasCache { known = nil }
            if definition.sharesAnswers || definition.dependsOnOthers, known?.answers != answers { known = nil }
            let stage =
                if let known { known.stage } else {
                    try definition.make(StageValues(value: setting), resources)
                }
            guard let stage else { continue }
            stages.append((definition.place, stage))
            made[definition.name] = Made(
                setting: setting, hasCache: resources.hasCache, answers: answers, stage: stage)
        }
        self.made = made
        answer = stages.filter { $0.place == .answer }.map(\.stage)
        choice = stages.filter { $0.place == .choice }.map(\.stage)
        upstream = stages.filter { $0.place == .upstream }.map(\.stage)
    }

    /// The settings that decide what is answered; "" where there are none.
    private static func answers(_ settings: [String: JSONValue]) -> String {
        let deciding = StageDefinition.all.filter(\.changesAnswers).compactMap { definition in
            settings[definition.name].flatMap { setting in
                setting == "off" || setting == false
                    ? nil : JSONValue.Member(key: definition.name, value: setting)
            }
        }
        return deciding.isEmpty ? "" : String(decoding: JSONValue.object(deciding).canonicalBytes, as: UTF8.self)
    }

    /// Those that fit embeddings.
    var forEmbeddings: PipelineStages {
        PipelineStages(
            answer: answer.filter(\.fitsEmbeddings),
            choice: choice.filter { !($0 is HedgeStage) }, upstream: upstream, made: [:])
    }

    private init(answer: [any Stage], choice: [any Stage], upstream: [any Stage], made: [String: Made]) {
        self.answer = answer
        self.choice = choice
        self.upstream = upstream
        self.made = made
    }

    /// What looks up passages; nil where none are.
    var retrieval: RetrievalStage? { answer.lazy.compactMap { $0 as? RetrievalStage }.first }

    /// Whether requests are looked at on their way in.
    var hasInputGuard: Bool { answer.contains { $0 is GuardInStage } }

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

    /// The text at `key`; nil where the key is absent.
    func text(_ key: String) -> String? { value[key]?.stringValue }

    /// The word at `key`, or the setting itself where it is a bare word.
    func word(_ key: String) -> String? { value.stringValue ?? value[key]?.stringValue }
}
