extension Baseline {
    /// Says the input again: the floor of every measure of likeness, and the ceiling of copying.
    static let echo = Baseline(name: "echo", summary: "says its input again") { $0.text }
}
