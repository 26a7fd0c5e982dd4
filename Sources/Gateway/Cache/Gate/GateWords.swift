/// The closed classes of words that the lexical gate knows, in English, Spanish, Portuguese, French, German and
/// Italian, negations in a few more. General lists: they were not fitted to any collection of questions.
enum GateWords {
    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// Each word with the name of its line.
    private static func table(_ lines: KeyValuePairs<String, String>) -> [String: String] {
        var table: [String: String] = [:]
        for (name, text) in lines { for word in words(text) { table[word] = name } }
        return table
    }

    static let negations = Set(
        words(
            """
            no not never none nobody nothing neither nor without cannot except unless cant dont wont isnt arent \
            wasnt \
            doesnt didnt couldnt shouldnt wouldnt hasnt havent lacking excluding
            nunca jamás jamas nada nadie ningún ningun ninguna ninguno sin tampoco excepto salvo ni
            não nao ninguém ninguem nenhum nenhuma sem nem exceto jamais
            pas non rien personne aucun aucune sans sauf
            nicht kein keine keinen keinem keiner keines nie niemals nichts niemand ohne außer
            mai niente nulla nessuno nessuna senza tranne né
            niet geen nooit niets zonder inte ingen aldrig utan ikke ingenting nigdy bez nie ne
            не нет ни никогда без ничего никто değil yok ei
            नहीं मत बिना لا ليس لم لن غير بدون לא אין בלי
            """))

    /// Question words by what they ask for.
    static let questions = table([
        "who": "who whom whose quién quien quiénes quem qui wer wen wem wessen chi",
        "when": "when cuándo cuando quando quand wann",
        "where": "where dónde donde adónde onde où wo wohin woher dove",
        "why": "why porqué pourquoi warum weshalb wieso perché perche",
        "how": "how cómo como comment wie come",
        "how many": """
            many much cuánto cuántos cuánta cuántas cuanto cuantos cuanta cuantas quanto quantos quanta quantas \
            combien \
            wieviel wieviele quanti quante
            """,
    ])

    static let numbers = table([
        "0": "zero cero null nul", "1": "one", "2": "two dos dois duas deux zwei due",
        "3": "three tres três trois drei tre", "4": "four cuatro quatro quatre vier quattro",
        "5": "five cinco cinq fünf cinque", "6": "six seis sechs sei", "7": "seven siete sete sept sieben sette",
        "8": "eight ocho oito huit acht otto", "9": "nine nueve nove neuf neun",
        "10": "ten diez dez dix zehn dieci", "11": "eleven once onze elf undici",
        "12": "twelve doce doze douze zwölf dodici", "13": "thirteen trece treze treize dreizehn tredici",
        "14": "fourteen catorce catorze quatorze vierzehn quattordici", "15": "fifteen quince quinze fünfzehn quindici",
        "16": "sixteen dieciséis dezesseis seize sechzehn sedici", "17": "seventeen diecisiete dezessete siebzehn",
        "18": "eighteen dieciocho dezoito achtzehn diciotto", "19": "nineteen diecinueve dezenove neunzehn",
        "20": "twenty veinte vinte vingt zwanzig venti", "30": "thirty treinta trinta trente dreißig trenta",
        "40": "forty cuarenta quarenta quarante vierzig quaranta",
        "50": "fifty cincuenta cinquenta cinquante fünfzig cinquanta", "60": "sixty sesenta sessenta soixante sechzig",
        "70": "seventy setenta siebzig settanta", "80": "eighty ochenta oitenta achtzig ottanta",
        "90": "ninety noventa neunzig novanta", "100": "hundred cien ciento cem cento cent hundert",
        "1000": "thousand mil mille tausend", "1000000": "million millions millón millones milhão milhões million",
        "1000000000": "billion billions milliard milliarden bilhão bilhões miliardo",
        "first": "first primero primera primer primeiro primeira premier première erste ersten erster primo prima",
        "second": "second segundo segunda deuxième zweite zweiten secondo seconda",
        "third": "third tercero tercera tercer terceiro terceira troisième dritte dritten terzo terza",
        "half": "half mitad metade moitié hälfte metà", "double": "double twice doble dobro doppelt doppio",
        "triple": "triple thrice triplo dreifach",
    ])

