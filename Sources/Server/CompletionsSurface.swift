import Chat
import Wire

/// `/v1/completions` with one prompt.
enum CompletionsSurface: Surface {
    static let idPrefix = "cmpl-"

    /// The first prompt of a request.
    static func asked(_ received: OpenAICompletions.ReceivedRequest) -> Asked {
        let request = received.requests[0]
        return Asked(
            request: request, includesUsage: received.includesUsage,
            echo: received.echoes ? .string(request.messages[0].text) : .null)
    }

    static func print(_ reply: ChatReply, id: String, asked: Asked) -> [UInt8] {
        OpenAICompletions.printReply(
            [reply], prompts: [asked.echo.stringValue ?? ""], id: id, created: OpenAISurface.created,
            model: asked.request.model)
    }

    static func printError(_ refusal: Refusal, requestID: String) -> [UInt8] {
        OpenAISurface.printError(refusal, requestID: requestID)
    }

    static func stream(of asked: Asked, id: String) -> any StreamPrinter {
        Printer(
            chunks: OpenAICompletions.ChunkPrinter(
                id: id, created: OpenAISurface.created, model: asked.request.model),
            includesUsage: asked.includesUsage, prompt: asked.echo.stringValue)
    }

    private struct Printer: StreamPrinter {
        let chunks: OpenAICompletions.ChunkPrinter
        let includesUsage: Bool
        /// The prompt, until it was told again.
        var prompt: String?

        mutating func delta(_ delta: Delta) -> [UInt8] {
            // The dialect has no word for thoughts and calls.
            guard case .text(let text) = delta.kind else { return [] }
            return begin() + ServerSentEvents.print(data: chunks.text(text))
        }

        mutating func finish(_ reply: ChatReply, facts: LateFacts) -> [UInt8] {
            var last = chunks.finish(reply.finishReason)
            var out = begin()
            if includesUsage {
                out += ServerSentEvents.print(data: last)
                last = chunks.usage(reply.usage)
            }
            return out + ServerSentEvents.print(data: facts.added(to: last))
                + ServerSentEvents.print(data: OpenAIChat.doneData)
        }

        mutating func failure(_ refusal: Refusal, requestID: String) -> [UInt8] {
            ServerSentEvents.print(data: OpenAISurface.printError(refusal, requestID: requestID))
        }

        private mutating func begin() -> [UInt8] {
            guard let text = prompt else { return [] }
            prompt = nil
            return ServerSentEvents.print(data: chunks.text(text))
        }
    }
}
