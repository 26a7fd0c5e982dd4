import Chat
import Foundation

/// What a planned comparison can show, as sentences or as JSON.
struct PowerPlan {
    let design: PowerDesign
    /// Samples, where they were given; for each variant where the design has groups.
    let n: Int?
    /// The difference to be shown, where one was given.
    let difference: Double?
    let alpha: Double
    /// The power wanted.
    let power: Double

    /// The n that the difference needs; nil where no difference was given, or none suffices.
    var neededN: Int? {
        guard let difference, let exact = design.samples(difference, power), exact < 1e12 else { return nil }
        return max(2, Int(exact.rounded(.up)))
    }

    /// The smallest differences, up and down, that the n shows.
    private var detectable: (up: Double?, down: Double?) {
        n.map { design.detectable(Double($0), power) } ?? (nil, nil)
    }

    /// The power that the difference has with the n given, else with the n needed.
    private var achieved: Double? {
        guard let difference, let n = n ?? neededN else { return nil }
        return design.power(difference, Double(n))
    }

    private var solvedFor: String { n == nil ? "n" : difference == nil ? "difference" : "power" }

    var json: JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        let (up, down) = detectable
        var members: [JSONValue.Member] = [
            .init(key: "design", value: .string(design.name)), .init(key: "test", value: .string(design.test)),
            .init(key: "solved_for", value: .string(solvedFor)),
            .init(key: "n", value: (n ?? neededN).map { .number($0) } ?? .null),
            .init(key: "n_counts", value: design.isByGroup ? "samples of each variant" : "samples"),
            .init(key: "difference", value: number(difference ?? up)),
            .init(key: "power", value: number(n != nil && difference == nil ? power : achieved)),
            .init(key: "alpha", value: .number(alpha)), .init(key: "alternative", value: "two-sided"),
            .init(key: "power_wanted", value: .number(power)),
        ]
        if difference != nil {
            members.append(.init(key: "needed_n", value: neededN.map { .number($0) } ?? .null))
        }
        if n != nil {
            members.append(.init(key: "smallest_difference", value: number(up)))
            members.append(.init(key: "smallest_fall", value: number(down)))
        }
        let steps = table.map { n, up -> JSONValue in
            .object(["n": .number(n), "smallest_difference": number(up)])
        }
        return .object(members + design.known + [.init(key: "table", value: .array(steps))])
    }

    /// Sample sizes around the one in question, each with the smallest difference that it shows.
    private var table: [(n: Int, up: Double?)] {
        guard let centre = n ?? neededN else { return [] }
        let sizes = [0.25, 0.5, 1, 2, 4].map { max(2, Int((Double(centre) * $0).rounded())) }
        return Array(Set(sizes)).sorted().map { size in
            let found = design.detectable(Double(size), power)
            return (size, found.up ?? found.down)
        }
    }
}

extension PowerPlan {
    var lines: [String] {
        var lines = answer + ["", "Assumed: \(design.assumption)"]
        lines.append("The test is \(design.test), two-sided, at a level of \(FigureText.percent(alpha)).")
        let rows = table
        guard !rows.isEmpty else { return lines }
        let first = design.isByGroup ? "SAMPLES EACH" : "SAMPLES"
        var text = ColumnText(header: [first, "SMALLEST DIFFERENCE"], numeric: [0, 1])
        for row in rows { text.rows.append(["\(row.n)", row.up.map(FigureText.brief) ?? "none"]) }
        return lines + [""] + text.lines
    }

    private var each: String { design.isByGroup ? " for each variant" : "" }
    private var wanted: String { PowerPlan.often(power) }

    /// The answer first, then what it means.
    private var answer: [String] {
        if let difference {
            let size = FigureText.brief(abs(difference))
            guard let n else { return needed(size) }
            let shown = achieved.map(PowerPlan.often) ?? "an unknown number"
            let more =
                neededN.map { "You need \($0) samples\(each) for \(wanted)." }
                ?? "No number of samples shows it in \(wanted)."
            return [
                "With \(n) samples\(each), a true difference of \(size) is shown in \(shown) such evaluations.", more,
            ]
        }
        guard let n else { return [] }
        return smallest(n)
    }

    private func needed(_ size: String) -> [String] {
        guard let needed = neededN else { return ["No number of samples shows a difference of \(size)."] }
        return [
            "You need \(needed) samples\(each).",
            "If the variants truly differ by \(size), \(wanted) such evaluations show it; if they do not differ at "
                + "all, \(PowerPlan.often(alpha)) show a difference all the same.",
        ]
    }

    private func smallest(_ n: Int) -> [String] {
        let (up, down) = detectable
        guard let largest = up ?? down else {
            return [
                "\(n) samples\(each) are too few: even the largest difference there can be is shown in fewer than "
                    + "\(wanted) such evaluations."
            ]
        }
        var size = "difference of \(FigureText.brief(largest))"
        if let up, let down, abs(up - down) > 1e-9 {
            size = "rise of \(FigureText.brief(up)) or a fall of \(FigureText.brief(down))"
        } else if up == nil {
            size = "fall of \(FigureText.brief(largest)); no rise can be"
        }
        return [
            "With \(n) samples\(each), the smallest you can count on showing is a \(size).",
            "If the variants truly differ by that, \(wanted) such evaluations show it. A smaller difference may go "
                + "unseen: that nothing is shown does not mean that there is nothing.",
        ]
    }

    /// A share as people count: "80 of 100".
    private static func often(_ share: Double) -> String {
        let percent = share * 100
        if share < 1, percent > 99 { return "more than 99 of 100" }
        if share > 0, percent < 1 { return "fewer than 1 of 100" }
        return String(format: "%.3g of 100", percent.rounded() == percent ? percent : (percent * 10).rounded() / 10)
    }
}
