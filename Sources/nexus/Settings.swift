import Chat
import Experiments
import Gateway
import Providers
import Server
import Wire

/// What is configured: providers with their addresses and keys, aliases, named pipelines.
struct Settings: Sendable {
    /// How one provider is reached. Nil values are the provider's own defaults.
    struct Provider: Sendable, Hashable {
        var dialect: String?
        var baseURL: String?
        var apiKey: String?
        /// Of a host with `dialect: http`: its body template, and where its answer stands.
        var request: RequestTemplate?
        var answer: JSONPath?
        var maxConcurrency: Int?
        var requestsPerMinute: Int?
        /// Most calls that wait for the other two; nil is without a bound.
        var queue: Int?
        /// Environment variables that the base URL in the configuration refers to and that are not set.
        var unsetVariables: [String] = []

        /// What a provider of the configuration's own lacks, and how to mend it.
        var missing: String {
            let variables = unsetVariables.map { "${\($0)} is not set" }.joined(separator: ", ")
            return variables.isEmpty ? "needs 'dialect' and 'base_url' in nexus.yaml" : "has no address: \(variables)"
        }
    }

    /// A name of the configuration's own for a model.
    struct Alias: Sendable, Hashable {
        /// What it stands for; of an alias with deployments the first of them.
        var model: String
        var parameters = ChatRequest.Parameters()
        /// Names that are asked in turn where the model fails.
        var fallback: [String] = []
        /// What shares the alias's calls; empty where it stands for one model.
        var deployments: [Deployment] = []
        var strategy = DeploymentPool.Strategy.weighted
    }

    /// One of the models that share an alias's calls.
    struct Deployment: Sendable, Hashable {
        var model: String
        var weight = 1
    }

    /// The rows of `nexus logs`.
    struct LogSettings: Sendable, Hashable {
        /// Whether there is a row for each request.
        var requests = true
        /// Whether rows hold prompts and answers.
        var prompts = false
        /// How many days rows, feedback and ended jobs are kept; nil keeps them.
        var retentionDays: Double?
    }

    var providers: [String: Provider] = [:]
    var aliases: [String: Alias] = [:]
    /// What a bare name is asked of.
    var defaultProvider: String?
    var defaultModel: String?
    /// What is asked of a provider where a request names it alone (`OLLAMA_DEFAULT_MODEL` …), without the provider.
    var defaultModels: [String: String] = [:]
    /// What OpenAI's models are asked with where nobody says another (`OPENAI_DEFAULT_TEMPERATURE`).
    var defaultTemperature: Double?
    /// Where runs are stored (`DATABASE_URL`).
    var storePath: String?
    /// What models cost: the binary's own table, and over it what the configuration says.
    var prices = PriceTable.embedded
    /// Where `nexus serve` listens, and whom it lets in.
    var server = ServerOptions()
    /// What `nexus serve` keeps of each request.
    var log = LogSettings()
    /// What `nexus serve` makes of feedback.
    var training = TrainingSettings()
    /// Named pipelines, and the one that `ask` uses.
    var pipelines: [EvalPipeline] = []
    var pipeline = EvalPipeline(id: "default")
    /// What `${NAME}` stands for in settings of stages, which are kept as they are written: never a secret.
    var substitution = Substitution(variables: [:])
    /// The files that were read, for `nexus doctor`.
    var sources: [String] = []
    /// What is missing for serving, and is no fault to commands that do not need it: variables that are not set.
    var gaps: [SpecFault] = []
    /// What was found and is not used.
    var warnings: [String] = []

    /// What may stand before the first slash of a model's name.
    var providerNames: [String] {
        let known = Providers.Provider.all.map(\.name)
        return known + providers.keys.filter { !known.contains($0) }.sorted() + ["baseline"]
    }

    /// Whether a pipeline of the configuration takes passages from the knowledge base.
    var retrieves: Bool { allPipelines.contains { $0.collection != nil } }

    /// Whether `nexus serve` writes to its store from the start.
    var needsStore: Bool { log.requests || retrieves || hasCache }

    /// Whether a pipeline of the configuration keeps answers.
    var hasCache: Bool { allPipelines.contains { $0.hasCache } }

    /// Most answers that the store keeps: the largest bound of all pipelines with a cache.
    var maxCacheEntries: Int {
        allPipelines.filter(\.hasCache)
            .map { $0.setting(of: "cache")?["max_entries"]?.intValue ?? 10_000 }.max() ?? 10_000
    }

    /// These settings for callers that never have more calls under way than they mean to, as evals: nothing is refused
    /// for want of a place in a queue.
    var withoutQueueBounds: Settings {
        var settings = self
        for name in settings.providers.keys { settings.providers[name]?.queue = nil }
        return settings
    }
}
