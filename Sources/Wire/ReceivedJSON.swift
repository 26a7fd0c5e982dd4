import Chat

/// A body or event of a vendor's, parsed; every fault of it is `ChatError.invalidResponse` with the start of the body.
struct ReceivedJSON {
    let value: JSONValue
    /// What was mended: bytes that were not UTF-8.
    let warnings: [String]
    private let bytes: [UInt8]
    private let secrets: Secrets

    init(_ bytes: [UInt8], secrets: Secrets) throws(ChatError) {
        self.bytes = bytes
        self.secrets = secrets
        do {
            value = try JSONValue.parse(bytes)
            warnings = []
        } catch {
            guard let (mended, warning) = ReceivedJSON.mended(bytes) else {
                throw ReceivedJSON.invalid("the answer is not JSON: \(error)", bytes, secrets)
            }
            value = mended
            warnings = [warning]
        }
        if let key = value.duplicateKey {
            throw invalid("the key '\(secrets.line(key, limit: 80))' stands twice in the answer")
        }
    }

    /// An answer whose member `path` is not as it should be.
    func invalid(_ path: String, expected: String) -> ChatError {
        invalid("\(path) of the answer is not \(expected)")
    }

    func invalid(_ message: String) -> ChatError {
        ReceivedJSON.invalid(message, bytes, secrets)
    }

    static func invalid(_ message: String, _ bytes: [UInt8], _ secrets: Secrets) -> ChatError {
        ChatError(.invalidResponse, message, body: secrets.start(of: bytes))
    }

    /// The document with U+FFFD for bytes that are not UTF-8; nil where that was not what was wrong with it.
    private static func mended(_ bytes: [UInt8]) -> (JSONValue, String)? {
        guard String(validating: bytes, as: UTF8.self) == nil,
            let value = try? JSONValue.parse(String(decoding: bytes, as: UTF8.self))
        else { return nil }
        return (value, "invalid UTF-8 in the answer was replaced with U+FFFD")
    }
}

extension JSONValue {
    /// A member that is there and not null.
    func present(_ key: String) -> JSONValue? {
        self[key].flatMap { $0.isNull ? nil : $0 }
    }
}
