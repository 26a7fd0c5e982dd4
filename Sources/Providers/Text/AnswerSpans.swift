/// A run of a sentence's words that may be an answer.
struct Span: Hashable {
    /// Indices of the sentence's words; never empty.
    var range: Range<Int>
    /// The kinds of question that it would answer.
    var kinds: Set<Question.Kind>
}

/// A sentence's words, and the spans in it that may be answers.
struct SpanSentence {
    private let text: String
    private let tokens: [Words.Token]
    let tokenStems: [String]
    let stems: Set<String>

    init(_ text: String) {
        self.text = text
        tokens = Words.tokens(of: text)
        tokenStems = tokens.map { Question.stem($0.form) }
        stems = Set(tokenStems)
    }

    /// The words as they stand, with whatever stands between them.
    func text(of range: Range<Int>) -> String {
        guard let first = range.first, let last = range.last, tokens.indices.contains(last) else { return "" }
        return String(text[tokens[first].text.startIndex..<tokens[last].text.endIndex])
    }

    /// Every span that is worth a look for this kind of question.
    func spans(for kind: Question.Kind) -> [Span] {
        var spans = numbers(withUnit: kind == .measure) + names() + phrases()
        if kind == .time { spans += times() }
        return spans
    }

    // MARK: numbers and times

    private func numbers(withUnit: Bool) -> [Span] {
        runs { isNumber($0) }.map { run in
            var range = run
            if withUnit, run.upperBound < tokens.count, isJoined(run.upperBound - 1), !isStop(run.upperBound) {
                range = run.lowerBound..<(run.upperBound + 1)
            }
            let isYear = run.count == 1 && isYear(run.lowerBound)
            return Span(range: range, kinds: isYear ? [.time] : [.count, .measure])
        }
    }

    /// Dates: months, weekdays, years and the numbers beside them; and what follows a preposition of time.
    private func times() -> [Span] {
        let dates = runs { isYear($0) || dateWords.contains(tokens[$0].form) || (isNumber($0) && isBesideDate($0)) }
            .map { Span(range: $0, kinds: [.time]) }
        let phrases = tokens.indices.dropLast().compactMap { index -> Span? in
            guard timePrepositions.contains(tokens[index].form) else { return nil }
            var end = index + 1
            while end < tokens.count, end < index + 4, isJoined(end - 1) { end += 1 }
            return Span(range: index..<end, kinds: [])
        }
        return dates + phrases
    }

    private func isBesideDate(_ index: Int) -> Bool {
        [index - 1, index + 1].contains { tokens.indices.contains($0) && dateWords.contains(tokens[$0].form) }
    }

    private func isYear(_ index: Int) -> Bool {
        let form = tokens[index].form
        return form.count == 4 && (Int(form).map { (1000...2100).contains($0) } ?? false)
    }

    private func isNumber(_ index: Int) -> Bool {
        tokens[index].form.first?.isNumber == true || numberWords.contains(tokens[index].form)
    }

    // MARK: names and phrases

    /// Runs of capitalised words, over "de" and "of" between them. The first word of a sentence counts only if it is no
    /// common word.
    private func names() -> [Span] {
        var spans: [Span] = []
        var index = 0
        while index < tokens.count {
            guard isName(index) else {
                index += 1
                continue
            }
            var end = index + 1
            while end < tokens.count, isJoined(end - 1) {
                if isName(end) {
                    end += 1
                } else if nameLinks.contains(tokens[end].form), end + 1 < tokens.count, isJoined(end), isName(end + 1) {
                    end += 2
                } else {
                    break
                }
            }
            let isPlace = index > 0 && placePrepositions.contains(tokens[index - 1].form)
            let isDate = dateWords.contains(tokens[index].form)
            spans.append(
                Span(range: index..<end, kinds: isDate ? [.time] : isPlace ? [.place, .other] : [.person, .other]))
            index = end
        }
        return spans
    }

    private func isName(_ index: Int) -> Bool {
        guard tokens[index].text.first?.isUppercase == true else { return false }
        return index > 0 || !Words.stopWords.contains(tokens[index].form)
    }

    /// Up to four words without a stop word among them; behind a preposition of place they may be one.
    private func phrases() -> [Span] {
        runs { !isStop($0) }.flatMap { run -> [Span] in
            let start = run.lowerBound
            let before = start > 0 ? tokens[start - 1].form : ""
            let earlier = start > 1 ? tokens[start - 2].form : ""
            let isPlace =
                placePrepositions.contains(before)
                || (articles.contains(before) && placePrepositions.contains(earlier))
            return (1...min(4, run.count)).flatMap { length in
                (start...(run.upperBound - length)).map { first in
                    Span(
                        range: first..<(first + length), kinds: isPlace && first == start ? [.place, .other] : [.other])
                }
            }
        }
    }

    private func isStop(_ index: Int) -> Bool { Words.stopWords.contains(tokens[index].form) }

    /// Whether nothing but spaces stands between a word and the next.
    private func isJoined(_ index: Int) -> Bool {
        text[tokens[index].text.endIndex..<tokens[index + 1].text.startIndex].allSatisfy(\.isWhitespace)
    }

    /// The longest runs of neighbouring words that all fulfil a condition.
    private func runs(_ condition: (Int) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for index in tokens.indices {
            let holds = condition(index)
            if let first = start, !holds || !isJoined(index - 1) {
                runs.append(first..<index)
                start = nil
            }
            if holds, start == nil { start = index }
        }
        if let start { runs.append(start..<tokens.count) }
        return runs
    }
}

private let articles: Set<String> = ["a", "an", "the", "o", "os", "as", "um", "uma"]
private let nameLinks: Set<String> = ["of", "the", "de", "da", "do", "das", "dos", "del", "van", "von"]
private let placePrepositions: Set<String> = [
    "at", "between", "from", "in", "inside", "near", "on", "outside", "to", "under", "da", "de", "do", "em", "entre",
    "na",
    "nas", "no", "nos", "para", "perto", "sob",
]
private let timePrepositions: Set<String> = [
    "after", "before", "during", "since", "until", "antes", "após", "até", "depois", "desde", "durante",
]
private let dateWords: Set<String> = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "spring", "summer",
    "autumn", "winter", "janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro",
    "outubro", "novembro", "dezembro", "segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo",
    "primavera",
    "verão", "outono", "inverno",
]
private let numberWords: Set<String> = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy",
    "eighty", "ninety", "hundred", "thousand", "million", "billion", "half", "dozen", "dois", "duas", "três", "quatro",
    "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze", "treze", "catorze", "quatorze", "quinze",
    "dezesseis",
    "dezasseis", "dezessete", "dezassete", "dezoito", "dezenove", "dezanove", "vinte", "trinta", "quarenta",
    "cinquenta",
    "sessenta", "setenta", "oitenta", "noventa", "cem", "cento", "duzentos", "trezentos", "mil", "milhão", "milhões",
    "metade", "dúzia",
]
