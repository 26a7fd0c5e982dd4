/// Where code begins and ends in a line of Markdown: between two runs of equally many backticks.
struct CodeMarks {
    private let line: [Unicode.Scalar]
    /// Where the last run of each length begins: behind it no run of the length need be looked for.
    private var last: [Int: Int] = [:]

    init(_ line: [Unicode.Scalar]) {
        self.line = line
        guard line.contains("`") else { return }
        var index = 0
        while index < line.count {
            let end = runEnd(index)
            if end > index { last[end - index] = index }
            index = max(end, index + 1)
        }
    }

    private func runEnd(_ start: Int) -> Int {
        var end = start
        while end < line.count, line[end] == "`" { end += 1 }
        return end
    }

    /// The code that begins with the backtick at a place, and where its closing backticks end; backticks that nothing
    /// closes are text. All spans of a line together are found in linear time.
    func span(from start: Int) -> (inside: Range<Int>, end: Int) {
        let open = runEnd(start)
        let length = open - start
        guard let close = last[length], close > start else { return (start..<open, open) }
        var index = open
        while index < close {
            let end = runEnd(index)
            if end - index == length { break }
            index = max(end, index + 1)
        }
        return (trimmed(open..<index), index + length)
    }

    /// Without the space that parts code from its marks, where there is one at both ends.
    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        let isParted =
            range.count > 2 && line[range.lowerBound] == " " && line[range.upperBound - 1] == " "
            && line[range].contains { $0 != " " }
        return isParted ? range.lowerBound + 1..<range.upperBound - 1 : range
    }
}
