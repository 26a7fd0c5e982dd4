#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Baseline {
    /// Answers a question with a few words of the context: the span that stands nearest to the question's words, of the
    /// kind that the question word asks for.
    ///
    /// Reads the fields `question` and `context` (also `pergunta`, `contexto`, `passage`, `document`); without them the
    /// prompt's last question and the text around it. Sentences are scored by the words that they share with the
    /// question, rare words counting more, as in the sliding window of M. Richardson, C. Burges, E. Renshaw,
    /// "MCTest", EMNLP 2013; the kinds of answers follow X. Li, D. Roth, "Learning Question Classifiers", COLING
    /// 2002, in their coarse classes.
    static let extractiveQA = Baseline(
        name: "extractive-qa", summary: "the words of the context nearest to the question's"
    ) { input in
        let task = QuestionTask(input)
        return SpanSearch(question: Question(task.question), context: task.context).best() ?? ""
    }
}

/// A question and where to look for its answer.
struct QuestionTask: Equatable {
    var question: String
    var context: String

    init(_ input: BaselineInput) {
        let field = { (names: [String]) in names.lazy.compactMap { input.fields[$0] }.first }
        let asked = field(["question", "pergunta", "query"])
        let given = input.isField ? input.text : field(["context", "contexto", "passage", "document", "text", "texto"])
        if let asked, let given {
            question = asked
            context = given
            return
        }
        let parsed = QuestionTask.parse(input.prompt)
        question = asked ?? parsed.question
        context = given ?? parsed.context
    }

    /// The last sentence of the prompt that ends in a question mark, and all the rest.
    private static func parse(_ prompt: String) -> (question: String, context: String) {
        let paragraphs = prompt.split(whereSeparator: \.isNewline).map { unlabelled($0) }
        guard let place = paragraphs.lastIndex(where: { $0.contains("?") }) else {
            return (paragraphs.last ?? "", paragraphs.dropLast().joined(separator: "\n"))
        }
        let sentences = Sentences.split(paragraphs[place])
        let question = sentences.last { $0.hasSuffix("?") } ?? paragraphs[place]
        let beside = sentences.filter { $0 != question }.joined(separator: " ")
        let others = Array(paragraphs[..<place]) + [beside] + Array(paragraphs[(place + 1)...])
        return (question, others.filter { !$0.isEmpty }.joined(separator: "\n"))
    }

    /// The line without a label such as "Question:" before it.
    private static func unlabelled(_ line: Substring) -> String {
        let labels = [
            "question", "context", "passage", "text", "q", "pergunta", "contexto", "texto", "answer", "resposta",
        ]
        guard let colon = line.firstIndex(of: ":"), labels.contains(line[..<colon].lowercased()) else {
            return String(line)
        }
        return String(line[line.index(after: colon)...])
    }
}

/// A question: its words that count, and the kind of answer it asks for.
struct Question {
    enum Kind: Hashable { case person, place, time, count, measure, other }

    let kind: Kind
    /// The stems of its words that say something.
    let stems: Set<String>

    init(_ text: String) {
        let forms = Words.tokens(of: text).map(\.form)
        kind = Question.kind(of: forms)
        stems = Set(forms.filter { !Words.stopWords.contains($0) }.map(Question.stem))
    }

    /// A crude stem for any language with endings: the first five characters, without a plural's s.
    static func stem(_ form: String) -> String {
        let singular = form.count > 3 && form.hasSuffix("s") ? form.dropLast() : form[...]
        return String(singular.prefix(5))
    }

    private static func kind(of forms: [String]) -> Kind {
        let has = { (words: Set<String>) in forms.contains { words.contains($0) } }
        if has(["when", "quando"]) || (has(["what", "which", "que", "qual"]) && has(timeWords)) { return .time }
        if has(["who", "whom", "whose", "quem"]) { return .person }
        if has(["where", "onde", "aonde"]) || (has(["what", "which", "que", "qual"]) && has(placeWords)) {
            return .place
        }
        if has(["quantos", "quantas"]) || pair("how", "many", in: forms) { return .count }
        if has(["quanto", "quanta"]) || measures.contains(where: { pair("how", $0, in: forms) }) { return .measure }
        return .other
    }

    private static func pair(_ first: String, _ second: String, in forms: [String]) -> Bool {
        zip(forms, forms.dropFirst()).contains { $0 == first && $1 == second }
    }

    private static let timeWords: Set<String> = [
        "year", "date", "day", "month", "century", "decade", "ano", "data", "dia", "mês", "século", "década", "hora",
    ]
    private static let placeWords: Set<String> = [
        "city", "country", "town", "village", "state", "place", "region", "cidade", "país", "vila", "estado", "lugar",
    ]
    private static let measures = [
        "much", "long", "tall", "old", "far", "high", "heavy", "fast", "often", "deep", "wide",
    ]
}

/// Looks for the span of a context that answers a question best.
struct SpanSearch {
    let question: Question
    private let sentences: [SpanSentence]
    /// How much a stem of the question says: the logarithm of how rare it is among the sentences.
    private let weights: [String: Double]

    init(question: Question, context: String) {
        self.question = question
        // A book is searched in its first 500 sentences.
        let sentences = Sentences.split(context, limit: 500).map(SpanSentence.init)
        var weights: [String: Double] = [:]
        for stem in question.stems {
            let count = sentences.count { $0.stems.contains(stem) }
            if count > 0 { weights[stem] = log(1 + Double(sentences.count) / Double(count)) }
        }
        self.sentences = sentences
        self.weights = weights
    }

    /// The best span's words as they stand in the context; nil where the context has no words.
    func best() -> String? {
        var best: (score: Double, text: String)?
        let full = weights.values.sorted().reduce(0, +)
        for sentence in sentences {
            let overlap = sentence.stems.intersection(question.stems).compactMap { weights[$0] }.sorted().reduce(0, +)
            for span in sentence.spans(for: question.kind) {
                let score =
                    overlap + 2 * nearness(of: span, in: sentence)
                    + (span.kinds.contains(question.kind) ? 0.5 * full + 0.1 : 0)
                    - 0.5 * full * shared(span, in: sentence) + 0.01 * Double(span.range.count)
                if score > best?.score ?? -.infinity { best = (score, sentence.text(of: span.range)) }
            }
        }
        return best?.text
    }

    /// The question's words around the span, near ones counting more.
    private func nearness(of span: Span, in sentence: SpanSentence) -> Double {
        sentence.tokenStems.indices.reduce(0) { sum, index in
            guard !span.range.contains(index), let weight = weights[sentence.tokenStems[index]] else { return sum }
            let distance =
                index < span.range.lowerBound ? span.range.lowerBound - index : index - span.range.upperBound + 1
            return sum + weight / Double(1 + distance)
        }
    }

    /// The share of the span's words that the question itself says: an answer tells something new.
    private func shared(_ span: Span, in sentence: SpanSentence) -> Double {
        let said = span.range.count { question.stems.contains(sentence.tokenStems[$0]) }
        return Double(said) / Double(span.range.count) * 2
    }
}
