import Chat
import Foundation

/// Times as answers under `/api` tell them: ISO 8601 in UTC, to the second.
enum ProxyTime {
    static func json(_ milliseconds: Int64) -> JSONValue {
        .string(Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601))
    }

    static var now: JSONValue { .string(Date().formatted(.iso8601)) }
}
