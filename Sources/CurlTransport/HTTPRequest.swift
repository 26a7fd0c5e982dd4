/// One HTTP request: a plain value, checked when it is sent.
///
/// ```swift
/// let request = HTTPRequest(
///     url: "https://api.example.com/v1/chat/completions", method: "POST",
///     headers: [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")], body: bytes)
/// ```
public struct HTTPRequest: Sendable {
    /// An absolute `http` or `https` address, without user name or password.
    public var url: String
    /// The method as it stands on the wire, such as `GET` or `POST`.
    public var method: String
    /// Fields sent as given, in this order. `Content-Length`, `Transfer-Encoding` and `Expect` belong to the
    /// transport and are refused. No `Content-Type` and no `Accept-Encoding` is made up.
    public var headers: [(String, String)]
    /// The bytes of the body; empty means none.
    public var body: [UInt8]
    /// How long and how large the answer may be.
    public var limits: TransferLimits

    public init(
        url: String, method: String = "GET", headers: [(String, String)] = [], body: [UInt8] = [],
        limits: TransferLimits = TransferLimits()
    ) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
        self.limits = limits
    }
}

/// Shows the method, the address without its query and the names of the fields: no secret.
extension HTTPRequest: CustomStringConvertible, CustomDebugStringConvertible {
    public var description: String {
        let address = url.prefix { $0 != "?" && $0 != "#" }
        let shown = address.contains("@") ? "(address with user information)" : String(address)
        return "\(method) \(shown) [\(headers.map(\.0).joined(separator: ", "))] \(body.count) bytes"
    }

    public var debugDescription: String { description }
}
