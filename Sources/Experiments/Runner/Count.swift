/// Counted things in words.
public enum Count {
    /// "1 trial", "2 trials".
    public static func text(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
