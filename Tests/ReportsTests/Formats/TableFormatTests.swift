import Foundation
import Testing

@testable import Experiments
@testable import Reports

/// Rows of an RFC 4180 text: quotes, doubled quotes, CRLF.
func rows(ofCSV text: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    let bytes = Array(text.utf8)
    var place = 0
    func take() { row.append(String(decoding: cell, as: UTF8.self)); cell = [] }
    while place < bytes.count {
        let byte = bytes[place]
        if isQuoted {
            if byte == 0x22, place + 1 < bytes.count, bytes[place + 1] == 0x22 {
                cell.append(0x22)
                place += 1
            } else if byte == 0x22 {
                isQuoted = false
            } else {
                cell.append(byte)
            }
        } else if byte == 0x22 {
            isQuoted = true
        } else if byte == 0x2C {
            take()
        } else if byte == 0x0D, place + 1 < bytes.count, bytes[place + 1] == 0x0A {
            take()
            rows.append(row)
            row = []
            place += 1
        } else {
            cell.append(byte)
        }
        place += 1
    }
    return rows
}

@Suite struct TableFormatTests {
    @Test func `an ablation has a row a stage and metric, and no file where there is none`() throws {
        var run = MadeUpRun.news()
        let table = try rows(ofCSV: AblationCSV().text(run))
        #expect(table.first == AblationCSV.header && table.count == 10)
        #expect(
            Array(table[4].prefix(9)) == [
                "mini", "plain", "full", "ablate", "warm", "retrieval", "rougeL", "118", "0.142",
            ])
        #expect(AblationCSV().isFor(run.summary))
        run.summary.ablations = []
        #expect(!AblationCSV().isFor(run.summary))
    }

    @Test func `samples have the contract's columns and one a metric`() throws {
        let run = MadeUpRun.news()
        let table = try rows(ofCSV: SamplesCSV().text(run))
        #expect(
            table.first == [
                "run_id", "sample_id", "variant", "repeat", "output", "error", "source", "latency_ms", "ttft_ms",
                "input_tokens", "output_tokens", "cost_usd", "rougeL", "bleu", "exact_match", "wer",
            ])
        #expect(table.count == 361)
        #expect(table.allSatisfy { $0.count == 16 })
        let failed = try #require(table.first { !$0[5].isEmpty && $0[5] != "error" })
        #expect(failed[4] == "")
        #expect(Array(failed[11...]) == ["", "", "", "", ""])
        let scored = table[1]
        #expect(Double(scored[12]) == run.samples[0].trials[0].scores[0])
    }

    @Test func `hostile samples stay in their cells and are no formulas`() throws {
        let run = Hostile.run()
        for format: any Report in [SamplesCSV(), SummaryCSV(), ComparisonsCSV()] {
            let table = rows(ofCSV: try format.text(run))
            let width = try #require(table.first?.count)
            #expect(table.allSatisfy { $0.count == width }, "\(format.fileName)")
            for cell in table.dropFirst().joined() where Double(cell) == nil {
                #expect(!["=", "+", "-", "@", "\t", "\r"].contains(cell.prefix(1)), "\(format.fileName): \(cell)")
            }
        }
    }

    @Test func `summary and comparisons have the contract's columns`() throws {
        var run = MadeUpRun.news()
        let summary = rows(ofCSV: try SummaryCSV().text(run))
        #expect(summary.first == ["variant", "metric", "n", "value", "ci_low", "ci_high", "unit"])
        #expect(summary.count == 1 + 3 * 10)
        let comparisons = rows(ofCSV: try ComparisonsCSV().text(run))
        #expect(
            comparisons.first == [
                "metric", "baseline", "variant", "n", "difference", "ci_low", "ci_high", "p_value", "p_adjusted",
                "correction", "test", "effect_size", "effect_name", "significant",
            ])
        #expect(comparisons.count == 9)
        run.summary.comparisons = [
            ComparisonRow(metric: "bleu", baseline: "a", variant: "b", n: 1, note: "one sample is no test")
        ]
        let untested = rows(ofCSV: try ComparisonsCSV().text(run))[1]
        #expect(untested == ["bleu", "a", "b", "1", "", "", "", "", "", "none", "", "", "", ""])
        run.summary.comparisons = []
        #expect(rows(ofCSV: try ComparisonsCSV().text(run)).count == 1)
    }
}
