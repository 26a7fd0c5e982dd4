public import Chat

/// A baseline as a model: reads its input out of the call and answers at once.
public struct BaselineModel: ChatModel {
    public let baseline: Baseline
    /// The field of the sample that is read; nil reads the prompt.
    public let field: String?

    public init(_ baseline: Baseline, field: String? = nil) {
        self.baseline = baseline
        self.field = field
    }

    /// - Parameter name: what stands after `baseline/`.
    /// - Throws: `ChatError.notFound` that names the nearest baseline and all of them.
    public init(named name: String, field: String? = nil) throws(ChatError) {
        guard let baseline = Baseline.named(name) else {
            let names = Baseline.all.map(\.name)
            let nearest = NearestName.nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw ChatError(
                .notFound, "no baseline '\(name)'\(nearest) (there are \(names.joined(separator: ", ")))")
        }
        self.init(baseline, field: field)
    }

    /// - Throws: `ChatError.invalidRequest` where the sample has no such field, or no user message stands in the
    ///   prompt.
    public func reply(to call: ChatCall) async throws(ChatError) -> ChatReply {
        let start = ContinuousClock.now
        let text = baseline.answer(try input(of: call))
        let end = ContinuousClock.now
        let reply = ChatReply(
            text: text, model: "baseline/\(baseline.name)", cost: .zero, source: .baseline,
            timing: ChatReply.Timing(total: end - start))
        if !text.isEmpty { try await call.onDelta?(.text(text, receivedAt: end)) }
        return reply
    }

    private func input(of call: ChatCall) throws(ChatError) -> BaselineInput {
        let fields = call.context.variables
        let prompt = call.request.messages.last { $0.role == .user }?.text
        if let field {
            guard let text = fields[field] else {
                let nearest =
                    NearestName.nearest(to: field, among: fields.keys.sorted())
                    .map { "; did you mean '\($0)'?" } ?? ""
                throw ChatError(
                    .invalidRequest, "baseline/\(baseline.name): the sample has no field '\(field)'\(nearest)")
            }
            return BaselineInput(text: text, prompt: prompt, fields: fields, isField: true)
        }
        guard let prompt else {
            throw ChatError(.invalidRequest, "baseline/\(baseline.name): the prompt has no user message")
        }
        return BaselineInput(text: BaselineModel.afterLastBlankLine(prompt), prompt: prompt, fields: fields)
    }

    /// What follows the last blank line that has text after it; the whole where no line is blank.
    static func afterLastBlankLine(_ text: String) -> String {
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        let isBlank = { (line: Substring) in line.allSatisfy(\.isWhitespace) }
        while let last = lines.last, isBlank(last) { lines.removeLast() }
        let first = lines.lastIndex(where: isBlank).map { $0 + 1 } ?? 0
        guard first < lines.count, let last = lines.last else { return "" }
        return String(text[lines[first].startIndex..<last.endIndex])
    }
}
