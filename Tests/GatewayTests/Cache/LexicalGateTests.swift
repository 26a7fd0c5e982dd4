import Testing

@testable import Gateway

@Suite struct LexicalGateTests {
    struct Pair: Sendable, CustomTestStringConvertible {
        var a: String
        var b: String
        var apart: LexicalGate.Difference
        var testDescription: String { "\(a) | \(b)" }

        init(_ a: String, _ b: String, _ apart: LexicalGate.Difference) { (self.a, self.b, self.apart) = (a, b, apart) }
    }

    static let apart: [Pair] = [
        Pair("Who won in 1998?", "Who won in 1999?", .numbers),
        Pair("from 3 to 5", "from 5 to 3", .numbers),
        Pair("What is 2 + 2?", "What is 2 * 2?", .numbers),
        Pair("What is -5 squared?", "What is 5 squared?", .numbers),
        Pair("two eggs", "three eggs", .numbers),
        Pair("der zweite Weltkrieg", "der dritte Weltkrieg", .numbers),
        Pair("３個のりんご", "４個のりんご", .numbers),
        Pair("حساب ١٢", "حساب ١٣", .numbers),
        Pair("convert 5 km to miles", "convert 5 miles to km", .units),
        Pair("10% of it", "$10 of it", .units),
        Pair("a 5kg parcel", "a 5lb parcel", .units),
        Pair("the price of GPT-4", "the price of GPT-5", .codes),
        Pair("what does user_id hold", "what does user_name hold", .codes),
        Pair("is example.com up", "is example.org up", .codes),
        Pair("Translate \"good night\"", "Translate \"good morning\"", .quotes),
        Pair("Übersetze „ja“", "Übersetze „nein“", .quotes),
        Pair("foods that contain gluten", "foods that do not contain gluten", .negation),
        Pair("it doesn't start", "it does start", .negation),
        Pair("café con azúcar", "café sin azúcar", .negation),
        Pair("plantas que não precisam de sol", "plantas que precisam de sol", .negation),
        Pair("il est mort", "il n'est pas mort", .negation),
        Pair("Pilze, die giftig sind", "Pilze, die nicht giftig sind", .negation),
        Pair("продукты с лактозой", "продукты без лактозы", .negation),
        Pair("is it legal to park here", "is it illegal to park here", .negation),
        Pair("a careful driver", "a careless driver", .negation),
        Pair("When was Kant born?", "Where was Kant born?", .question),
        Pair("¿Dónde nació?", "¿Cuándo nació?", .question),
        Pair("How do they pay?", "How much do they pay?", .question),
        Pair("events before the war", "events after the war", .opposites),
        Pair("how to increase the volume", "how to decrease the volume", .opposites),
        Pair("more than that", "less than that", .opposites),
        Pair("ventajas del teletrabajo", "desventajas del teletrabajo", .opposites),
        Pair("who is the king", "who was the king", .opposites),
        Pair("the weather today", "the weather tomorrow", .opposites),
        Pair("flights from Paris to London", "flights from London to Paris", .names),
        Pair("the capital of Austria", "the capital of Australia", .names),
        Pair("Obama was born in which year?", "Biden was born in which year?", .names),
        Pair("Summarize the text", "Translate the text", .names),
        Pair("北京的天气怎么样", "南京的天气怎么样", .names),
        Pair("столица России", "столица Польши", .names),
        Pair("서울의 날씨", "부산의 날씨", .names),
        Pair("ما هي عاصمة مصر", "ما هي عاصمة تونس", .names),
        Pair("what is my name", "what is your name", .persons),
        Pair("can a dog bite a man", "can a man bite a dog", .order),
    ]

    @Test(arguments: apart)
    func `what changes the answer keeps texts apart, whichever comes first`(pair: Pair) {
        let found = LexicalGate.differences(between: pair.a, and: pair.b)
        #expect(found.contains(pair.apart), "found \(found)")
        #expect(LexicalGate.differences(between: pair.b, and: pair.a) == found)
    }

    static let alike: [(String, String)] = [
        ("What is the capital of France?", "what is the capital of france"),
        ("What's the capital of France?", "What is the capital of France?"),
        ("Please tell me the capital of France", "the capital of France"),
        ("How do I reset the password?", "How do I reset the passwords?"),
        ("How much is 5 km in miles?", "How much is 5 kilometres in miles?"),
        ("I have two cats", "I have 2 cats"),
        ("How can I raise the limit?", "How can I increase the limit?"),
        ("I don't like it", "I do not like it"),
        ("¿Cuál es la capital de Perú?", "cuál es la capital de Perú"),
        ("法国的首都是哪里？", "法国首都是哪里"),
        ("Die Hauptstadt von Polen ist?", "die Hauptstadt von Polen ist"),
        ("Explain recursion.", "explain recursion, please"),
        ("", ""),
    ]

    @Test(arguments: alike.indices)
    func `small changes that mean the same pass`(index: Int) {
        let (a, b) = Self.alike[index]
        #expect(LexicalGate.differences(between: a, and: b) == [], "\(a) | \(b)")
    }

    @Test func `in a long text every word counts`() {
        let text = "quiet rivers carry cargo boats along canal banks while anglers repair their nets near wooden jetties "
            + "and children throw flat stones across shallow water beside willow trees"
        let other = text.replacing("cargo", with: "empty")
        let found = LexicalGate.differences(
            between: "tell me why " + text, and: "tell me why " + other)
        #expect(found == [.words])
        #expect(LexicalGate.differences(between: "the cargo boats", and: "the empty boats") == [])
        #expect(LexicalGate.differences(between: "Cargo boats", and: "Empty boats") == [.names])
    }

    @Test func `any text is read, and passes with itself`() {
        let odd = [
            "\u{0}", "'", "\"", "“", "-", "--5", "5-", "a'b'c", "....", "1.2.3,4:5", "🇧🇷👩‍👩‍👧", "ﷺ", "a\u{301}\u{301}",
            "\u{200F}abc", "İstanbul", "ǅ", "⑤", "½", "x²", "`code", "¿?", "５ｋｇ", "٣٫٥",
        ]
        for text in odd { #expect(LexicalGate.differences(between: text, and: text) == []) }
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let scalars = (0..<12).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0..<0x3100, using: &generator)) }
            let text = String(String.UnicodeScalarView(scalars))
            #expect(LexicalGate.differences(between: text, and: text) == [])
        }
    }
}
