/// How many retries a stream of calls may cost: a share of the calls, on top of a small stock, so that an upstream that
/// is down is not asked a multiple of what it could not answer.
///
/// Source: gRPC's retry throttling (proposal A6) and Finagle's RetryBudget, which keep such a balance.
struct RetryBudget: Sendable, Hashable {
    /// Retries a call pays in, 0 to 1.
    let share: Double
    private var balance = RetryBudget.stock

    /// Retries in hand at the start, so that the first failures of a quiet time are retried.
    static let stock = 10.0
    /// Most retries that quiet times may save up.
    static let most = 100.0

    init(share: Double) { self.share = share }

    /// Pays in for one call.
    mutating func deposit() { balance = min(RetryBudget.most, balance + share) }

    /// Takes one retry out, if there is one.
    mutating func withdraw() -> Bool {
        guard balance >= 1 - 1e-9 else { return false }
        balance -= 1
        return true
    }
}
