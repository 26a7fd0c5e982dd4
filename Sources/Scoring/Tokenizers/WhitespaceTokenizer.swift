/// The tokenizer `none`: for text that is tokenised already; cuts at white space alone.
struct WhitespaceTokenizer: Tokenizer {
    let name = "none"

    func tokenize(_ range: Range<Int>, in buffer: TextBuffer) -> Range<Int> {
        let bytes = UnsafePointer(buffer.bytes.base)
        let spans = buffer.room(for: range.count)
        var count = 0
        var index = range.lowerBound
        while index < range.upperBound {
            let space = PythonText.whitespaceLength(bytes + index)
            if space > 0 {
                index += space
                continue
            }
            let start = index
            while index < range.upperBound, PythonText.whitespaceLength(bytes + index) == 0 { index += 1 }
            spans[count] = Span(start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: index))
            count += 1
        }
        return buffer.commit(count)
    }
}
