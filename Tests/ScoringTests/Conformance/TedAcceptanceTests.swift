import Chat
import Testing

@testable import Scoring

/// 13 real systems that translate TED talks, English to German; figures computed with sacrebleu 2.6.0.
@Suite(.enabled(if: Fixtures.data != nil, "needs the real data (NEXUS_DATA_DIR)"))
struct TedAcceptanceTests {
    @Test(arguments: [
        ("Facebook-AI", 30.15257193949624, 60.42439762303431, 58.96805896805897),
        ("HuaweiTSC", 30.419677867462106, 60.639244999066555, 57.813267813267814),
        ("Nemo", 28.16498089306183, 59.00746989797286, 60.18427518427518),
        ("Online-W", 30.209718793132925, 60.93917287186022, 58.304668304668304),
        ("UEdin", 27.485591835050734, 58.65588177776444, 61.04422604422604),
        ("VolcTrans-AT", 30.08323624119171, 60.47967028990156, 58.304668304668304),
        ("VolcTrans-GLAT", 30.196780684599368, 59.5652199756858, 58.23095823095823),
        ("eTranslation", 28.264040211096194, 59.0599133940149, 60.171990171990174),
        ("metricsystem1", 29.84735553583514, 59.56650768281935, 59.44717444717445),
        ("metricsystem2", 27.59186013769393, 58.08306555819528, 60.23341523341523),
        ("metricsystem3", 27.462141504821616, 57.810529294070555, 60.24570024570025),
        ("metricsystem4", 28.967413091740653, 59.44415689919409, 62.06388206388206),
        ("metricsystem5", 28.692243934203887, 59.74642938680489, 59.385749385749385),
    ])
    func `corpus BLEU, chrF and TER are sacrebleu's`(system: String, bleu: Double, chrf: Double, ter: Double) throws {
        let rows = try Fixtures.rows("ted_ende/segments.jsonl")
        let references = Dictionary(
            rows.map { ($0["id"]?.stringValue ?? "", $0["reference"]?.stringValue ?? "") },
            uniquingKeysWith: { one, _ in one })
        let segments = try Fixtures.rows("ted_ende/outputs/\(system).jsonl").map { row in
            let id = try #require(row["id"]?.stringValue)
            return Segment(
                output: try #require(row["output"]?.stringValue), references: [try #require(references[id])])
        }
        #expect(segments.count == 529)
        for (name, wanted) in [("bleu", bleu), ("chrf", chrf), ("ter", ter)] {
            let metric = try Metrics.make(name)
            let all = try segments.map { try metric.statistics(of: $0)[0] }
            let score = try #require(metric.measures[0].score(of: all))
            #expect(abs(score - wanted) < 1e-9, "\(system) \(name)")
        }
    }
}
