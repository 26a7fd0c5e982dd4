/// The tokenizer `char`: every Unicode scalar that is not white space is a token, whatever the script.
struct CharacterTokenizer: Tokenizer {
    let name = "char"

    func tokenize(_ range: Range<Int>, in buffer: TextBuffer) -> Range<Int> {
        let bytes = UnsafePointer(buffer.bytes.base)
        let spans = buffer.room(for: range.count)
        var count = 0
        var index = range.lowerBound
        while index < range.upperBound {
            let space = PythonText.whitespaceLength(bytes + index)
            let length = space > 0 ? space : UTF8Scalar.length(bytes[index])
            if space == 0 {
                spans[count] = Span(
                    start: Int32(truncatingIfNeeded: index), end: Int32(truncatingIfNeeded: index + length))
                count += 1
            }
            index += length
        }
        return buffer.commit(count)
    }
}
