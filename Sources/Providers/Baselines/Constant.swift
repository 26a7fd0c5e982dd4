extension Baseline {
    /// Says yes to everything.
    static let constant = constant(text: "yes")

    /// Says the same to everything: the floor of a yes-or-no or multiple-choice task.
    public static func constant(text: String) -> Baseline {
        Baseline(name: "constant", summary: "always answers '\(text)'") { _ in text }
    }
}
