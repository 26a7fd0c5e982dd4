import Chat
import Store

/// What filling its cache cost a variant: the first pass of a warm run, whose answers are no trials.
struct WarmUp: Sendable, Hashable {
    /// Answers that somebody was asked for; those that the cache had already are none.
    var answers = 0
    /// Of the answers whose cost is known.
    var cost = NanoUSD.zero
    var unknownCosts = 0

    mutating func add(_ reply: StoredReply) {
        answers += 1
        if let known = reply.cost { cost = cost + known } else { unknownCosts += 1 }
    }
}

/// The first passes of a run's variants, as its record keeps them: processes that resume the run add to them.
struct WarmUps: Sendable {
    private static let key = "warm_up"

    /// By the variant's label.
    private(set) var byVariant: [String: WarmUp] = [:]

    /// - Parameter plan: of the run's record.
    init(plan: JSONValue) {
        for member in plan[WarmUps.key]?.objectValue ?? [] {
            byVariant[member.key] = WarmUp(
                answers: member.value["answers"]?.intValue ?? 0,
                cost: NanoUSD(Int64(member.value["cost_nano_usd"]?.intValue ?? 0)),
                unknownCosts: member.value["unknown_costs"]?.intValue ?? 0)
        }
    }

    var cost: NanoUSD { byVariant.values.reduce(.zero) { $0 + $1.cost } }

    mutating func add(_ reply: StoredReply, of variant: String) {
        byVariant[variant, default: WarmUp()].add(reply)
    }

    /// The plan with these figures in it.
    func written(into plan: JSONValue) -> JSONValue {
        let passes = byVariant.sorted { $0.key < $1.key }.map { label, pass in
            JSONValue.Member(
                key: label,
                value: .object([
                    "answers": .number(pass.answers), "cost_nano_usd": .number(pass.cost.amount),
                    "unknown_costs": .number(pass.unknownCosts),
                ]))
        }
        let others = (plan.objectValue ?? []).filter { $0.key != WarmUps.key }
        return .object(others + [.init(key: WarmUps.key, value: .object(passes))])
    }
}
