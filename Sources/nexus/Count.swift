/// Counted things in words.
enum Count {
    /// "1 trial", "2 trials".
    static func text(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
