/// The edits of TER: insertions, deletions, substitutions, and shifts of whole phrases (Snover et al., "A Study of
/// Translation Edit Rate with Targeted Human Annotation", 2006), found greedily as Tercom and sacrebleu find them.
///
/// In each round every phrase of the output that stands elsewhere in the reference is tried at every place where the
/// alignment would have it, the shift that saves most is made, and so on until none saves anything. The distances in
/// between look no further than 25 words off the diagonal.
final class TranslationEdits {
    private static let longestShift = 10
    private static let farthestShift = 50
    private static let mostCandidates = 1000

    private let table = BeamTable()
    private let words = Room<Int32>(capacity: 128)
    private let trial = Room<Int32>(capacity: 128)
    private let alignment = Room<Int32>(capacity: 128)
    /// How many of the first n words are wrong.
    private let outputFaults = Room<Int32>(capacity: 128)
    private let referenceFaults = Room<Int32>(capacity: 128)

    /// One way to shift a phrase.
    private struct Shift {
        var gain: Int
        var length: Int
        var start: Int
        var target: Int

        /// Most saved first, then the longest, then the earliest, then to the earliest place.
        func isBetter(than other: Shift) -> Bool {
            (gain, length, -start, -target) > (other.gain, other.length, -other.start, -other.target)
        }
    }

    /// The number of edits from the output to one reference, shifts included.
    func count(_ ids: UnsafePointer<Int32>, output: Range<Int>, reference: Range<Int>) -> Int {
        guard !reference.isEmpty else { return output.count }
        let words = self.words.reserve(output.count + 1)
        words.update(from: ids + output.lowerBound, count: output.count)
        _ = trial.reserve(output.count + 1)
        table.prepare(output: output.count, reference: ids + reference.lowerBound, reference.count)
        var shifts = 0
        var tried = 0
        while true {
            let distance = table.fill(words)
            guard tried < Self.mostCandidates, let best = bestShift(words, distance: distance, &tried),
                tried < Self.mostCandidates, best.gain > 0
            else { return shifts + distance }
            let shifted = trial.base
            Self.shift(words, output.count, best, into: shifted)
            words.update(from: shifted, count: output.count)
            shifts += 1
        }
    }

    /// The best shift of this round, or nil where there is nothing to try.
    private func bestShift(_ words: UnsafePointer<Int32>, distance: Int, _ tried: inout Int) -> Shift? {
        align(words)
        var best: Shift?
        for start in 0..<table.outputCount {
            let first = max(0, start - Self.farthestShift)
            let last = min(table.referenceCount - 1, start + Self.farthestShift)
            guard first <= last else { break }
            for place in first...last where words[start] == table.reference[place] {
                var length = 0
                repeat {
                    length += 1
                    tryShifts(words, start: start, place: place, length: length, distance, &tried, &best)
                    if tried >= Self.mostCandidates { return best }
                } while length < Self.longestShift && start + length < table.outputCount
                    && place + length < table.referenceCount && words[start + length] == table.reference[place + length]
            }
        }
        return best
    }

    /// Tries one phrase at the places that the alignment gives for its words in the reference.
    private func tryShifts(
        _ words: UnsafePointer<Int32>, start: Int, place: Int, length: Int, _ distance: Int, _ tried: inout Int,
        _ best: inout Shift?
    ) {
        // Nothing is to be gained where either side is right already, or by a shift into the phrase itself.
        guard outputFaults.base[start + length] > outputFaults.base[start],
            referenceFaults.base[place + length] > referenceFaults.base[place]
        else { return }
        let alignment = self.alignment.base
        let aligned = Int(alignment[place])
        if start <= aligned, aligned < start + length { return }
        let shifted = trial.base
        var previous = -1
        for offset in -1..<length {
            let neighbour = place + offset
            guard neighbour < table.referenceCount else { break }
            let target = neighbour < 0 ? 0 : Int(alignment[neighbour]) + 1
            guard target != previous else { continue }
            previous = target
            var shift = Shift(gain: 0, length: length, start: start, target: target)
            Self.shift(words, table.outputCount, shift, into: shifted)
            shift.gain = distance - table.distance(shifted, changedFrom: min(start, target))
            tried += 1
            if best.map(shift.isBetter) ?? true { best = shift }
        }
    }

    /// Reads from the filled table which output word each reference word is aligned with, and which words are wrong.
    private func align(_ words: UnsafePointer<Int32>) {
        let alignment = self.alignment.reserve(table.referenceCount + 1)
        let outputFaults = self.outputFaults.reserve(table.outputCount + 1)
        let referenceFaults = self.referenceFaults.reserve(table.referenceCount + 1)
        var row = table.outputCount
        var column = table.referenceCount
        while row > 0 || column > 0 {
            let step = table.step(words, row, column)
            if step != .insertion { row -= 1 }
            if step != .deletion { column -= 1 }
            let fault: Int32 = step == .match ? 0 : 1
            if step != .insertion { outputFaults[row + 1] = fault }
            if step != .deletion {
                referenceFaults[column + 1] = fault
                // A reference word without a partner belongs to the output word before it.
                alignment[column] = Int32(truncatingIfNeeded: step == .insertion ? row - 1 : row)
            }
        }
        outputFaults[0] = 0
        referenceFaults[0] = 0
        for index in 0..<table.outputCount { outputFaults[index + 1] += outputFaults[index] }
        for index in 0..<table.referenceCount { referenceFaults[index + 1] += referenceFaults[index] }
    }

    /// Writes the words with the phrase moved to before the word at `target`; a target within the phrase or just
    /// behind it counts from the phrase's start among the words that remain.
    private static func shift(
        _ words: UnsafePointer<Int32>, _ count: Int, _ shift: Shift, into result: UnsafeMutablePointer<Int32>
    ) {
        let (start, length) = (shift.start, shift.length)
        let end = start + length
        func copy(_ range: Range<Int>, to position: Int) {
            (result + position).update(from: words + range.lowerBound, count: range.count)
        }
        if shift.target < start {
            copy(0..<shift.target, to: 0)
            copy(start..<end, to: shift.target)
            copy(shift.target..<start, to: shift.target + length)
            copy(end..<count, to: end)
            return
        }
        let stop = min(count, shift.target > end ? shift.target : length + shift.target)
        copy(0..<start, to: 0)
        copy(end..<max(end, stop), to: start)
        copy(start..<end, to: start + max(end, stop) - end)
        copy(max(end, stop)..<count, to: max(end, stop))
    }
}
