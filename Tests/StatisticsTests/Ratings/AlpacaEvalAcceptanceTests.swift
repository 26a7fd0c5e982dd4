import Foundation
import Testing

@testable import Statistics

/// The folder of published results; absent outside of our own checkouts.
private enum AlpacaEval {
    static let absent: Comment = "no data folder: set NEXUS_DATA_DIR or place it at ../shared/data"

    static let folder: URL? = {
        let environment = ProcessInfo.processInfo.environment["NEXUS_DATA_DIR"]
        let data =
            environment.map { URL(fileURLWithPath: $0) }
            ?? SourceTree.root.deletingLastPathComponent().appendingPathComponent("shared/data")
        let folder = data.appendingPathComponent("alpaca_eval")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()
}

/// Win rates of real models under a real judge against the published ones (tatsu-lab/alpaca_eval).
@Suite(.enabled(if: AlpacaEval.folder != nil, AlpacaEval.absent)) struct AlpacaEvalAcceptanceTests {
    static func rows(_ path: String) throws -> [Tree] {
        let file = try #require(AlpacaEval.folder).appendingPathComponent(path)
        let decoder = JSONDecoder()
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map {
            try decoder.decode(Tree.self, from: Data($0))
        }
    }

    static func lengths(_ path: String, _ field: String) throws -> [String: Int] {
        var found: [String: Int] = [:]
        for row in try rows(path) { found[row["id"].text ?? ""] = row[field].text?.unicodeScalars.count }
        return found
    }

    @Test func `published win rates, standard errors and, nearly, length-controlled win rates`() throws {
        let folder = try #require(AlpacaEval.folder)
        let table = try String(contentsOf: folder.appendingPathComponent("leaderboard.csv"), encoding: .utf8)
            .split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let header = try #require(table.first)
        func column(_ name: String) throws -> Int { try #require(header.firstIndex { $0 == name }) }
        let (rate, error, controlled) = (
            try column("win_rate"), try column("standard_error"), try column("length_controlled_winrate")
        )
        let baseline = try Self.lengths("prompts.jsonl", "baseline_output")
        var gaps: [Double] = []
        for row in table.dropFirst() {
            let outputs = try Self.lengths("outputs/\(row[0]).jsonl", "output")
            let judgments = try Self.rows("judgments/\(row[0]).jsonl")
            let scores = judgments.compactMap { $0["preference_b"].number }
            let differences = judgments.map { judgment -> Double in
                let id = judgment["id"].text ?? ""
                return Double((outputs[id] ?? 0) - (baseline[id] ?? 0))
            }
            let win = try #require(WinRate(scores: scores))
            #expect(abs(win.percent - (Double(row[rate]) ?? .nan)) < 1e-6)
            #expect(abs((win.standardError ?? 0) - (Double(row[error]) ?? .nan)) < 1e-6)
            let control = try #require(LengthControl(scores: scores, lengthDifferences: differences))
            gaps.append(abs((control.winRate.estimate ?? 0) - (Double(row[controlled]) ?? .nan)))
        }
        #expect(gaps.count == 7)
        #expect((Moments(gaps).mean ?? 9) < 1.5)
    }
}
