/// Asks a vendor how many tokens of input a request has, without an answer to it.
public struct TokenCounter: Sendable {
    /// The count; `ChatError` as a chat's.
    public var count: @Sendable (_ request: ChatRequest) async throws(ChatError) -> Int

    public init(count: @escaping @Sendable (_ request: ChatRequest) async throws(ChatError) -> Int) {
        self.count = count
    }
}
