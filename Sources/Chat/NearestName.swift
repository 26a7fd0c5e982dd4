/// Finds the name that somebody most likely meant.
///
/// The distance is Damerau and Levenshtein's in its restricted form, optimal string alignment: insertions, deletions,
/// substitutions and swaps of neighbours cost one each (F. J. Damerau, "A technique for computer detection and
/// correction of spelling errors", Communications of the ACM 7(3), 1964). Case is ignored, and `-` and `_` count as the
/// same letter.
public enum NearestName {
    /// The name nearest to `word`, or nil where none is near enough to be worth a question.
    ///
    /// Near enough is a distance of at most a third of the longer of the two, at least one. Of equally near names the
    /// first in `names` wins.
    /// - Complexity: the product of the lengths, for each name; words over 100 letters are never near anything.
    public static func nearest(to word: String, among names: some Sequence<String>) -> String? {
        let letters = folded(word)
        guard !letters.isEmpty, letters.count <= longest else { return nil }
        var best: (name: String, distance: Int)?
        for name in names {
            let other = folded(name)
            guard other.count <= longest else { continue }
            let allowed = max(1, max(letters.count, other.count) / 3)
            let found = distance(letters, other)
            guard found <= allowed, found < (best?.distance ?? .max), found < letters.count else { continue }
            best = (name, found)
        }
        return best?.name
    }

    /// The question that ends a message, `did you mean 'x'?`, or nil where no name is near.
    public static func question(for word: String, among names: some Sequence<String>) -> String? {
        nearest(to: word, among: names).map { "did you mean '\($0)'?" }
    }

    /// The distance between two words after folding of case and of `-` to `_`.
    public static func distance(_ left: String, _ right: String) -> Int {
        distance(folded(left), folded(right))
    }

    private static let longest = 100

    private static func folded(_ word: String) -> [Unicode.Scalar] {
        word.prefix(longest + 1).lowercased().unicodeScalars.map { $0 == "-" ? "_" : $0 }
    }

    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            row.reserveCapacity(right.count + 1)
            for j in right.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
