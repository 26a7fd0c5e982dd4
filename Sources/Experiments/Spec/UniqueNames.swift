/// The ids of one list of a spec, each of which may stand once.
///
/// Ids become labels that people read: two that look alike, canonically equivalent ones, are refused as one.
struct UniqueNames {
    /// What they name, for messages: "prompt".
    let what: String
    private var taken: Set<String> = []

    init(what: String) {
        self.what = what
    }

    /// Reads an id that the spec gives.
    /// - Returns: the id, or nil with a report where it cannot be a part of a label or stands twice.
    mutating func take(_ field: SpecField) -> String? {
        guard let id = field.filledText("a short name") else { return nil }
        if let bad = id.unicodeScalars.first(where: { !UniqueNames.isAllowed($0) }) {
            let shown = bad.value <= 0x20 ? "a blank" : "'\(bad)'"
            field.report(
                "found \(shown) in an id; expected a name without ':', ',' or blanks, as it becomes a part of a label")
            return nil
        }
        guard id.count <= 100 else {
            field.report("found an id of \(id.count) characters; expected at most 100")
            return nil
        }
        guard taken.insert(id).inserted else {
            field.report("a second \(what) is named '\(id)'", remedy: "give each \(what) an id of its own")
            return nil
        }
        return id
    }

    /// Reads the ids that the items of a list give, by their place in it; names that are made up later avoid them all.
    mutating func takeIDs(of items: [SpecField]) -> [Int: String] {
        var given: [Int: String] = [:]
        for (index, item) in items.enumerated() {
            guard let id = item.members?.last(where: { $0.key == "id" })?.value, !id.node.isNull else { continue }
            given[index] = take(id)
        }
        return given
    }

    /// A name made from `wanted` that nothing has yet: without what a label may not hold, and numbered from 2 where
    /// taken.
    mutating func unique(_ wanted: String) -> String {
        let scalars = wanted.unicodeScalars.map { UniqueNames.isAllowed($0) ? Character($0) : "-" }
        let stem = String(scalars.prefix(90))
        var name = stem
        var number = 2
        while !taken.insert(name).inserted {
            name = "\(stem)-\(number)"
            number += 1
        }
        return name
    }

    /// Makes a name known that was given elsewhere.
    mutating func reserve(_ name: String) {
        taken.insert(name)
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value > 0x20 && scalar.value != 0x7F && scalar != ":" && scalar != ","
            && !scalar.properties.isWhitespace
    }
}
