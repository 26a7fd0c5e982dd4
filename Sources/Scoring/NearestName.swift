/// The name that somebody who wrote another one probably meant.
public enum NearestName {
    /// The closest of `names` by edit distance over Unicode scalars, ignoring ASCII case; nil where none is near (more
    /// than a third of the longer name, at least two edits, is different). Ties go to the first.
    public static func of(_ found: String, among names: some Sequence<String>) -> String? {
        let wanted = PythonText.lowercased(found).unicodeScalars.map { Int32($0.value) }
        guard wanted.count <= 100 else { return nil }
        var best: (name: String, distance: Int)?
        for name in names {
            let scalars = PythonText.lowercased(name).unicodeScalars.map { Int32($0.value) }
            guard let distance = try? EditDistance.levenshtein(wanted, scalars),
                distance <= max(2, max(wanted.count, scalars.count) / 3),
                distance < scalars.count
            else { continue }
            if distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }
}
