import Chat
import Hummingbird
import NIOCore
import Wire

/// An error that the vendor tells, in the words and codes of OpenAI; each dialect has its own form for it.
struct ErrorAnswer: Sendable {
    var status: Int
    var message: String
    var type: String
    var code: String?
    var retryAfter: String?

    init(status: Int, message: String, type: String, code: String? = nil, retryAfter: String? = nil) {
        self.status = status
        self.message = message
        self.type = type
        self.code = code
        self.retryAfter = retryAfter
    }

    /// The error that a script asks for.
    init(simulated status: Int, retryAfter: String?) {
        let (type, code): (String, String?) =
            switch status {
            case 401: ("invalid_request_error", "invalid_api_key")
            case 403: ("permission_error", nil)
            case 404: ("invalid_request_error", "model_not_found")
            case 429: ("requests", "rate_limit_exceeded")
            case 529: ("overloaded_error", nil)
            case 500...: ("server_error", nil)
            default: ("invalid_request_error", nil)
            }
        self.init(status: status, message: "simulated \(status)", type: type, code: code, retryAfter: retryAfter)
    }

    static func noModel(_ name: String) -> ErrorAnswer {
        ErrorAnswer(
            status: 404, message: "the script has no model '\(name)' and no defaults", type: "invalid_request_error",
            code: "model_not_found")
    }

    static let noAnswer = ErrorAnswer(
        status: 404, message: "the script's answer table has no such prompt", type: "invalid_request_error",
        code: "answer_not_found")

    static func badRequest(_ message: String, status: Int = 400) -> ErrorAnswer {
        ErrorAnswer(status: status, message: message, type: "invalid_request_error")
    }

    func response(in dialect: any Dialect, requestID: String = "req-sim-0") -> Response {
        var headers: HTTPFields = [.contentType: "application/json"]
        headers[.retryAfter] = dialect.retryAfterHeader(self)
        headers[named: dialect.requestIDHeader] = requestID
        let body = dialect.error(self, requestID: requestID)
        return Response(
            status: HTTPResponse.Status(code: status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
