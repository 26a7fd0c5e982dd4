import Chat
import Experiments
import Gateway
import Reports
import Scoring
import Store

/// One execution of `nexus eval`, from the spec to the exit status.
struct EvalSession {
    let spec: EvalSpec
    let dataset: Dataset
    private(set) var assembly: Assembly
    let grader: Grader
    let options: EvalOptions
    let shared: SharedOptions

    /// Reads spec and data whole, before anything is asked or written.
    init(specFile: String, options: EvalOptions, shared: SharedOptions) throws {
        self.options = options
        self.shared = shared
        let settings = try shared.settings()
        assembly = try Assembly(settings: settings.withoutQueueBounds)
        let vocabulary = assembly.vocabulary
        spec = try SpecReader(vocabulary: vocabulary).read(path: specFile).applying(options.overrides)
        dataset = try DatasetReader(spec: spec, vocabulary: vocabulary).read()
        grader = try Grader(spec: spec, vocabulary: vocabulary)
    }

    /// Finds out whom the spec's bare names are asked of; a gateway knows that by itself.
    mutating func findDefaultProvider() async {
        guard options.gateway == nil else { return }
        let names = spec.models.filter { $0.recorded == nil }.map(\.model)
        assembly = await assembly.findingDefaultProvider(for: names)
    }

    /// Prints what a run would do.
    func showPlan() throws {
        let variants = try contestants(assembly, cache: nil).map(\.variant)
        let now = Double(Timestamp.now()) / 1000
        let plan = RunPlan(spec: spec, variants: variants, dataset: dataset, measures: grader.measures) {
            assembly.cost(of: $1, model: $0.model.model, at: now)
        }
        Terminal.result(shared.json ? plan.json.text : plan.text)
    }

    /// Runs, reports, and throws a `CommandFailure` with the status where all is not well.
    func run() async throws {
        let store = try RunStore(writing: shared.storePath, command: "nexus eval \(spec.file)")
        defer { store.close() }
        let cache = StoredCache(store, maxEntries: spec.maxCacheEntries, now: Timestamp.now)
        _ = try? await cache.clean()
        let pipelines = options.gateway == nil ? spec.variants.map(\.pipeline) : []
        let assembly = try self.assembly.retrieving(for: pipelines, shared, own: store)
        try assembly.checkCollections(pipelines)
        let contestants = try contestants(assembly, cache: cache)
        try ReportOutput.check(options.out)
        let record = try await begin(in: store)
        let progress = ProgressLine(isQuiet: shared.quiet)
        let ending = try await ask(contestants, in: store, record, progress)
        progress.close()
        if let loss = cache.loss {
            let reason = loss.reason.map { "\($0)" } ?? "the store is too slow"
            Terminal.error("warning: \(Count.text(loss.entries, "answer")) could not be kept in the cache: \(reason)")
        }
        if options.maxCost != nil, progress.unknownCosts > 0, !shared.quiet {
            Terminal.error(
                "warning: --max-cost counts known costs alone; the cost of "
                    + "\(Count.text(progress.unknownCosts, "answer")) is unknown, as their model has no known price")
        }
        if ending == .interrupted {
            try await store.setStatus(.interrupted, of: record.id, finishedAtMilliseconds: nil)
            throw CommandFailure(.interrupted, "interrupted; resume with: \(resumeCommand(record.id))")
        }
        try await finish(record, ending, in: store)
    }

    private func contestants(_ assembly: Assembly, cache: StoredCache?) throws -> [Contestant] {
        try assembly.contestants(
            for: spec, cache: cache, gateway: options.gateway, disableCache: options.noCache)
    }

    private func ask(
        _ contestants: [Contestant], in store: RunStore, _ record: RunRecord, _ progress: ProgressLine
    ) async throws -> EvalRunner.Ending {
        let runner = EvalRunner(
            runID: record.id, spec: spec, dataset: dataset, contestants: contestants, grader: grader, store: store,
            options: .init(
                retryFailed: options.retryFailed, costLimit: options.maxCost.flatMap(NanoUSD.init(dollars:)),
                lanePermits: assembly.lanePermits, now: Timestamp.now))
        return try await Interruption.cancelling { try await runner.run(onProgress: progress.show) }
    }

