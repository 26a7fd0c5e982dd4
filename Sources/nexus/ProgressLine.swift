import Chat
import Experiments

/// How far a run is, on standard error: one live line on a terminal, a plain line now and then elsewhere.
final class ProgressLine: Sendable {
    private struct State {
        var lastShown: ContinuousClock.Instant?
        var isLineOpen = false
        var unknownCosts = 0
    }

    private let isLive: Bool
    private let isQuiet: Bool
    private let state = Locked(State())

    init(isQuiet: Bool, isLive: Bool = Terminal.isErrorLive) {
        self.isQuiet = isQuiet
        self.isLive = isLive
    }

    /// Shows the state of things, unless it was shown a moment ago; the last trial is always shown.
    func show(_ progress: RunProgress) {
        state.withLock { $0.unknownCosts = max($0.unknownCosts, progress.unknownCosts) }
        guard !isQuiet, progress.total > 0 else { return }
        let isLast = progress.earlier + progress.done == progress.total
        let pause: Duration = isLive ? .milliseconds(100) : .seconds(5)
        let isDue = state.withLock { state in
            let now = ContinuousClock.now
            guard isLast || state.lastShown.map({ now - $0 >= pause }) ?? isLive else {
                state.lastShown = state.lastShown ?? now
                return false
            }
            state.lastShown = now
            state.isLineOpen = isLive
            return true
        }
        guard isDue else { return }
        let text = ProgressLine.text(progress)
        if isLive { Terminal.live(text) } else { Terminal.error(text) }
    }

    /// Answers whose cost nobody knows, as of the last trial.
    var unknownCosts: Int { state.withLock { $0.unknownCosts } }

    /// Ends the live line.
    func close() {
        let wasOpen = state.withLock { state in
            defer { state.isLineOpen = false }
            return state.isLineOpen
        }
        if wasOpen { Terminal.error("") }
    }

    /// `1200/3600 trials · 410/s · 2 failed · $0.0312 · 6 s left`
    static func text(_ progress: RunProgress) -> String {
        var parts = ["\(progress.earlier + progress.done)/\(progress.total) trials"]
        if let rate = progress.rate {
            parts.append(rate >= 10 ? "\(Int(rate))/s" : "\(Int(rate * 10) / 10).\(Int(rate * 10) % 10)/s")
        }
        parts.append("\(progress.failed) failed")
        if progress.cost > .zero { parts.append("$" + format(progress.cost.dollars)) }
        if progress.unknownCosts > 0 { parts.append("cost of \(progress.unknownCosts) unknown") }
        if let remaining = progress.remaining, progress.earlier + progress.done < progress.total {
            parts.append("\(clock(remaining)) left")
        }
        return parts.joined(separator: " · ")
    }

    /// Dollars to four places.
    private static func format(_ dollars: Double) -> String {
        let units = Int((dollars * 10_000).rounded())
        let fraction = String(units % 10_000)
        return "\(units / 10_000)." + String(repeating: "0", count: 4 - fraction.count) + fraction
    }

    private static func clock(_ duration: Duration) -> String {
        let seconds = Int((duration.milliseconds / 1000).rounded(.up))
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds / 60 % 60) min"
    }
}
