import Experiments
import Records

/// `samples.csv`: a row a trial, a column a metric; an empty cell means not scored or unknown.
struct SamplesCSV: Report {
    let fileName = "samples.csv"

    static let header = [
        "run_id", "sample_id", "variant", "repeat", "output", "error", "source", "latency_ms", "ttft_ms",
        "input_tokens", "output_tokens", "cost_usd",
    ]

    func write(_ material: ReportMaterial, to file: ReportFile) throws {
        let summary = material.summary
        var rows = CSVWriter(header: SamplesCSV.header + summary.measures.map(\.id))
        try material.contents.forEachSample { _, trials in
            for trial in trials {
                rows.append(
                    [
                        summary.runID, trial.sampleID, trial.variant, String(trial.repeatIndex), trial.output,
                        trial.error, trial.source, NumberText.exact(trial.latencyMilliseconds),
                        NumberText.exact(trial.firstTokenMilliseconds), trial.inputTokens.map { String($0) },
                        trial.outputTokens.map { String($0) }, NumberText.exact(trial.cost),
                    ] + trial.scores.map { NumberText.exact($0) })
            }
            try file.append(rows.takeBytes())
        }
        try file.append(rows.takeBytes())
    }
}
