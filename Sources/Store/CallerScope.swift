/// Whose rows are meant.
public enum CallerScope: Sendable, Hashable {
    case everyone
    /// Those of one caller; nil is whoever asked where no keys were set.
    case only(String?)

    /// The caller as feedback names it; nil of everyone.
    var name: String? {
        switch self {
        case .everyone: nil
        case .only(let caller): caller ?? ""
        }
    }
}
