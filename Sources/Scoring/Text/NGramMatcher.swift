/// Counts the n-grams that an output shares with its references, for all orders at once.
///
/// An n-gram is known by its first n−1 tokens, which have a number from the order before, and its last: exact, whatever
/// the length. Only places whose shorter n-grams are shared go on to the next order, which is why long orders cost
/// little. Loops avoid branches, because which n-grams are shared cannot be foreseen.
final class NGramMatcher {
    private struct Gram {
        /// The most that one reference has.
        var most: Int32 = 0
        /// How often in the output.
        var output: Int32 = 0
        /// How often in the reference at hand, and which that is.
        var here: Int32 = 0
        var reference: Int32 = -1
    }

    /// Where an n-gram of the order at hand starts, both of whose shorter n-grams are shared.
    private struct Start {
        var key: Int
        var position: Int
    }

    /// By number from 1; number 0 stands for what is not shared, and never has matches.
    private let grams = Room<Gram>(capacity: 256)
    private let starts = Room<Start>(capacity: 256)
    /// The number of the n-gram of the order at hand that starts at a position, 0 where it is not shared.
    private let marks = Room<Int32>(capacity: 256)
    /// The number of the token at a position.
    private let tokens = Room<Int32>(capacity: 256)
    private let table = GramTable()

    /// Clipped matches of each order: for every n-gram of the output, the lesser of its count there and the most that
    /// one reference has, summed.
    /// - Parameters:
    ///   - ids: the tokens' numbers, each below `vocabulary`.
    ///   - output: where the output's tokens stand in `ids`.
    ///   - references: where each reference's tokens stand.
    ///   - matches: `[orders]`, order 1 first; overwritten.
    func count(
        _ ids: UnsafePointer<Int32>, vocabulary: Int, output: Range<Int>, references: some Collection<Range<Int>>,
        orders: Int, into matches: UnsafeMutablePointer<Double>
    ) {
        matches.update(repeating: 0, count: orders)
        let end = references.reduce(output.upperBound) { max($0, $1.upperBound) }
        let total = references.reduce(0) { $0 + $1.count }
        let marks = self.marks.reserve(end + 1)
        let tokens = self.tokens.reserve(end + 1)
        marks[end] = 0
        tokens[end] = 0
        let grams = self.grams.reserve(max(vocabulary, total) + 1)
        let first = countTokens(ids, vocabulary, grams, output, references)
        matches[0] = Double(first.matches)
        // The output's starts come first, then those of all references.
        let outputStarts = starts.reserve(output.count + total)
        let referenceStarts = outputStarts + output.count
        var outputCount = Self.list(output, outputStarts)
        var referenceCount = references.reduce(0) { $0 + Self.list($1, referenceStarts + $0) }
        let width = first.shared + 1
        var numbers = first.shared
        for order in 2...max(2, orders) where order <= orders {
            outputCount = Self.narrow(outputStarts, outputCount, marks, tokens + (order - 1), width: width)
            referenceCount = Self.narrow(referenceStarts, referenceCount, marks, tokens + (order - 1), width: width)
            if order == 2 {
                // What follows the last token of a text belongs to the next.
                if let last = output.last { marks[last] = 0 }
                for range in references { if let last = range.last { marks[last] = 0 } }
            }
            guard outputCount > 0, referenceCount > 0 else { return }
            table.clear(keys: (numbers + 1) * width, expecting: referenceCount)
            numbers = enter(referenceStarts, referenceCount, references)
            matches[order - 1] = Double(lookUp(outputStarts, outputCount))
            forget(referenceStarts, referenceCount)
        }
    }

