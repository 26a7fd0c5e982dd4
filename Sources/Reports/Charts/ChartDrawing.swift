import Experiments
import Subprocess

/// A chart with its picture.
public struct DrawnChart: Sendable {
    var chart: Chart
    /// The picture as gnuplot made it, for its own file.
    var file: [UInt8]
    /// The picture checked and cleaned, for the page.
    var inline: [UInt8]
}

/// All charts of a report, drawn by one gnuplot process.
struct ChartDrawing: Sendable {
    /// Every chart that the run has, drawn or not.
    var charts: [Chart] = []
    var drawn: [DrawnChart] = []
    /// Why charts are missing, and how to get them.
    var notes: [String] = []

    static let missing =
        "no charts: gnuplot is not installed. Get it with 'apt-get install gnuplot-nox' (Debian, Ubuntu) or "
        + "'brew install gnuplot' (macOS), then write the report again with 'nexus report'."

    /// Draws what can be drawn; a gnuplot that is missing, fails or takes too long is a note.
    static func draw(_ summary: RunSummary, options: ReportOptions) async -> ChartDrawing {
        var drawing = ChartDrawing(charts: ChartKinds.all.flatMap { $0.charts(summary) })
        guard !drawing.charts.isEmpty else { return drawing }
        let script = drawing.charts.map(\.scriptForPipe).joined(separator: "\n")
        do throws(GnuplotError) {
            let output = try await Gnuplot.run(script, path: options.programPath, limit: options.chartTimeLimit)
            let pictures = Gnuplot.pictures(in: output)
            guard pictures.count == drawing.charts.count else {
                throw .failed("drew \(pictures.count) of \(drawing.charts.count) charts")
            }
            for (chart, picture) in zip(drawing.charts, pictures) {
                do {
                    let inline = try SVGPicture.clean(picture, prefix: chart.name)
                    drawing.drawn.append(DrawnChart(chart: chart, file: picture, inline: inline))
                } catch {
                    drawing.notes.append("no chart '\(chart.name)': \(error)")
                }
            }
        } catch {
            switch error {
            case .notFound: drawing.notes.append(missing)
            case .failed(let reason): drawing.notes.append("no charts: gnuplot \(reason).")
            }
        }
        return drawing
    }
}

enum GnuplotError: Error {
    case notFound
    /// How it failed, after "gnuplot": "was still drawing after 20 seconds".
    case failed(String)
}

/// The program that draws, run with fixed arguments, no environment but its path, and a time limit.
enum Gnuplot {
    /// More output than any report's charts have.
    static let mostBytes = 64 << 20

    /// Runs a script and gives back what it wrote.
    static func run(_ script: String, path: String, limit: Duration) async throws(GnuplotError) -> [UInt8] {
        do {
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask { try await output(of: script, path: path) }
                group.addTask {
                    try await ContinuousClock().sleep(for: limit)
                    throw GnuplotError.failed("was still drawing after \(limit.components.seconds) seconds")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? []
            }
        } catch let error as GnuplotError {
            throw error
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw .notFound
        } catch {
            throw .failed("cannot be run: \(error)")
        }
    }

    private static func output(of script: String, path: String) async throws -> [UInt8] {
        // By a file, not by standard input: Subprocess 1.0 traps where the program ends before it has read its input.
        let file = try ScratchFile(script)
        defer { file.remove() }
        let result = try await Subprocess.run(
            .name("gnuplot"), arguments: ["-d", file.path], environment: .custom(["PATH": path]),
            output: .bytes(limit: mostBytes), error: .string(limit: 64 << 10))
        guard result.terminationStatus.isSuccess else {
            let lines = result.standardError.split(separator: "\n").map { VisibleText.line(String($0)) }
            let faults = lines.filter { $0.contains("line ") && !$0.contains("warning") }
            let reason = faults.last ?? lines.last ?? "without a message"
            throw GnuplotError.failed("failed: \(reason)")
        }
        return result.standardOutput
    }

    /// The documents of an output, one after the other; each begins with its XML declaration.
    static func pictures(in output: [UInt8]) -> [[UInt8]] {
        let mark = Array("<?xml ".utf8)
        var starts: [Int] = []
        var index = output.startIndex
        while let place = output[index...].firstIndex(of: UInt8(ascii: "<")) {
            if output[place...].starts(with: mark) { starts.append(place) }
            index = place + 1
        }
        return zip(starts, starts.dropFirst() + [output.count]).map { Array(output[$0..<$1]) }
    }
}
