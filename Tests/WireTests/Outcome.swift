import Chat
import Wire

/// What came of a stream: the deltas, and the reply or the error.
struct Outcome {
    var deltas: [Delta] = []
    var result: Result<ChatReply, ChatError>

    init(_ pieces: [[UInt8]], stream: ChatStream = .openAI(model: "asked"), end: Bool = true) {
        var stream = stream
        var deltas: [Delta] = []
        do {
            for piece in pieces {
                stream.feed(piece, receivedAt: .now)
                while let delta = try stream.next() { deltas.append(delta) }
            }
            if end { stream.end() }
            while let delta = try stream.next() { deltas.append(delta) }
            result = .success(try stream.reply())
        } catch {
            result = .failure(error)
        }
        self.deltas = deltas
    }

    var text: String {
        deltas.map { if case .text(let text) = $0.kind { text } else { "" } }.joined()
    }

    var error: ChatError? { if case .failure(let error) = result { error } else { nil } }
    var reply: ChatReply? { if case .success(let reply) = result { reply } else { nil } }
}
