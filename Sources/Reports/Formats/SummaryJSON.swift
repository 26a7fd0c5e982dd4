public import Chat
public import Experiments

/// `summary.json`: everything the report says in one document.
struct SummaryJSON: Report {
    let fileName = "summary.json"

    /// Grows with any change that a reader of the older form would trip over.
    static let schemaVersion = 1

    func write(_ material: ReportMaterial, to file: ReportFile) throws {
        try file.append(PrettyJSON.text(SummaryJSON.document(material.summary)))
    }

    /// The document; what is unknown is `null`.
    static func document(_ summary: RunSummary) -> JSONValue {
        .object([
            "schema_version": .number(schemaVersion),
            "run_id": .string(summary.runID),
            "name": .string(summary.name),
            "description": text(summary.description),
            "verdict": .array(summary.verdict.map { .string($0) }),
            "valid": .bool(summary.faults.isEmpty),
            "faults": .array(summary.faults.map { .string($0) }),
            "warnings": .array(summary.warnings.map { .string($0) }),
            "started_at": .string(TimeText.iso(summary.startedAt)),
            "finished_at": text(summary.finishedAt.map { TimeText.iso($0) }),
            "versions": .object(["nexus": .string(summary.version)]),
            "seed": .number(String(summary.seed)),
            "spec_sha256": .string(summary.specHash),
            "dataset_sha256": .string(summary.datasetHash),
            "samples": .number(summary.sampleCount),
            "repeats": .number(summary.repeats),
            "trials": .object([
                "planned": .number(summary.plannedTrials), "stored": .number(summary.storedTrials),
                "failed": .number(summary.failedTrials),
            ]),
            "alpha": .number(summary.alpha),
            "correction": .string(summary.correction),
            "resamples": .number(summary.resamples),
            "baseline": .string(summary.baseline),
            "measures": .array(summary.measures.map(measure)),
            "variants": .array(summary.variants.map(variant)),
            "comparisons": .array(summary.comparisons.map(comparison)),
            "resource_comparisons": .array(summary.resourceComparisons.map(comparison)),
            "ablations": .array(summary.ablations.map(ablation)),
            "gates": .array(summary.gates.map(gate)),
            "spec": summary.spec,
        ])
    }

    private static func measure(_ facts: MeasureFacts) -> JSONValue {
        .object([
            "id": .string(facts.id), "unit": .string(facts.unit), "higher_is_better": .bool(facts.higherIsBetter),
            "range": facts.range.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null,
            "signature": .string(facts.signature), "method": .string(facts.method),
        ])
    }

    private static func variant(_ variant: VariantSummary) -> JSONValue {
        .object([
            "label": .string(variant.label), "model": .string(variant.model), "prompt": .string(variant.prompt),
            "pipeline": .string(variant.pipeline), "trials": .number(variant.trials),
            "failed": .number(variant.failed),
            "failures": .array(
                variant.failures.map {
                    .object([
                        "kind": .string($0.kind.rawValue), "count": .number($0.count), "example": .string($0.example),
                    ])
                }),
            "sources": .array(
                variant.sources.map { .object(["source": .string($0.source), "count": .number($0.count)]) }),
            "figures": .array(variant.figures.map(figure)),
            "resources": .array(variant.resources.map(figure)),
            "stages": .array(variant.stages.map(stage)),
            "calibration": .array(variant.calibrations.map(calibration)),
        ])
    }

    private static func calibration(_ calibration: Calibration) -> JSONValue {
        .object([
            "metric": .string(calibration.metric), "n": .number(calibration.count),
            "ece": .number(calibration.expectedError), "mce": .number(calibration.maximumError),
            "brier": .number(calibration.brierScore),
            "bins": .array(
                calibration.bins.map { bin in
                    .object([
                        "lower": .number(bin.lower), "upper": .number(bin.upper), "n": .number(bin.count),
                        "confidence": .number(bin.confidence), "score": .number(bin.score),
                        "ci_low": number(bin.low), "ci_high": number(bin.high),
                    ])
                }),
        ])
    }

    private static func stage(_ time: StageTime) -> JSONValue {
        .object([
            "stage": .string(time.stage), "trials": .number(time.trials), "self_ms_mean": .number(time.mean),
            "self_ms_p50": .number(time.median), "self_ms_p95": number(time.p95), "share": .number(time.share),
        ])
    }

    private static func ablation(_ ablation: AblationSummary) -> JSONValue {
        .object([
            "design": .string(ablation.design.rawValue), "model": .string(ablation.model),
            "prompt": .string(ablation.prompt), "pipeline": .string(ablation.pipeline),
            "variant": .string(ablation.variant), "cache": text(ablation.stratum),
            "effects": .array(
                ablation.effects.map { effect in
                    let stages: JSONValue = .array(effect.stages.map { .string($0) })
                    return .object(
                        [.init(key: "stages", value: stages)] + (comparison(effect.row).objectValue ?? []))
                }),
        ])
    }

    private static func figure(_ figure: Figure) -> JSONValue {
        .object([
            "metric": .string(figure.metric), "n": .number(figure.n), "missing": .number(figure.missing),
            "value": number(figure.value), "ci_low": number(figure.low), "ci_high": number(figure.high),
            "unit": .string(figure.unit), "method": .string(figure.method),
        ])
    }

    private static func comparison(_ row: ComparisonRow) -> JSONValue {
        .object([
            "metric": .string(row.metric), "baseline": .string(row.baseline), "variant": .string(row.variant),
            "n": .number(row.n), "difference": number(row.difference), "ci_low": number(row.low),
            "ci_high": number(row.high), "p_value": number(row.pValue), "p_adjusted": number(row.pAdjusted),
            "correction": .string(row.correction), "family_size": .number(row.familySize), "test": .string(row.test),
            "effect_size": number(row.effectSize), "effect_name": .string(row.effectName),
            "significant": row.significant.map { .bool($0) } ?? .null,
            "higher_is_better": .bool(row.higherIsBetter),
            "also_tested": .array(
                row.alsoTested.map { .object(["test": .string($0.test), "p_value": number($0.pValue)]) }),
            "minimum_detectable": number(row.minimumDetectable), "note": text(row.note),
        ])
    }

    private static func gate(_ gate: GateResult) -> JSONValue {
        .object([
            "rule": .string(gate.rule), "metric": .string(gate.metric), "variant": .string(gate.variant),
            "verdict": .string(gate.verdict.rawValue), "reason": .string(gate.reason),
            "needed_samples": gate.neededSamples.map { .number($0) } ?? .null,
        ])
    }

    private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

    private static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
}

/// The document of `summary.json`, for `--json` and for holding a written one against the store.
public enum SummaryDocument {
    /// What is unknown is `null`.
    public static func json(_ summary: RunSummary) -> JSONValue { SummaryJSON.document(summary) }

    /// `summary.csv`, header first.
    public static func csv(_ summary: RunSummary) -> [UInt8] { SummaryCSV.bytes(of: summary) }
}
