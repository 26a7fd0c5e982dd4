/// The word that was probably meant.
enum NearestWord {
    /// The word of `words` within two edits of `word` (one, for words of up to three letters), or nil.
    static func to(_ word: String, in words: [String]) -> String? {
        let limit = word.unicodeScalars.count <= 3 ? 1 : max(2, word.unicodeScalars.count / 3)
        return words.map { ($0, distance(word, $0)) }.filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
    }

    /// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours. Words of more
    /// than 64 letters are far from everything.
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars.prefix(65)), right = Array(right.unicodeScalars.prefix(65))
        guard left.count <= 64, right.count <= 64 else { return .max }
        var rows = [Array(0...right.count)]
        for (i, a) in left.enumerated() {
            var row = [i + 1]
            for (j, b) in right.enumerated() {
                var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { best = min(best, rows[i - 1][j - 1] + 1) }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