    /// Order 1: counts tokens, and numbers those that both sides have.
    private func countTokens(
        _ ids: UnsafePointer<Int32>, _ vocabulary: Int, _ grams: UnsafeMutablePointer<Gram>, _ output: Range<Int>,
        _ references: some Collection<Range<Int>>
    ) -> (matches: Int, shared: Int) {
        grams.update(repeating: Gram(), count: vocabulary)
        for (number, range) in references.enumerated() {
            let reference = Int32(truncatingIfNeeded: number)
            for position in range { Self.tally(&grams[Int(ids[position])], reference) }
        }
        var matches = 0
        for position in output { matches += Self.match(&grams[Int(ids[position])]) }
        // From here on a token's number stands where it was counted in the reference at hand.
        var shared: Int32 = 0
        for id in 0..<vocabulary {
            let isShared = grams[id].most > 0 && grams[id].output > 0
            shared += isShared ? 1 : 0
            grams[id].here = isShared ? shared : 0
        }
        let (marks, tokens) = (self.marks.base, self.tokens.base)
        func number(_ range: Range<Int>) {
            for position in range {
                let token = grams[Int(ids[position])].here
                marks[position] = token
                tokens[position] = token
            }
        }
        number(output)
        references.forEach(number)
        return (matches, Int(shared))
    }

    /// Lists all positions at which two tokens follow one another.
    private static func list(_ range: Range<Int>, _ starts: UnsafeMutablePointer<Start>) -> Int {
        for (index, position) in range.dropLast().enumerated() { starts[index] = Start(key: 0, position: position) }
        return max(0, range.count - 1)
    }

    /// Keeps the listed positions at which two shared n-grams overlap; the others lose their marks.
    /// - Parameter lasts: the numbers of the tokens that come last in the n-grams that start at each position.
    private static func narrow(
        _ starts: UnsafeMutablePointer<Start>, _ listed: Int, _ marks: UnsafeMutablePointer<Int32>,
        _ lasts: UnsafePointer<Int32>, width: Int
    ) -> Int {
        var count = 0
        for index in 0..<listed {
            let position = starts[index].position
            let left = marks[position]
            let isShared = left != 0 && marks[position + 1] != 0
            starts[count] = Start(key: Int(left) &* width &+ Int(lasts[position]), position: position)
            count += isShared ? 1 : 0
            marks[position] = isShared ? left : 0
        }
        return count
    }

    /// Numbers and counts the references' n-grams.
    /// - Returns: the highest number.
    private func enter(_ starts: UnsafePointer<Start>, _ count: Int, _ references: some Collection<Range<Int>>) -> Int {
        let (marks, grams) = (self.marks.base, self.grams.base)
        grams[0] = Gram()
        var numbers: Int32 = 0
        var index = 0
        for (reference, range) in references.enumerated() {
            while index < count, range.contains(starts[index].position) {
                let slot = table.slot(starts[index].key)
                let known = table.slots[slot]
                let isNew = known == 0
                numbers += isNew ? 1 : 0
                let number = isNew ? numbers : known
                table.slots[slot] = number
                marks[starts[index].position] = number
                var gram = isNew ? Gram() : grams[Int(number)]
                Self.tally(&gram, Int32(truncatingIfNeeded: reference))
                grams[Int(number)] = gram
                index += 1
            }
        }
        return Int(numbers)
    }

    /// Counts the output's n-grams among those of the references.
    /// - Returns: the clipped matches.
    private func lookUp(_ starts: UnsafePointer<Start>, _ count: Int) -> Int {
        let (marks, grams) = (self.marks.base, self.grams.base)
        var matches = 0
        for index in 0..<count {
            let number = table.slots[table.slot(starts[index].key)]
            marks[starts[index].position] = number
            matches += Self.match(&grams[Int(number)])
        }
        return matches
    }

    /// Takes the marks off n-grams that the output does not have.
    private func forget(_ starts: UnsafePointer<Start>, _ count: Int) {
        let (marks, grams) = (self.marks.base, self.grams.base)
        for index in 0..<count {
            let position = starts[index].position
            marks[position] = grams[Int(marks[position])].output > 0 ? marks[position] : 0
        }
    }

    @inline(__always)
    private static func tally(_ gram: inout Gram, _ reference: Int32) {
        gram.here = gram.reference == reference ? gram.here &+ 1 : 1
        gram.reference = reference
        gram.most = max(gram.most, gram.here)
    }

    /// Counts one occurrence in the output.
    /// - Returns: 1 if it is matched, else 0.
    @inline(__always)
    private static func match(_ gram: inout Gram) -> Int {
        gram.output &+= 1
        return gram.output <= gram.most ? 1 : 0
    }
}
