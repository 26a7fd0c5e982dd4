import Crypto
import Foundation

/// The headers by which a webhook's receiver knows that a request is ours, unchanged and recent.
///
/// Source: Standard Webhooks 1.0.0 (standardwebhooks.com): `webhook-id`, `webhook-timestamp` (seconds since 1970) and
/// `webhook-signature: v1,BASE64`, an HMAC-SHA256 of "ID.TIMESTAMP.BODY". A receiver refuses timestamps that are more
/// than 300 s off.
public enum WebhookSignature {
    /// - Parameters:
    ///   - secret: `whsec_` and the key in base64; any other text is the key by its UTF-8 bytes.
    ///   - id: the same for each attempt at one message; without a full stop.
    public static func headers(
        secret: String, id: String, secondsSince1970: Int, body: [UInt8]
    ) -> [(String, String)] {
        let prefix = "whsec_"
        let coded = secret.hasPrefix(prefix) ? Data(base64Encoded: String(secret.dropFirst(prefix.count))) : nil
        let signed = Data("\(id).\(secondsSince1970).".utf8) + Data(body)
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: coded ?? Data(secret.utf8)))
        return [
            ("webhook-id", id), ("webhook-timestamp", String(secondsSince1970)),
            ("webhook-signature", "v1," + Data(code).base64EncodedString()),
        ]
    }
}
