import Chat
import Wire

/// The bytes of one answer, whole or as a stream, good or spoiled by a fault of its body.
struct AnswerBytes: Sendable {
    let text: String
    let finish: ChatReply.FinishReason
    let usage: TokenUsage?
    let model: String
    let id: String
    let created: Int
    let fault: Fault.Body?

    init(_ visit: Visit, _ plan: Plan, fault: Fault.Body?) {
        text = plan.text ?? ""
        finish = plan.finish
        usage = TokenUsage(inputFresh: visit.inputTokens, outputText: plan.outputTokens)
        model = visit.model
        id = "chatcmpl-sim-\(visit.sequence)"
        created = Int(visit.receivedAt / 1_000_000)
        self.fault = fault
    }

    static let page =
        "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>\n"

    var contentType: String {
        switch fault {
        case .html: "text/html"
        case .wrongContentType: "text/plain"
        default: "application/json"
        }
    }

    /// The body of a full answer.
    func full() -> [UInt8] {
        let marked = fault == .invalidUTF8 ? text + AnswerBytes.mark : text
        let reply = ChatReply(text: marked, finishReason: finish, model: model, usage: usage)
        return spoiled(OpenAIChat.printReply(reply, id: id, created: created))
    }

    // MARK: Streams

    func printer(includesUsage: Bool) -> OpenAIChat.ChunkPrinter {
        OpenAIChat.ChunkPrinter(id: id, created: created, model: model, includesUsage: includesUsage)
    }

    /// The event of one piece of text; `isMiddle` marks the one that a fault falls on.
    func event(_ piece: String, isMiddle: Bool, by printer: OpenAIChat.ChunkPrinter) -> [UInt8] {
        let isMarked = fault == .invalidUTF8 && isMiddle
        return event(printer.delta(.text(isMarked ? piece + AnswerBytes.mark : piece)), isMiddle: isMiddle)
    }

    func event(_ chunk: [UInt8], isMiddle: Bool = false) -> [UInt8] {
        switch fault {
        case .malformedJSON, .nullContent, .invalidUTF8:
            ServerSentEvents.print(data: isMiddle ? spoiled(chunk) : chunk)
        default:
            ServerSentEvents.print(data: spoiled(chunk))
        }
    }

    /// What follows the last piece: finish reason, usage where it was asked for, and the end.
    func ending(includesUsage: Bool, by printer: OpenAIChat.ChunkPrinter) -> [UInt8] {
        var bytes = event(printer.finish(finish))
        if includesUsage, fault != .missingUsage {
            bytes += ServerSentEvents.print(data: spoiledUsage(printer.usage(usage)))
        }
        if fault != .noDone { bytes += ServerSentEvents.print(data: OpenAIChat.doneData) }
        return bytes
    }

    /// The event with which a stream breaks off.
    static var errorEvent: [UInt8] {
        ServerSentEvents.print(
            data: OpenAIChat.printError(message: "simulated failure inside the stream", type: "server_error"))
    }

    // MARK: Faults

    /// Stands for bytes that are not UTF-8 until the text is printed; a private-use character.
    private static let mark = "\u{F5E7}"

    private func spoiled(_ bytes: [UInt8]) -> [UInt8] {
        switch fault {
        case nil, .noDone, .streamError, .wrongContentType: bytes
        case .absurdUsage, .missingUsage: spoiledUsage(bytes)
        case .empty: []
        case .html: Array(AnswerBytes.page.utf8)
        case .emptyChoices: edited(bytes) { $0["choices"] = [] }
        case .missingChoices: edited(bytes) { $0["choices"] = nil }
        case .invalidUTF8: replacingMark(in: bytes)
        case .malformedJSON: Array(bytes.dropLast(6))
        case .nullContent: edited(bytes, nulling)
        }
    }

    private func spoiledUsage(_ bytes: [UInt8]) -> [UInt8] {
        switch fault {
        case .absurdUsage:
            edited(bytes) { members in
                guard members["usage"] != nil else { return }
                members["usage"] = [
                    "prompt_tokens": .number("1000000000000000000"), "completion_tokens": .number(-5),
                    "total_tokens": .number("1e400"),
                ]
            }
        case .missingUsage: edited(bytes) { $0["usage"] = nil }
        default: bytes
        }
    }

    private func nulling(_ members: inout Members) {
        guard case .array(let choices)? = members["choices"] else { return }
        members["choices"] = .array(
            choices.map { choice in
                var choice = Members(choice)
                for key in ["message", "delta"] where choice[key] != nil {
                    var said = Members(choice[key] ?? .null)
                    said["content"] = .some(.null)
                    choice[key] = said.value
                }
                return choice.value
            })
    }

    private func edited(_ bytes: [UInt8], _ edit: (inout Members) -> Void) -> [UInt8] {
        guard let value = try? JSONValue.parse(bytes) else { return bytes }
        var members = Members(value)
        edit(&members)
        return members.value.bytes
    }

    private func replacingMark(in bytes: [UInt8]) -> [UInt8] {
        let mark = Array(AnswerBytes.mark.utf8)
        guard let start = bytes.indices.last(where: { bytes[$0...].starts(with: mark) }) else { return bytes }
        // A start byte without its continuation, then a byte that UTF-8 never has.
        return bytes[..<start] + [0xC3, 0x28, 0xFF] + bytes[(start + mark.count)...]
    }

    /// The members of an object, to be changed or (by nil) taken out in place.
    private struct Members {
        private var members: [JSONValue.Member]

        init(_ value: JSONValue) { members = value.objectValue ?? [] }

        var value: JSONValue { .object(members) }

        subscript(key: String) -> JSONValue? {
            get { members.first { $0.key == key }?.value }
            set {
                guard let index = members.firstIndex(where: { $0.key == key }) else { return }
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            }
        }
    }
}
