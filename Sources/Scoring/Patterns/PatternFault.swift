import Foundation

/// Where a regular expression goes wrong. The matcher itself only says that it does.
enum PatternFault {
    /// A pattern's pieces: escapes, group openings, classes and repetitions are not taken apart.
    private struct Piece {
        var text: String
        /// 1 for the first character of the pattern.
        var position: Int
        var opens = false
        var closes = false
        var isUnfinishedClass = false
    }

    /// Longest pattern that is taken apart, in bytes: it is compiled once a piece.
    private static let longest = 2000

    /// What is wrong with a pattern that did not compile, in words, with the position counted from 1.
    static func describe(_ pattern: String) -> String {
        guard !pattern.isEmpty else { return "it is empty" }
        guard pattern.utf8.count <= longest else { return "it does not compile" }
        var open: [Int] = []
        var prefix = ""
        for piece in pieces(of: pattern) {
            if piece.isUnfinishedClass { return "the '[' at position \(piece.position) is never closed" }
            if piece.closes, open.popLast() == nil {
                return "the ')' at position \(piece.position) closes nothing"
            }
            if piece.opens { open.append(piece.position) }
            prefix += piece.text
            let closed = prefix + String(repeating: ")", count: open.count)
            guard (try? NSRegularExpression(pattern: closed)) != nil else {
                return "'\(piece.text)' at position \(piece.position) cannot stand there"
            }
        }
        return open.last.map { "the '(' at position \($0) is never closed" } ?? "it does not compile"
    }

    private static func pieces(of pattern: String) -> [Piece] {
        let scalars = Array(pattern.unicodeScalars)
        var pieces: [Piece] = []
        var index = 0
        while index < scalars.count {
            let start = index
            var piece = Piece(text: "", position: start + 1)
            switch scalars[index] {
            case "\\": index = endOfEscape(scalars, index)
            case "[": (index, piece.isUnfinishedClass) = endOfClass(scalars, index)
            case "(":
                index = endOfOpening(scalars, index)
                piece.opens = true
            case ")":
                index += 1
                piece.closes = true
            case "{": index = (scalars[index...].firstIndex(of: "}") ?? scalars.count - 1) + 1
            default: index += 1
            }
            piece.text = String(String.UnicodeScalarView(scalars[start..<index]))
            // Inline flags such as (?i) open no group.
            if piece.opens, piece.text.hasSuffix(")") { piece.opens = false }
            pieces.append(piece)
        }
        return pieces
    }

    private static func endOfEscape(_ scalars: [Unicode.Scalar], _ start: Int) -> Int {
        guard start + 1 < scalars.count else { return scalars.count }
        let closer: Unicode.Scalar? =
            switch scalars[start + 1] {
            case "p", "P", "x", "N": start + 2 < scalars.count && scalars[start + 2] == "{" ? "}" : nil
            case "k": ">"
            default: nil
            }
        guard let closer else { return start + 2 }
        return (scalars[start...].firstIndex(of: closer) ?? scalars.count - 1) + 1
    }

    private static func endOfClass(_ scalars: [Unicode.Scalar], _ start: Int) -> (end: Int, isUnfinished: Bool) {
        var depth = 0
        var index = start
        while index < scalars.count {
            switch scalars[index] {
            case "\\": index += 1
            case "[": depth += 1
            case "]": depth -= 1
            default: break
            }
            index += 1
            if depth == 0 { return (min(index, scalars.count), false) }
        }
        return (scalars.count, true)
    }

    /// The end of "(", "(?:", "(?<name>", "(?i)", "(?<=" …
    private static func endOfOpening(_ scalars: [Unicode.Scalar], _ start: Int) -> Int {
        guard start + 1 < scalars.count, scalars[start + 1] == "?" else { return start + 1 }
        var index = start + 2
        if index < scalars.count, scalars[index] == "<" {
            if index + 1 < scalars.count, scalars[index + 1] == "=" || scalars[index + 1] == "!" { return index + 2 }
            return (scalars[index...].firstIndex(of: ">") ?? scalars.count - 1) + 1
        }
        while index < scalars.count, !":=!>)".unicodeScalars.contains(scalars[index]) { index += 1 }
        return min(index + 1, scalars.count)
    }
}
