import Chat
import Testing

@testable import Providers

@Suite struct BaselineTests {
    private func call(_ prompt: String, fields: [String: String] = [:]) -> ChatCall {
        ChatCall(ChatRequest(model: "baseline/x", user: prompt), context: CallContext(variables: fields))
    }

    @Test func `the list is sorted, without doubles, and every baseline says what it does`() {
        let names = Baseline.all.map(\.name)
        #expect(names == ["constant", "echo", "extractive-qa", "lead-1", "lead-3", "textrank", "textrank-3"])
        #expect(names == names.sorted())
        #expect(Baseline.all.allSatisfy { !$0.summary.isEmpty })
    }

    @Test func `a baseline answers for nothing, with its source and no usage`() async throws {
        let reply = try await BaselineModel(named: "echo").reply(to: call("Say again."))
        #expect(reply.text == "Say again.")
        #expect(reply.model == "baseline/echo")
        #expect(reply.source == .baseline)
        #expect(reply.cost == .zero)
        #expect(reply.usage == nil)
        #expect(reply.finishReason == .stop)
        #expect(reply.timing.total != nil)
    }

    @Test func `who listens gets the text in one delta, and may end the call`() async throws {
        let heard = Locked<[Delta.Kind]>([])
        var listening = call("a b")
        listening.onDelta = { delta in heard.withLock { $0.append(delta.kind) } }
        _ = try await BaselineModel(named: "echo").reply(to: listening)
        #expect(heard.withLock { $0 } == [.text("a b")])
        listening.onDelta = { _ throws(ChatError) in throw ChatError(.cancelled, "enough") }
        await #expect(throws: ChatError(.cancelled, "enough")) {
            try await BaselineModel(named: "echo").reply(to: listening)
        }
    }

    @Test func `a field is read where the spec names one`() async throws {
        let model = try BaselineModel(named: "echo", field: "document")
        #expect(try await model.reply(to: call("Summarise.", fields: ["document": "D", "x": "X"])).text == "D")
    }

    @Test func `a field that is not there is refused with the nearest`() async {
        let error = await #expect(throws: ChatError.self) {
            try await BaselineModel(named: "lead-1", field: "documnt").reply(to: call("p", fields: ["document": "D"]))
        }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.message == "baseline/lead-1: the sample has no field 'documnt'; did you mean 'document'?")
    }

    @Test func `a prompt without a user message is refused`() async {
        let request = ChatRequest(model: "m", messages: [Message(.system, "s")])
        let error = await #expect(throws: ChatError.self) {
            try await BaselineModel(named: "echo").reply(to: ChatCall(request))
        }
        #expect(error?.message == "baseline/echo: the prompt has no user message")
    }

    @Test func `an unknown baseline is refused with the nearest and all of them`() {
        let error = #expect(throws: ChatError.self) { try BaselineModel(named: "lead1") }
        #expect(error?.kind == .notFound)
        #expect(
            error?.message == "no baseline 'lead1'; did you mean 'lead-1'? "
                + "(there are constant, echo, extractive-qa, lead-1, lead-3, textrank, textrank-3)")
    }

    @Test(arguments: [
        ("one line", "one line"), ("Do this.\n\nThe text.", "The text."), ("a\n\nb\n\nc\nd", "c\nd"),
        ("a\r\n \t\r\nb\r\n\r\n", "b"),
        ("a\nb", "a\nb"), ("", ""), ("\n\n", ""),
    ]) func `without a field the text after the last blank line is read`(prompt: String, text: String) {
        #expect(BaselineModel.afterLastBlankLine(prompt) == text)
    }

    @Test func `the last user message counts`() async throws {
        let request = ChatRequest(
            model: "m", messages: [Message(.user, "first"), Message(.assistant, "x"), Message(.user, "second")])
        #expect(try await BaselineModel(named: "echo").reply(to: ChatCall(request)).text == "second")
    }

    @Test func `constant says yes, or what it is told`() async throws {
        #expect(try await BaselineModel(named: "constant").reply(to: call("?")).text == "yes")
        #expect(try await BaselineModel(.constant(text: "B")).reply(to: call("?")).text == "B")
    }

    @Test(
        arguments: Baseline.all.map(\.name),
        ["", " ", "\n\n", "?", "…", "。", "a", "\u{0}", "1. ", "\"\"", "👩‍👩‍👧", "?\n\n?", ".\u{301}"])
    func `no text makes a baseline trap`(name: String, text: String) throws {
        let baseline = try #require(Baseline.named(name))
        _ = baseline.answer(BaselineInput(text: text))
        _ = baseline.answer(BaselineInput(text: text, fields: ["question": text, "context": "A b. " + text]))
    }
}

