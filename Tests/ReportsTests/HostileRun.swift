import Chat

@testable import Experiments

/// Text that breaks out of HTML, JSON, CSV, XML, Markdown, gnuplot and terminals where it is not escaped.
enum Hostile {
    static let outputs: [String] = [
        "</script><script>document.title='pwned'</script>", "<img src=x onerror=\"document.title='pwned'\">",
        "<!--<script>", "]]></text><script>alert(1)</script>", "javascript:alert(1)",
        "<a href=\"javascript:alert(1)\">x</a>",
        "\u{202E}evil\u{2066}", "a\u{0}b\u{1}c\u{1B}[31mred", "{{constructor.constructor('x')()}}", "\u{2028}\u{2029}",
        String(repeating: "x", count: 5_000), "=HYPERLINK(\"http://evil.example\")", "@SUM(A1)", "-1+2", "a,b\"c\r\nd",
        "`touch /nonexistent/canary`", "\"; system(\"touch canary\"); \"", "</textarea></title></style>",
        "&lt;b&gt;&amp;",
    ]

    /// A label that is code to gnuplot, a shell, HTML, XML and a spreadsheet; it would write `canary`.
    static func label(canary: String) -> String {
        "=`touch \(canary)`$(touch \(canary))'\"; system(\"touch \(canary)\"); "
            + "<script>alert(1)</script>]]>\u{202E}\u{0}\n"
    }

    /// A run in which every text is hostile.
    static func run(canary: String = "canary") -> MadeUpRun {
        var run = MadeUpRun.news(samples: outputs.count)
        let label = label(canary: canary)
        let old = run.summary.variants[1].label
        run.summary.name = label
        run.summary.description = label
        run.summary.verdict = outputs
        run.summary.warnings = outputs
        run.summary.faults = outputs
        run.summary.spec = ["name": .string(label), "</script>": "<script>"]
        run.summary.variants[1].label = label
        run.summary.measures[0].id = label
        run.summary.measures[1].unit = label
        for index in run.summary.comparisons.indices {
            if run.summary.comparisons[index].variant == old { run.summary.comparisons[index].variant = label }
            run.summary.comparisons[index].note = label
        }
        run.summary.ablations[0].pipeline = label
        run.summary.ablations[0].stratum = label
        for index in run.summary.ablations[0].effects.indices {
            run.summary.ablations[0].effects[index].stages = [label]
            run.summary.ablations[0].effects[index].row.note = label
        }
        run.summary.variants[2].stages[0].stage = label
        for index in run.summary.gates.indices {
            run.summary.gates[index].variant = label
            run.summary.gates[index].rule = label
            run.summary.gates[index].reason = label
        }
        for (place, output) in outputs.enumerated() {
            run.samples[place].sample.id = "\(place)\(output)"
            run.samples[place].sample.references = [output]
            run.samples[place].sample.fields = [(name: output, value: output)]
            for trial in run.samples[place].trials.indices {
                run.samples[place].trials[trial].output = output
                run.samples[place].trials[trial].error = trial == 2 ? output : nil
                if run.samples[place].trials[trial].variant == old { run.samples[place].trials[trial].variant = label }
            }
        }
        return run
    }
}