    func resumeCommand(_ runID: String) -> String {
        var command = "nexus eval \(EvalOptions.quoted(spec.file))\(options.resumeFlags) --resume \(runID)"
        for (flag, path) in [("--store", shared.store), ("--config", shared.config), ("--env-file", shared.envFile)] {
            if let path { command += " \(flag) \(EvalOptions.quoted(path))" }
        }
        return command
    }
}

extension EvalSession {
    /// The run's record: a new one, or the one to go on with.
    private func begin(in store: RunStore) async throws -> RunRecord {
        if let reference = options.resume { return try resumed(store.run(reference)) }
        let now = Timestamp.now()
        let record = RunRecord(
            id: RunIdentifier.make(name: spec.name, at: now, suffix: .random(in: .min ... .max)), specName: spec.name,
            startedAtMilliseconds: now, spec: spec.json, specHash: spec.hash, datasetHash: dataset.hash,
            seed: spec.seed, version: Nexus.version,
            plan: ["samples": .number(dataset.count), "repeats": .number(spec.repeats)],
            variants: spec.variants.map(\.label))
        let samples = dataset.enumerated().map { index, sample in
            SampleRecord(
                position: index, id: sample.id, variables: .object(sample.fields), references: sample.references,
                cluster: sample.cluster)
        }
        try await store.insert(record, samples: samples)
        if !shared.quiet {
            let trials = samples.count * record.variants.count * spec.repeats
            Terminal.error("run \(record.id): \(Count.text(trials, "trial"))")
        }
        return record
    }

    private func resumed(_ record: RunRecord) throws -> RunRecord {
        guard record.specHash == spec.hash else {
            let changes = EvalSession.changedKeys(record.spec, spec.json).joined(separator: ", ")
            throw CommandFailure.usage(
                "\(spec.file): the spec has changed since run \(record.id) (\(changes)); "
                    + "start a new run, or undo the change (flags such as --limit count)")
        }
        guard record.datasetHash == dataset.hash else {
            throw CommandFailure.usage(
                "the samples have changed since run \(record.id); start a new run, or undo the change")
        }
        return record
    }

    private static func changedKeys(_ old: JSONValue, _ new: JSONValue) -> [String] {
        let keys = Set((old.objectValue ?? []).map(\.key) + (new.objectValue ?? []).map(\.key))
        return keys.filter { old[$0]?.canonicalBytes != new[$0]?.canonicalBytes }.sorted()
    }

    /// Stores how the run ended, writes the reports, prints the summary.
    private func finish(_ record: RunRecord, _ ending: EvalRunner.Ending, in store: RunStore) async throws {
        var failure: CommandFailure?
        var status = RunRecord.Status.finished
        if case .budgetReached(let left) = ending {
            status = .incomplete
            failure = CommandFailure(
                .invalidRun,
                "the budget of $\(JSONValue.number(options.maxCost ?? 0).text) is spent with "
                    + "\(Count.text(left, "trial")) left; "
                    + "resume with a larger one: \(resumeCommand(record.id)) --max-cost USD")
        }
        let finishedAt = record.status == .finished ? record.finishedAtMilliseconds : Timestamp.now()
        try await store.setStatus(status, of: record.id, finishedAtMilliseconds: finishedAt ?? Timestamp.now())
        let analysis = try RunAnalysis(runID: record.id, store: store, spec: spec, metrics: grader.metrics)
        if status == .finished, !analysis.summary.faults.isEmpty {
            try await store.setStatus(.invalid, of: record.id, finishedAtMilliseconds: finishedAt ?? Timestamp.now())
        }
        let output = ReportOutput(options: options, shared: shared)
        let isNewest = try store.run("latest").id == record.id
        try await output.write(analysis, to: options.out, isNewest: isNewest)
        if let failure { throw failure }
        try output.judge(analysis.summary)
    }
}