@Suite struct LeadTests {
    private let text = "One came. Two went! Was three there? Four stayed."

    @Test func `the first sentence, and the first three`() {
        #expect(Baseline.lead1.answer(BaselineInput(text: text)) == "One came.")
        #expect(Baseline.lead3.answer(BaselineInput(text: text)) == "One came. Two went! Was three there?")
        #expect(Baseline.lead3.answer(BaselineInput(text: "Only one")) == "Only one")
    }
}

@Suite struct SentencesTests {
    @Test(arguments: [
        ("Dr. Smith met Mr. Jones. They talked.", ["Dr. Smith met Mr. Jones.", "They talked."]),
        ("J. K. Rowling wrote it. We read it.", ["J. K. Rowling wrote it.", "We read it."]),
        ("It costs 3.50 dollars. Cheap!", ["It costs 3.50 dollars.", "Cheap!"]),
        ("See fig. 3 and p. 12. Then stop.", ["See fig. 3 and p. 12.", "Then stop."]),
        ("He said no. Then he left.", ["He said no.", "Then he left."]),
        ("He walked out. Maria followed.", ["He walked out.", "Maria followed."]),
        ("We saw cats, dogs, etc. The end came.", ["We saw cats, dogs, etc.", "The end came."]),
        ("Apple Inc. Chairman Levinson spoke.", ["Apple Inc. Chairman Levinson spoke."]),
        ("The U.S. Army came. It left.", ["The U.S. Army came.", "It left."]),
        ("He moved to the U.S. The army came.", ["He moved to the U.S.", "The army came."]),
        ("Use tools, e.g. Hammers. Done.", ["Use tools, e.g. Hammers.", "Done."]),
        ("\"Stop!\" he cried. \"Why?\" she asked.", ["\"Stop!\" he cried.", "\"Why?\" she asked."]),
        ("He said: \"I am here.\" Then he sat.", ["He said: \"I am here.\"", "Then he sat."]),
        ("Wait… what? No... yes. Really?! Yes.", ["Wait… what?", "No... yes.", "Really?!", "Yes."]),
        ("1. Boil water. 2. Add salt.", ["1. Boil water.", "2. Add salt."]),
        (
            "O Sr. Silva e a Dra. Ana vieram. Ficaram até as 15h.",
            ["O Sr. Silva e a Dra. Ana vieram.", "Ficaram até as 15h."]
        ),
        ("Mora na Av. Paulista, nº. 5. É longe.", ["Mora na Av. Paulista, nº. 5.", "É longe."]),
        ("Custa R$ 1.200,50 por mês. É caro.", ["Custa R$ 1.200,50 por mês.", "É caro."]),
        ("Nasceu em 3 out. 1950. Morreu cedo.", ["Nasceu em 3 out. 1950.", "Morreu cedo."]),
        ("今天很好。我们走吧！去哪里？", ["今天很好。", "我们走吧！", "去哪里？"]),
        ("「行こう。」と彼は言った。", ["「行こう。」", "と彼は言った。"]),
        ("Title without stop\n\nFirst. Second\nline.", ["Title without stop", "First.", "Second line."]),
        ("  spaced   out .  Yes.  ", ["spaced out .", "Yes."]),
        ("no capital. after this", ["no capital. after this"]),
        ("¿Qué? ¡No! Sí.", ["¿Qué?", "¡No!", "Sí."]),
        ("Version 2.0 of node.js is out. Try it.", ["Version 2.0 of node.js is out.", "Try it."]),
        ("", []), (" \n ", []), ("...", ["..."]),
    ]) func `text is cut where sentences end`(text: String, sentences: [String]) {
        #expect(Sentences.split(text) == sentences)
    }

    @Test func `nothing but white space is lost`() {
        let text = "Dr. A. Silva disse: \"Olá!\" Foi-se. 今天。 e.g. x? 3.5 (sim.) Fim\n\n\nNovo… parágrafo"
        let joined = Sentences.split(text).joined().filter { !$0.isWhitespace }
        #expect(joined == text.filter { !$0.isWhitespace })
    }

    @Test func `a limit stops early`() {
        #expect(Sentences.split("A b. C d. E f.", limit: 2) == ["A b.", "C d."])
    }
}

@Suite struct TextRankTests {
    private let text =
        "The river flooded the town on Monday. Bakers sell bread. "
        + "The flooded town was closed by the river police. A cat slept. River police opened the town again on Friday."

    @Test func `likeness is that of the paper: shared words over the logarithms of the lengths`() {
        let graph = SentenceGraph(["river flooded town monday", "flooded town closed river police"])
        // 3 shared words; 3 / (ln 4 + ln 5), by hand.
        #expect(abs(graph.likeness[0][1] - 3 / (1.3862943611198906 + 1.6094379124341003)) < 1e-12)
        #expect(graph.likeness[0][1] == graph.likeness[1][0])
        #expect(graph.likeness[0][0] == 0)
    }

