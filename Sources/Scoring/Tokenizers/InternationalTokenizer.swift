/// The tokenizer `intl`: punctuation and symbols of all scripts by their Unicode categories, as mteval-v14 of NIST
/// does.
///
/// Punctuation stands alone unless it is between numerals; every symbol stands alone. A full stop at the very end that
/// follows a numeral stays with it, as in the reference.
struct InternationalTokenizer: Tokenizer {
    let name = "intl"

    enum Class {
        case other, numeral, punctuation, symbol, space
    }

    func tokenize(_ range: Range<Int>, in buffer: TextBuffer) -> Range<Int> {
        let bytes = UnsafePointer(buffer.bytes.base)
        let spans = buffer.room(for: range.count)
        var count = 0
        var start = range.lowerBound
        var index = range.lowerBound
        func add(_ from: Int, _ to: Int) {
            guard from < to else { return }
            spans[count] = Span(start: Int32(truncatingIfNeeded: from), end: Int32(truncatingIfNeeded: to))
            count += 1
        }
        var previous: Class?
        var wasTaken = false
        while index < range.upperBound {
            let kind = Self.classify(bytes + index)
            let next = index + UTF8Scalar.length(bytes[index])
            let isTaken = kind == .punctuation && previous != nil && previous != .numeral && !wasTaken
            let isAlone =
                kind == .symbol || isTaken
                || kind == .punctuation && next < range.upperBound && Self.classify(bytes + next) != .numeral
            if isAlone || kind == .space {
                add(start, index)
                start = next
            }
            if isAlone { add(index, next) }
            previous = kind
            wasTaken = isTaken
            index = next
        }
        add(start, index)
        return buffer.commit(count)
    }

    private static let ascii: [Class] = (UInt8(0)..<128).map { classify(Unicode.Scalar($0)) }

    @inline(__always)
    private static func classify(_ bytes: UnsafePointer<UInt8>) -> Class {
        bytes[0] < 0x80
            ? ascii[Int(bytes[0])] : Unicode.Scalar(UTF8Scalar.value(bytes)).map(classify) ?? .other
    }

    private static func classify(_ scalar: Unicode.Scalar) -> Class {
        if PythonText.isWhitespace(scalar) { return .space }
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: return .numeral
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return .punctuation
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: return .symbol
        default: return .other
        }
    }
}
