import Experiments

/// Colours of the terminal, or none.
struct Paint {
    enum Colour: String {
        case bold = "1"
        case faint = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"

        init(_ verdict: GateResult.Verdict) {
            self =
                switch verdict {
                case .pass: .green
                case .fail: .red
                case .inconclusive: .yellow
                }
        }
    }

    var isOn: Bool

    func callAsFunction(_ text: String, _ colour: Colour) -> String {
        isOn && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }
}
