extension Language {
    /// Words of the language that say little by themselves, question words among them.
    var stopWords: Set<String> {
        switch self {
        case .english: Language.englishStopWords
        case .spanish: Language.spanishStopWords
        case .portuguese: Language.portugueseStopWords
        case .other: []
        }
    }

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }

    private static let englishStopWords = words(
        """
        a about an and any are as at be been being but by can could did do does each for from had has have he her him \
        his how i if in into is it its may me might must my no not of on or our s she should so some such t than that \
        the their them then there these they this to us was we were what when where which who whom whose why will with \
        would you your
        """)

    private static let spanishStopWords = words(
        """
        a al algo algunas algunos ante antes aquel cada como con contra cuando cuál cuáles cuándo cuánta cuántas \
        cuánto cuántos cómo de del desde donde durante dónde e el ella ellas ellos en entre era eran es esa esas ese \
        eso esos esta estas este esto estos está están fue fueron ha han hasta hay la las le les lo los me mi muy más \
        ni no nos o os otra otras otro otros para pero por porque qué que quien quienes quién quiénes se sea ser si \
        sin sobre son su sus sí también te tiene tu un una unas uno unos y ya yo él
        """)

    private static let portugueseStopWords = words(
        """
        a ao aos as até com como da das de dela dele delas deles depois do dos e ela elas ele eles em entre era eram \
        essa essas esse esses esta estas este estes eu foi foram há isso isto já lhe lhes mais mas me mesmo meu minha \
        muito na nas nem no nos não num numa o onde os ou para pela pelas pelo pelos por porque qual quais quando \
        quanta quantas quanto quantos que quem se sem ser seu seus são só sua suas também te tem têm um uma umas uns \
        você à às é
        """)
}
