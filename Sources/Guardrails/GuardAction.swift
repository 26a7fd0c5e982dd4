/// What happens to a text in which a rule found something.
public enum GuardAction: String, Sendable, Hashable, CaseIterable {
    /// It goes on as it is; the finding is recorded.
    case flag
    /// Each value is replaced by its kind: `[EMAIL]`.
    case redact
    /// Each value is replaced by a placeholder that leads back to it: `[EMAIL_1_k7f3]`.
    case mask
    /// The text does not go on.
    case refuse
}

/// Where a rule looks.
public enum GuardSide: String, Sendable, Hashable, CaseIterable {
    /// What goes to the model.
    case input
    /// What comes from it.
    case output
}