    static let units = table([
        "%": "% percent pct porcentaje porcento prozent pourcent", "‰": "‰",
        "$": "$ usd dollar dollars dólar dólares dolar dolares", "€": "€ eur euro euros", "£": "£ gbp pound pounds",
        "¥": "¥ jpy cny yen yuan", "₹": "₹ inr rupee rupees", "R$": "brl real reais",
        "°": "° degree degrees grado grados grau graus grad", "c": "c celsius", "f": "f fahrenheit", "k": "kelvin",
        "mm": "mm millimeter millimeters millimetre millimetres milímetro milímetros",
        "cm": "cm centimeter centimeters centimetre centimetres centímetro centímetros zentimeter",
        "m": "m meter meters metre metres metro metros mètre mètres",
        "km": "km kilometer kilometers kilometre kilometres kilómetro kilómetros quilômetro quilômetros kilomètres",
        "in": "inch inches pulgada pulgadas polegada polegadas", "ft": "ft foot feet pie pies pé pés",
        "yd": "yd yard yards", "mi": "mile miles milla millas milha milhas meile meilen",
        "mg": "mg milligram milligrams miligramo miligramos", "g": "g gram grams gramo gramos grama gramas gramm",
        "kg": "kg kilo kilos kilogram kilograms kilogramo kilogramos quilo quilos kilogramm",
        "t": "ton tons tonne tonnes tonelada toneladas", "lb": "lb lbs", "oz": "oz ounce ounces onza onzas",
        "ml": "ml milliliter milliliters millilitre millilitres", "l": "l liter liters litre litres litro litros",
        "gal": "gallon gallons galón galones galão galões",
        "ms": "ms millisecond milliseconds", "s": "s sec secs seconds segundos secondes sekunden",
        "min": "min mins minute minutes minuto minutos minuten",
        "h": "h hr hrs hour hours hora horas heure heures stunde stunden ora ore",
        "day": "day days día días dia dias jour jours tag tage tagen giorno giorni",
        "week": "week weeks semana semanas semaine semaines woche wochen settimana settimane",
        "month": "month months mes meses mês mois monat monate mese mesi",
        "year": "year years año años ano anos année années an ans jahr jahre jahren anno anni",
        "kb": "kb kilobyte kilobytes", "mb": "mb megabyte megabytes", "gb": "gb gigabyte gigabytes",
        "tb": "tb terabyte terabytes", "hz": "hz hertz", "w": "watt watts", "kw": "kw kilowatt kilowatts",
        "mph": "mph", "kmh": "kmh",
    ])

    /// Words of which one excludes the other, by group and side; what comes after the words of time are its own sides.
    static let sides = table([
        "before": "before prior earlier antes avant vor vorher prima",
        "after": "after later following después despues depois après nach nachher dopo",
        "until": "until till hasta até jusque bis fino",
        "since": "since desde depuis seit",
        "more": """
            more greater higher above over exceeding exceeds longer older más mais mehr über più plus maior mayor
            """,
        "less": "less fewer lower below under shorter younger menos moins weniger unter meno menor",
        "most": """
            most maximum max highest largest biggest longest oldest best máximo meilleur beste migliore mejor \
            melhor
            """,
        "least": """
            least minimum min lowest smallest shortest youngest worst mínimo pire schlechteste peggiore peor pior
            """,
        "up": """
            increase increases increasing raise raises rise rises grow gain aumentar aumento augmenter erhöhen \
            aumentare
            """,
        "down": """
            decrease decreases decreasing reduce reduces lower drop fall lose reducir disminuir diminuir réduire \
            senken
            """,
        "add": """
            add adding insert include enable allow activate start begin open install connect añadir agregar \
            adicionar incluir activar ativar habilitar permitir abrir instalar empezar começar ajouter activer \
            ouvrir installer hinzufügen aktivieren öffnen aggiungere attivare aprire
            """,
        "remove": """
            remove removing delete exclude disable forbid deactivate stop end finish close uninstall disconnect \
            eliminar quitar borrar remover excluir excluír desactivar desativar prohibir cerrar fechar \
            desinstalar terminar supprimer désactiver fermer désinstaller entfernen löschen deaktivieren \
            schließen rimuovere disattivare chiudere
            """,
        "buy": "buy purchase import borrow receive comprar importar acheter kaufen comprare",
        "sell": "sell export lend send vender exportar vendre verkaufen vendere",
        "win": "win wins won pass passed succeed success ganar vencer gagner gewinnen vincere",
        "fail": "lose loses lost fail failed failure perder fracasar perdre verlieren perdere",
        "good": "advantage advantages benefit benefits pros good safe ventajas vantagens avantages vorteile vantaggi",
        "bad": """
            disadvantage disadvantages drawback drawbacks cons bad dangerous desventajas desvantagens \
            inconvénients nachteile svantaggi
            """,
        "large": """
            big large tall long high hot warm fast old rich grande alto largo caliente rápido quente grand chaud \
            groß heiß
            """,
        "small": """
            small little short low cold cool slow new young poor pequeño bajo corto frío lento pequeno petit \
            froid klein kalt
            """,
        "left": "left izquierda esquerda gauche links sinistra",
        "right": "right derecha direita droite rechts destra",
        "north": "north norte nord norden",
        "south": "south sur sul sud süden",
        "east": "east este leste est osten",
        "west": "west oeste ouest westen ovest",
        "male": "male man men boy father husband king hombre homem homme mann uomo",
        "female": "female woman women girl mother wife queen mujer mulher femme frau donna",
        "input": "input encode encrypt compress upload entrada codificar cifrar",
        "output": "output decode decrypt decompress download salida saída decodificar descifrar",
        "all": """
            all every everyone everything both always todo todos todas tout tous toutes alle alles tutti tutte \
            siempre sempre
            """,
        "some": "some any either sometimes alguno algunos alguns quelques einige alcuni",
        "only": "only solo sólo somente nur seul",
        "yesterday": "yesterday ayer ontem hier gestern ieri",
        "today": "today hoy hoje aujourd'hui heute oggi",
        "tomorrow": "tomorrow mañana amanhã demain morgen domani",
        "last": "last past previous último última passado pasado letzte",
        "next": "next upcoming próximo próxima siguiente prochain nächste prossimo",
        "now": "now currently current ahora agora jetzt",
        "was": "was were did had fue fueron era eran foi foram était étaient war waren wurde wurden era erano",
        "will": "will shall won't será serão serán wird werden sera saranno",
        "january": "january enero janeiro janvier januar gennaio",
        "february": "february febrero fevereiro février februar febbraio",
        "march": "marzo março mars märz",
        "april": "april abril avril aprile",
        "may": "mayo maio mai maggio",
        "june": "june junio junho juin juni giugno",
        "july": "july julio julho juillet juli luglio",
        "august": "august agosto août",
        "september": "september septiembre setembro septembre settembre",
        "october": "october octubre outubro octobre oktober ottobre",
        "november": "november noviembre novembro novembre",
        "december": "december diciembre dezembro décembre dezember dicembre",
        "monday": "monday lunes segunda-feira lundi montag lunedì",
        "tuesday": "tuesday martes mardi dienstag martedì",
        "wednesday": "wednesday miércoles mercredi mittwoch mercoledì",
        "thursday": "thursday jueves jeudi donnerstag giovedì",
        "friday": "friday viernes vendredi freitag venerdì",
        "saturday": "saturday sábado samedi samstag sabato",
        "sunday": "sunday domingo dimanche sonntag domenica",
    ])

