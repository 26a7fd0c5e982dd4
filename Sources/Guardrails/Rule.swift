public import Chat

/// A guardrail: a name, and a look at a text.
public struct Rule: Sendable {
    /// How much of a text the rule must see before it can tell.
    public enum Reach: Sendable, Hashable {
        /// A value and what stands around it, as `StreamGuard` holds it back.
        case values
        /// So many bytes.
        case window(Int)
        /// All of it.
        case whole
    }

    /// What a rule is shown.
    public struct Subject: Sendable {
        public var text: String
        /// What was asked, for rules about an answer; nil where it is not known.
        public var question: String?
        /// The schema that the request asks for; nil where it asks for none.
        public var schema: JSONValue?

        public init(text: String, question: String? = nil, schema: JSONValue? = nil) {
            self.text = text
            self.question = question
            self.schema = schema
        }
    }

    public struct Finding: Sendable, Hashable {
        public var score: Double
        public var spans: [GuardSpan]
        public var message: String

        public init(score: Double = 1, spans: [GuardSpan] = [], message: String) {
            self.score = score
            self.spans = spans
            self.message = message
        }
    }

    public enum Outcome: Sendable, Hashable {
        case passed
        case found(Finding)
        /// The rule could not be asked; why.
        case failed(String)
    }

    /// How a rule looks: at once, or by asking somebody.
    public enum Check: Sendable {
        case now(@Sendable (Subject) -> Outcome)
        case later(@Sendable (Subject) async -> Outcome)
    }

    public let name: String
    public let reach: Reach
    /// Whether it judges the answer as such, its shape or its worth, and has nothing to say of thoughts and tool calls.
    public let isAboutAnswer: Bool
    public let check: Check

    public init(name: String, reach: Reach = .whole, isAboutAnswer: Bool = false, check: Check) {
        self.name = name
        self.reach = reach
        self.isAboutAnswer = isAboutAnswer
        self.check = check
    }
}

/// A kind of rule as configurations name it, and how one is made.
public struct RuleDefinition: Sendable {
    /// The name in `guardrails: {input: […], output: […]}`.
    public let name: String
    /// What the rule looks for, in one line.
    public let summary: String
    /// Where it may stand.
    public let sides: Set<GuardSide>
    /// The keys that a mapping under its name may have, besides `action`.
    public let keys: [String]
    let make: @Sendable (RuleSettings, RuleResources) throws(PolicyError) -> Rule
}

/// All kinds of rules.
public enum Rules {
    /// The files of the folder `Rules`, sorted: a new rule is a file, its test, and a line here.
    public static let all: [RuleDefinition] = [
        InjectionRule.definition,
        JSONSchemaRule.definition,
        PIIRule.definition,
        QualityRule.definition,
        RegexRule.definition,
        ToxicityRule.definition,
        WebhookRule.definition,
    ]
}

/// What rules need from outside: handed in by whoever assembles the pipeline.
public struct RuleResources: Sendable {
    /// Finds all matches of a regular expression, as ranges of UTF-8 bytes; bounded in time.
    public typealias Search = @Sendable (String) -> Result<[Range<Int>], PolicyError>

    /// Where a document goes, and what it is signed with; both may name variables, as `${NAME}`.
    public struct Address: Sendable, Hashable {
        public var url: String
        /// Nil signs nothing.
        public var secret: String?
    }

    /// Compiles a regular expression; nil where there is no engine.
    public var pattern: (@Sendable (String) -> Result<Search, PolicyError>)?
    /// Posts a document to an address and gives the answer's; nil where nothing may be sent.
    public var post: (@Sendable (Address, JSONValue) async -> Result<JSONValue, PolicyError>)?

    public init(
        pattern: (@Sendable (String) -> Result<Search, PolicyError>)? = nil,
        post: (@Sendable (Address, JSONValue) async -> Result<JSONValue, PolicyError>)? = nil
    ) {
        self.pattern = pattern
        self.post = post
    }
}

/// A setting of guardrails that cannot be used, or a rule that could not be asked.
public struct PolicyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The key at fault, as a path: `output[1].pattern`; empty for the whole.
    public var key: String
    public var message: String

    public init(key: String = "", message: String) {
        self.key = key
        self.message = message
    }

    public var description: String { key.isEmpty ? message : "'\(key)': \(message)" }
}