    @Test func `ranks of a path of three are PageRank's`() {
        // a - b - c with equal weights: b = 0.15 + 0.85 * 2a, a = 0.15 + 0.85 * b / 2; solved by hand.
        let ranks = SentenceGraph(["alpha beta gamma delta", "alpha beta sigma kappa", "sigma kappa omega theta"])
            .ranks()
        let middle = (0.15 + 1.7 * 0.15) / (1 - 0.85 * 0.85)
        #expect(abs(ranks[1] - middle) < 1e-4)
        #expect(abs(ranks[0] - (0.15 + 0.425 * middle)) < 1e-4)
        #expect(abs(ranks[0] - ranks[2]) < 1e-9)
    }

    @Test func `the most central sentence comes out, and three in the order of the text`() {
        #expect(
            Baseline.textRank.answer(BaselineInput(text: text)) == "The flooded town was closed by the river police.")
        #expect(
            Baseline.textRank3.answer(BaselineInput(text: text))
                == "The river flooded the town on Monday. The flooded town was closed by the river police. "
                + "River police opened the town again on Friday.")
    }

    @Test func `sentences that share nothing are equal, and the first wins`() {
        #expect(Baseline.textRank.answer(BaselineInput(text: "Cats sleep. Dogs bark. Birds sing.")) == "Cats sleep.")
    }
}

@Suite struct ExtractiveQATests {
    private let english =
        "The old bridge at Marlow was designed by Clara Webb in 1887. It cost nine thousand pounds. "
        + "Since 1951 trains cross the river on a second bridge near Henley. The paint is made of linseed oil."
    private let portuguese =
        "A ponte velha de Urtigal foi projetada por Rui Valadão em 1902. Custou quarenta contos. "
        + "Desde 1960 os comboios passam por outra ponte em Vila Seca."

    private func answer(_ question: String, _ context: String) -> String {
        Baseline.extractiveQA.answer(BaselineInput(text: "", fields: ["question": question, "context": context]))
    }

    @Test(arguments: [
        ("Who designed the old bridge?", "Clara Webb"), ("When was the bridge at Marlow designed?", "1887"),
        ("Where do trains cross the river on a second bridge?", "Henley"),
        ("What is the paint made of?", "linseed oil"),
    ]) func `English questions`(question: String, expected: String) {
        #expect(answer(question, english) == expected)
    }

    @Test(arguments: [
        ("Quem projetou a ponte velha?", "Rui Valadão"), ("Quando foi projetada a ponte de Urtigal?", "1902"),
        ("Quantos contos custou?", "quarenta"), ("Onde passam os comboios?", "Vila Seca"),
    ]) func `Portuguese questions`(question: String, expected: String) {
        #expect(answer(question, portuguese) == expected)
    }

    @Test func `question and context are found in the prompt too`() {
        #expect(
            QuestionTask(
                BaselineInput(
                    text: "", prompt: "Answer briefly.\n\nContext: It was red. It was big.\n\nQuestion: What was it?"))
                == QuestionTask(
                    BaselineInput(
                        text: "",
                        fields: ["question": "What was it?", "context": "Answer briefly.\n It was red. It was big."])))
        let byPrompt = Baseline.extractiveQA.answer(
            BaselineInput(text: "", prompt: english + "\n\nWho designed the old bridge?"))
        #expect(byPrompt == "Clara Webb")
    }

    @Test func `a named field is the context`() {
        let input = BaselineInput(
            text: english, prompt: "x", fields: ["question": "Who designed the old bridge?", "context": "No."],
            isField: true)
        #expect(Baseline.extractiveQA.answer(input) == "Clara Webb")
    }

    @Test(arguments: [
        ("Who came?", Question.Kind.person), ("Quem veio?", .person), ("In which year did it end?", .time),
        ("Em que ano acabou?", .time),
        ("Where is it?", .place), ("Em que cidade fica?", .place), ("How many are there?", .count),
        ("Quantas são?", .count),
        ("How long did it take?", .measure), ("Quanto pesa?", .measure), ("Why?", .other), ("", .other),
    ]) func `the question word tells the kind of answer`(question: String, kind: Question.Kind) {
        #expect(Question(question).kind == kind)
    }

    @Test func `the answer is always taken from the context`() {
        for question in ["Who?", "When?", "Where?", "How many?", "Why so?", ""] {
            #expect(english.contains(answer(question, english)))
        }
        #expect(answer("Who?", "") == "")
    }
}