    /// Whom a sentence speaks of.
    static let persons = table([
        "first": """
            i me my mine myself we us our ours yo mi mis nuestro nuestra eu meu minha meus minhas nosso nossa je \
            mon ma mes notre ich mein meine meinen unser io mio mia nostro
            """,
        "second": """
            you your yours yourself tú tu tus usted su você vocês seu sua vous votre vos ton ta tes du dein deine \
            ihr tuo tua
            """,
        "third": """
            he him his she her hers they them their theirs él ella ellos ele ela eles elas dele dela il elle ils \
            elles leur er sie sein lui lei loro
            """,
    ])

    /// Words that say little by themselves, question words and polite turns among them.
    static let functions = Set(
        words(
            """
            a an and are as at be been being but by do does doing for from has have having he her hers him his \
            how i i'm i'd i'll \
            i've if in into is it it's its let's me my of off on or our ours out so such than that that's the \
            their them then there \
            there's these they this those to us we what what's whats when when's where where's which while who \
            who's whom whose why \
            with would you you're your yours please kindly tell hi hello hey thanks thank ok okay could can i'd
            al algo como con cuál cuáles cual cuando de del desde donde e el ella ellas ellos en entre es esa ese \
            eso esta estas este \
            esto estos está están hay la las le les lo los me mi mis muy o os para pero por porque que qué quien \
            se ser si sobre son \
            su sus también te tu un una unas uno unos y ya yo él cómo cuándo dónde quién cuánto dime hola favor \
            gracias puede puedes
            ao aos as até com da das do dos ela ele em essa esse eu isso isto já lhe mas me meu minha na nas no \
            nos num numa ou pela \
            pelo quais qual quem se ser seu sua são só te tem têm um uma umas uns você à às é diga olá obrigado \
            obrigada pode
            au aux avec ce ces cette dans des du elle en est et il ils je l' la le les leur lui ma mais mes mon \
            notre nous on ou où \
            par pour qu'est-ce quel quelle quels quelles qui que sa ses son sont sur te tu un une votre vous \
            c'est d' bonjour merci \
            s'il plaît quoi comment peux pouvez
            aber am an auf aus bei das dem den der des die durch ein eine einem einen einer eines er es für haben \
            hat hier ich ihr im \
            in ist kann man mein mit oder sein sich sie sind so um und vom von was welche welcher welches wenn \
            wer wie wo wir zu zum \
            zur bitte danke hallo
            che chi ci con cosa da dal dalla dei del della delle di e ed gli ha hanno i il in io la le lo ma mi \
            nel nella o per più \
            qual quale quali questa questo se si sono su sul sulla tra un una uno è ciao grazie per
            """))

    /// Letters of scripts without capitals that say little by themselves.
    static let functionLetters = Set("的了吗嗎呢吧啊呀请請ねよか".unicodeScalars.map { String($0) })

    /// Beginnings that turn a word into its opposite.
    static let negatingPrefixes = words("un in im il ir dis non mis anti des dé de a contra ent un")
}
