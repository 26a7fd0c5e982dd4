import Chat

/// A request as it goes to a vendor, and what of it the vendor does not get.
public struct PrintedRequest: Sendable, Hashable {
    public var bytes: [UInt8]
    /// One line for each parameter that was left out or changed.
    public var warnings: [String]

    public init(bytes: [UInt8], warnings: [String] = []) {
        self.bytes = bytes
        self.warnings = warnings
    }
}

/// Notes what a model does not take while its request is printed.
struct Omissions {
    let model: String
    private(set) var warnings: [String] = []

    init(model: String) { self.model = model }

    /// Says that a member was left out, unless its value says nothing anyway.
    mutating func leaveOut(_ name: String, _ value: JSONValue? = nil) {
        if let value, value.isNull { return }
        note("\(Secrets.none.line(name, limit: 60)) was left out")
    }

    mutating func note(_ what: String) {
        let warning = "\(what): \(model) does not take it"
        if !warnings.contains(warning) { warnings.append(warning) }
    }
}
