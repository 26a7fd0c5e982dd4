import Gateway
import Testing

@Suite struct WebhookSignatureTests {
    /// Expected codes by Python's hmac and base64.
    @Test(arguments: [
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", #"{"test": 2432232314}"#,
            "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        ),
        ("plain secret", "", "sJoLidO3McjjduILPjBZ7+Hsovy/C8jblvDAqDnrslw="),
        ("whsec_not base64!", "x", "qporfQS6Xh+dclOVJVZYfl+2Nqvif7sSjL5LR6/ePes="),
    ])
    func `a message is signed as Standard Webhooks say`(secret: String, body: String, code: String) {
        let headers = WebhookSignature.headers(
            secret: secret, id: "msg_p5jXN8AQM9LWM0D4loKWxJek", secondsSince1970: 1_614_265_330, body: Array(body.utf8))
        #expect(headers.map(\.0) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(headers.map(\.1) == ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1," + code])
    }
}
