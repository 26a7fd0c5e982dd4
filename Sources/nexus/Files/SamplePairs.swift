import Chat
import Scoring

/// The samples that both sides of a comparison have, matched by id in the order of the first.
struct SamplePairs {
    /// Places in the baseline and, in the same order, in the variant.
    private(set) var first: [Int] = []
    private(set) var second: [Int] = []
    let onlyInFirst: Int
    let onlyInSecond: Int
    /// Pairs whose outputs were scored against other references on one side than on the other.
    let differingReferences: Int
    /// The numbered cluster of each pair; nil where samples are independent.
    private(set) var clusters: [Int]?

    /// - Throws: `CommandFailure` where no id stands on both sides, or one stands in two different clusters.
    init(_ before: ComparedSide, _ after: ComparedSide) throws {
        for (place, id) in before.ids.enumerated() {
            guard let other = after.places[ScalarText(id)] else { continue }
            first.append(place)
            second.append(other)
        }
        onlyInFirst = before.ids.count - first.count
        onlyInSecond = after.ids.count - second.count
        differingReferences =
            before.references.isEmpty || after.references.isEmpty
            ? 0 : zip(first, second).count { before.references[$0] != after.references[$1] }
        guard !first.isEmpty else {
            throw CommandFailure.usage(
                "no id stands on both sides: \(SamplePairs.excerpt(before)); \(SamplePairs.excerpt(after)); "
                    + "expected the same ids for the same samples")
        }
        clusters = try numbered(before, after)
    }

    private func numbered(_ before: ComparedSide, _ after: ComparedSide) throws -> [Int]? {
        guard !before.clusters.isEmpty || !after.clusters.isEmpty else { return nil }
        var numbers: [ScalarText: Int] = [:]
        var next = 0
        return try zip(first, second).map { place, other in
            let left = before.clusters.isEmpty ? nil : before.clusters[place]
            let right = after.clusters.isEmpty ? nil : after.clusters[other]
            if let left, let right, !left.hasSameBytes(as: right) {
                throw CommandFailure.usage(
                    "sample \(RowFields.quoted(before.ids[place])) is in the cluster \(RowFields.quoted(left)) in "
                        + "\(before.name), and in \(RowFields.quoted(right)) in \(after.name); expected the same")
            }
            let name = (left ?? right).map(ScalarText.init)
            if let name, let number = numbers[name] { return number }
            next += 1
            if let name { numbers[name] = next }
            return next
        }
    }

    private static func excerpt(_ side: ComparedSide) -> String {
        let some = side.ids.prefix(3).map(RowFields.quoted).joined(separator: ", ")
        return "\(side.name) has \(side.ids.count) (\(some)\(side.ids.count > 3 ? ", …" : ""))"
    }
}
