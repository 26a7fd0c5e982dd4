import Chat
import Wire

/// The bytes of one answer, whole or as a stream, good or spoiled by a fault of its body.
struct AnswerBytes: Sendable {
    let text: String
    let finish: ChatReply.FinishReason
    let usage: TokenUsage?
    let asked: Asked
    let dialect: any Dialect
    let vectors: [[Float]]?
    let id: String
    let requestID: String
    let callID: String
    let created: Int
    let fault: Fault.Body?

    init(_ visit: Visit, _ plan: Plan, vectors: [[Float]]?, fault: Fault.Body?) {
        text = plan.text ?? ""
        finish = plan.finish
        usage = TokenUsage(inputFresh: visit.asked.inputTokens, outputText: plan.outputTokens)
        asked = visit.asked
        dialect = visit.dialect
        self.vectors = vectors
        id = "\(visit.dialect.idPrefix)sim-\(visit.sequence)"
        requestID = visit.requestID
        callID = "call_sim_\(visit.sequence)"
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
        if let vectors, let print = asked.vectors?.print { return spoiled(print(vectors, asked.inputTokens, id)) }
        let marked = fault == .invalidUTF8 ? text + AnswerBytes.mark : text
        var reply = ChatReply(text: marked, finishReason: finish, model: asked.model, usage: usage)
        if let tool = asked.tool {
            reply.toolCalls = [OpenAIChat.toolCall(id: callID, name: tool, arguments: marked)]
            reply.text = ""
        }
        return spoiled(dialect.reply(reply, id: id, created: created))
    }

    // MARK: Streams

    func printer() -> any EventPrinter { dialect.printer(asked, id: id, created: created) }

    func events(_ events: [ServerSentEvents.Event], isMiddle: Bool = false) -> [UInt8] {
        events.flatMap { event in
            var event = event
            switch fault {
            case .malformedJSON, .nullContent, .invalidUTF8: if isMiddle { event.data = spoiled(event.data) }
            default: event.data = spoiled(event.data)
            }
            return dialect.frame(event)
        }
    }

    /// The events of one piece of text, or of a call's arguments; `isMiddle` marks the one that a fault falls on.
    func piece(_ index: Int, _ piece: String, isMiddle: Bool, by printer: inout any EventPrinter) -> [UInt8] {
        let piece = fault == .invalidUTF8 && isMiddle ? piece + AnswerBytes.mark : piece
        guard let tool = asked.tool else { return events(printer.piece(.text(piece)), isMiddle: isMiddle) }
        let isFirst = index == 0
        let call = Delta.Kind.toolCall(
            index: 0, id: isFirst ? callID : nil, name: isFirst ? tool : nil, arguments: piece)
        return events(printer.piece(call), isMiddle: isMiddle)
    }

    /// What follows the last piece: finish reason, usage where it was asked for, and the end.
    func ending(by printer: inout any EventPrinter) -> [UInt8] {
        let last = printer.ending(finish, usage: fault == .missingUsage ? nil : usage)
        return events(fault == .noDone && dialect.hasEndMark ? last.dropLast() : last)
    }

    /// The event with which a stream breaks off.
    var errorEvent: [UInt8] {
        let error = ErrorAnswer(status: 500, message: "simulated failure inside the stream", type: "server_error")
        return dialect.frame(dialect.failure(error, requestID: requestID))
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
        case .emptyChoices: edited(bytes) { members in
            for key in answerKeys {
                let isList = members[key]?.arrayValue != nil
                members[key] = members[key] == nil ? nil : isList ? .array([]) : .object([])
            }
        }
        case .missingChoices: edited(bytes) { members in
            for key in answerKeys { members[key] = nil }
        }
        case .invalidUTF8: replacingMark(in: bytes)
        case .malformedJSON: Array(bytes.dropLast(6))
        case .nullContent: (try? JSONValue.parse(bytes)).map { AnswerBytes.nulling($0).bytes } ?? bytes
        }
    }

    private var answerKeys: [String] { asked.vectors.map { [$0.key] } ?? dialect.answerKeys }

    private func spoiledUsage(_ bytes: [UInt8]) -> [UInt8] {
        edited(bytes) { members in
            for (key, absurd) in dialect.absurdUsage where members[key] != nil {
                members[key] = fault == .missingUsage ? nil : .some(absurd)
            }
        }
    }

    /// The answer with null for what the model said, and for vectors.
    private static func nulling(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items): .array(items.map(nulling))
        case .object(let members):
            .object(
                members.map { member in
                    let isSaid = ["content", "text"].contains(member.key) && member.value.stringValue != nil
                    let isVector = ["embedding", "embeddings", "values"].contains(member.key)
                        && member.value.arrayValue?.first?.objectValue == nil
                    return .init(key: member.key, value: isSaid || isVector ? .null : nulling(member.value))
                })
        case .null, .bool, .number, .string: value
        }
    }

    private func edited(_ bytes: [UInt8], _ edit: (inout Members) -> Void) -> [UInt8] {
        guard let value = try? JSONValue.parse(bytes) else { return bytes }
        var members = Members(value)
        edit(&members)
        // Anthropic's first event has the message within.
        if let message = members["message"], message.objectValue != nil {
            var within = Members(message)
            edit(&within)
            members["message"] = within.value
        }
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
