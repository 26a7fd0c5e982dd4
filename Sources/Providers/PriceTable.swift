public import Chat

/// What models cost, by their full name.
public struct PriceTable: Sendable {
    private let rows: [String: Price]

    /// - Parameter rows: prices by `provider/model`.
    public init(_ rows: [String: Price] = [:]) {
        self.rows = rows
    }

    /// The price of a model by its full name, or nil where it is unknown: unknown is not free.
    public func price(of model: String) -> Price? { rows[model] }
}
