/// The kinds of personal data and secrets that are told apart.
public enum PIIType: String, Sendable, Hashable, CaseIterable, Comparable {
    case apiKey = "API_KEY"
    case brazilianCNPJ = "BR_CNPJ"
    case brazilianCPF = "BR_CPF"
    case creditCard = "CREDIT_CARD"
    case cryptoWallet = "CRYPTO_WALLET"
    case email = "EMAIL"
    case iban = "IBAN"
    case ipAddress = "IP_ADDRESS"
    case passport = "PASSPORT"
    case phone = "PHONE"
    case socialSecurityNumber = "US_SSN"

    public static func < (left: PIIType, right: PIIType) -> Bool { left.rawValue < right.rawValue }

    /// Which of two overlapping findings stays: the one that is the surer, by its form or its check digits.
    var precedence: Int {
        switch self {
        case .apiKey: 10
        case .email: 9
        case .cryptoWallet: 8
        case .iban: 7
        case .brazilianCNPJ: 6
        case .creditCard: 5
        case .brazilianCPF: 4
        case .ipAddress: 3
        case .socialSecurityNumber: 2
        case .passport: 1
        case .phone: 0
        }
    }
}

/// A place in a text where a value stands, without quotes, label or brackets around it.
public struct PIISpan: Sendable, Hashable {
    public var type: PIIType
    /// Offsets in bytes of UTF-8, end exclusive.
    public var utf8: Range<Int>
    /// Offsets in Unicode code points (`String.unicodeScalars`), end exclusive.
    public var codePoints: Range<Int>

    public init(type: PIIType, utf8: Range<Int>, codePoints: Range<Int>) {
        self.type = type
        self.utf8 = utf8
        self.codePoints = codePoints
    }
}
