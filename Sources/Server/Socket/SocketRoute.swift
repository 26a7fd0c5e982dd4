import Chat
import HTTPServing
import Hummingbird
import Telemetry

extension GatewayDesk {
    static let socketPath = "/socket/websocket"

    /// Answers `GET /socket/websocket`: a WebSocket with the protocol of Phoenix's channels, from its handshake to its
    /// end. Keys may come with the handshake or with each join; a page of another site may not open one at all.
    func socket(_ request: Request, _ context: ConnectionContext, _ id: RequestID) async -> Response {
        guard request.method == .get else {
            return refused(Refusal(405, "\(request.method.rawValue) is not for \(request.uri.path)"), id)
        }
        guard !DoorCheck.isOfForeignPage(request) else {
            let words = "a page of another site may not open a socket here"
            return refused(Refusal(403, words, code: "foreign_origin"), id)
        }
        let presented = GatewayDesk.key(of: request)
        if presented != nil, case .refused = keys.admit(presented) {
            telemetry.metrics.requestUnauthorized()
            return refused(Refusal(401, "the key is unknown", code: "invalid_api_key"), id)
        }
        let asked = request.uri.queryParameters.first { $0.key == "vsn" }.map { String($0.value) }
        guard let version = PhoenixVersion(asked) else {
            return refused(Refusal(400, "vsn: found '\(Steering.shown(asked ?? ""))'; expected 2.0.0 or 1.0.0"), id)
        }
        do throws(WebSocketFault) {
            let rules = house.rules.withLock { $0 }
            let socket = try await context.outlet.webSocket([.requestID: id.text], rules.socketLimits)
            await PhoenixSocket(socket: socket, version: version, key: presented, handshake: self)
                .run(joinWithin: rules.socketJoin)
            return Response(status: .ok)
        } catch {
            return faulty(error, id)
        }
    }

    private func faulty(_ fault: WebSocketFault, _ id: RequestID) -> Response {
        switch fault {
        case .notAsked, .version:
            var response = refused(
                Refusal(426, "here is a WebSocket: ask for it with 'Upgrade: websocket' in version 13"), id)
            response.headers[.upgrade] = "websocket"
            response.headers[.secWebSocketVersion] = "13"
            return response
        case .malformed:
            return refused(Refusal(400, "the WebSocket's handshake is not as RFC 6455 has it"), id)
        }
    }

    private func refused(_ refusal: Refusal, _ id: RequestID) -> Response {
        DoorCheck.closing(Reply.refusal(refusal, ProxySurface.self, id))
    }
}

extension DoorCheck {
    /// Whether a page of another site asks, as its browser tells: a browser lets any page open a socket to any place.
    /// Pages of this machine are none of another site to a server on it.
    static func isOfForeignPage(_ request: Request) -> Bool {
        guard let origin = request.headers[.origin] else { return false }
        guard let scheme = origin.firstRange(of: "://"), let authority = request.head.authority else { return true }
        let page = host(of: String(origin[scheme.upperBound...])), own = host(of: authority)
        return page != own && !(isThisMachine(page) && isThisMachine(own))
    }
}
