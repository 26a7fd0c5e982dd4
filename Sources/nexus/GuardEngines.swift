import Chat
import CurlTransport
import Foundation
import Gateway
import Guardrails
import Scoring

/// What rules of guardrails need from outside: regular expressions that cannot run away, and webhooks.
enum GuardEngines {
    /// Processor time that one pattern may take on one text.
    private static let patternMilliseconds = 100
    /// A webhook that has not answered by then has not been asked.
    private static let webhookSeconds = 5
    private static let longestAnswer = 64 << 10

    /// For looking at settings, when nothing is sent.
    static let forChecks = RuleResources(pattern: compile) { _, _ in
        .failure(PolicyError(message: "nothing is sent while settings are read"))
    }

    /// - Parameter substitution: fills `${NAME}` in the addresses and secrets of webhooks.
    static func over(_ loop: CurlLoop, _ substitution: Substitution) -> RuleResources {
        RuleResources(pattern: compile) { address, document in
            guard let url = substitution.filled(address.url) else {
                return .failure(PolicyError(message: "a variable in its address is not set"))
            }
            guard let secret = address.secret else { return await post(document, to: url, over: loop) }
            guard let secret = substitution.filled(secret) else {
                return .failure(PolicyError(message: "a variable in its secret is not set"))
            }
            return await post(document, to: url, signedWith: secret, over: loop)
        }
    }

    @Sendable
    private static func compile(_ pattern: String) -> Result<RuleResources.Search, PolicyError> {
        let compiled: CappedPattern
        do throws(MetricError) {
            compiled = try CappedPattern(pattern, budgetMilliseconds: patternMilliseconds)
        } catch {
            return .failure(PolicyError(message: error.message))
        }
        return .success { text in
            do throws(MetricError) {
                return .success(try compiled.ranges(in: text))
            } catch {
                return .failure(PolicyError(message: error.message))
            }
        }
    }

    private static func post(
        _ document: JSONValue, to url: String, signedWith secret: String? = nil, over loop: CurlLoop
    ) async -> Result<JSONValue, PolicyError> {
        let limit = Duration.seconds(webhookSeconds)
        let body = document.bytes
        var headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        if let secret {
            headers += WebhookSignature.headers(
                secret: secret, id: "msg_" + UUID().uuidString, secondsSince1970: Int(Date().timeIntervalSince1970),
                body: body)
        }
        let request = HTTPRequest(
            url: url, method: "POST", headers: headers, body: body,
            limits: TransferLimits(
                connect: limit, firstByte: limit, idle: limit, total: limit, bodyBytes: longestAnswer))
        do throws(TransportError) {
            let response = try await loop.exchange(request)
            let body = try await response.body.collect(upTo: longestAnswer)
            guard response.status == 200 else {
                return .failure(PolicyError(message: "the webhook answered with status \(response.status)"))
            }
            guard let answer = try? JSONValue.parse(body) else {
                return .failure(PolicyError(message: "the webhook's answer is not JSON"))
            }
            return .success(answer)
        } catch {
            return .failure(PolicyError(message: "the webhook gave no answer: \(error)"))
        }
    }
}
