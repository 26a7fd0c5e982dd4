import Chat

/// `webhook`: somebody else's judgement. It is sent `{"rule", "text"}` and answers `{"flagged": true, "score"?,
/// "message"?}`. With a `secret` the request is signed.
enum WebhookRule {
    static let definition = RuleDefinition(
        name: "webhook", summary: "Asks an address that answers {\"flagged\": true|false}.", sides: [.input, .output],
        keys: ["name", "secret", "url"]
    ) { settings, resources throws(PolicyError) in
        let address = RuleResources.Address(url: try settings.required("url"), secret: try settings.text("secret"))
        let name = try settings.text("name") ?? "webhook"
        guard let post = resources.post else { throw settings.fault("url", "nothing may be sent from here") }
        return Rule(
            name: name,
            check: .later { subject in
                let body: JSONValue = .object(["rule": .string(name), "text": .string(subject.text)])
                switch await post(address, body) {
                case .failure(let error): return .failed(error.message)
                case .success(let answer):
                    guard let isFlagged = answer["flagged"]?.boolValue else {
                        return .failed("the webhook's answer has no 'flagged' that is true or false")
                    }
                    guard isFlagged else { return .passed }
                    let score = min(1, max(0, answer["score"]?.doubleValue ?? 1))
                    return .found(Rule.Finding(score: score, message: answer["message"]?.stringValue ?? "flagged"))
                }
            })
    }
}
