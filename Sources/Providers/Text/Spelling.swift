/// Finds what somebody probably meant.
enum Spelling {
    /// The name that takes the fewest edits to become `text`, at most a third of its length; of equals the first in
    /// order.
    static func nearest(to text: String, among names: some Sequence<String>) -> String? {
        let wanted = Array(text.unicodeScalars.prefix(128))
        let limit = max(1, wanted.count / 3)
        var best: (distance: Int, name: String)?
        for name in names {
            let letters = Array(name.unicodeScalars.prefix(128))
            guard abs(letters.count - wanted.count) <= limit else { continue }
            let distance = edits(wanted, letters)
            guard distance <= limit else { continue }
            if best.map({ (distance, name) < ($0.distance, $0.name) }) ?? true { best = (distance, name) }
        }
        return best?.name
    }

    /// Levenshtein's distance, in one row of memory.
    private static func edits(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let substitution = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substitution, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
