public import Chat

/// What models cost, by their full name and at a moment: rows with dates, prices above a size of context, and hours at
/// which a vendor is cheaper.
///
/// ```swift
/// let cost = PriceTable.embedded.cost(of: usage, model: "openai/gpt-4o-mini", at: secondsSince1970)
/// ```
public struct PriceTable: Sendable {
    /// The table that the binary carries (`prices.json`, with the source and date of every row).
    public static let embedded = (try? PriceTable(json: PackageResources.prices_json)) ?? PriceTable()

    /// A row a name, in the order of the table.
    private let all: [PriceRow]
    private let rows: [String: [PriceRow]]
    /// Full names by bare name, in the order of the table.
    private let names: [String: [String]]

    /// - Parameter prices: prices by `provider/model`, at any time.
    public init(_ prices: [String: Price] = [:]) {
        self.init(rows: prices.map { PriceRow(model: $0.key, price: $0.value) })
    }

    init(rows: [PriceRow]) {
        all = rows.flatMap(\.named)
        self.rows = Dictionary(grouping: all, by: \.model)
        names = Dictionary(grouping: all.map(\.model)) { name in String(name.drop { $0 != "/" }.dropFirst()) }
    }

    /// Reads a table: `{"models": [{"model", "input", "output", "cache_read", …}]}`, in dollars per million tokens.
    /// - Throws: `ChatError.invalidRequest` that names the row and what was found.
    public init(json bytes: [UInt8]) throws(ChatError) {
        let document: JSONValue
        do { document = try JSONValue.parse(bytes) } catch {
            throw ChatError(.invalidRequest, "the price table is not JSON: \(error)")
        }
        guard let items = document["models"]?.arrayValue else {
            throw ChatError(.invalidRequest, "the price table has no list 'models'")
        }
        var rows: [PriceRow] = []
        for (index, item) in items.enumerated() { rows.append(try PriceRow(item, at: "models[\(index)]")) }
        self.init(rows: rows)
    }

    /// This table with other prices for some models, which then hold at any time.
    public func overridden(by prices: [String: Price]) -> PriceTable {
        let own = prices.sorted { $0.key < $1.key }.map { PriceRow(model: $0.key, price: $0.value) }
        return PriceTable(rows: own + all.filter { prices[$0.model] == nil })
    }

    /// The price of a call, or nil where it is unknown: unknown is not free.
    ///
    /// A name with the date of a snapshot behind it (`claude-sonnet-4-5-20250929`) costs what the name costs.
    /// - Parameters:
    ///   - model: the full name.
    ///   - secondsSince1970: when the call was made.
    ///   - inputTokens: all tokens of input, cached ones included: above a vendor's bound the whole call costs more.
    public func price(of model: String, at secondsSince1970: Double, inputTokens: Int = 0) -> Price? {
        let found = rows[model] ?? rows[PriceTable.undated(model)]
        // The row that began last.
        let row = found?.filter { $0.holds(at: secondsSince1970) }.max { ($0.from ?? 0) < ($1.from ?? 0) }
        return row?.price(inputTokens: inputTokens, at: secondsSince1970)
    }

    /// What a call cost, or nil where price or usage leave it unknown.
    public func cost(of usage: TokenUsage, model: String, at secondsSince1970: Double) -> NanoUSD? {
        guard usage.surcharge == nil else { return nil }
        return price(of: model, at: secondsSince1970, inputTokens: usage.input)?.cost(of: usage)
    }

    /// All models with a price, by full name.
    public var modelNames: [String] { rows.keys.sorted() }

    /// The full names that a bare name may stand for, in the order of the table.
    public func fullNames(ofModel name: String) -> [String] {
        (names[name] ?? []).reduce(into: []) { found, name in if !found.contains(name) { found.append(name) } }
    }

    /// The name without eight digits at its end, as Anthropic dates its snapshots. Other vendors' snapshots may cost
    /// other than the name they belong to.
    private static func undated(_ model: String) -> String {
        guard model.hasPrefix("anthropic/"), let dash = model.lastIndex(of: "-") else { return model }
        let date = model[model.index(after: dash)...]
        return date.utf8.count == 8 && date.allSatisfy { $0.isASCII && $0.isNumber } ? String(model[..<dash]) : model
    }
}
