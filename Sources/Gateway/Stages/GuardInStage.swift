public import Chat
import Guardrails

/// The input side of `guardrails`: refuses a request, or replaces what the rules find in it before anybody else sees
/// it, and puts masked values back into the answer.
///
/// It looks at every text that goes to a vendor: messages of every role with all their parts, names, tool calls and
/// their results, tool definitions, the answer's schema, members that we do not know. The request goes on as it was
/// read and no longer as its bytes came, so that nothing rides along unread. The values behind placeholders belong to
/// the one call: whatever is remembered of its answer, in the cache or the log, holds placeholders.
public struct GuardInStage: Stage {
    public let name = "guard_in"
    private let rules: GuardRules
    private let readsVariables: Bool

    init(_ rules: GuardRules, readsVariables: Bool) {
        self.rules = rules
        self.readsVariables = readsVariables
    }

    static let definition = StageDefinition(
        name: "guardrails",
        settings: [
            .word("action", GuardAction.allCases.map(\.rawValue)), .document("input", "a list of rules"),
            .word("on_error", GuardPolicy.OnError.allCases.map(\.rawValue)), .document("output", "a list of rules"),
        ],
        words: [], needsOneOf: ["input", "output"], onByDefault: false, changesAnswers: true
    ) { values, resources throws(StageError) in
        let policy = try GuardPolicy.read(values, resources)
        guard !policy.input.isEmpty else { return nil }
        return GuardInStage(GuardRules(policy), readsVariables: resources.readsVariables)
    }

    public func reply(
        to call: ChatCall, note: inout String?, next: any ChatModel
    ) async throws(ChatError) -> ChatReply {
        var call = call
        var inspection = Inspection(rules, on: .input, vault: GuardInStage.vault(for: call, rules))
        await inspection.request(&call.request)
        let found = inspection.findings
        note = found.note
        let (isChanged, messages) = (inspection.isChanged, call.request.messages)
        call.trace.note { notes in
            notes.verdicts += found.json
            if found.isRefused { notes.guardedMessages = [] } else if isChanged { notes.guardedMessages = messages }
        }
        if let error = found.error { throw error }
        call.request.wireBody = nil
        if readsVariables { await guardVariables(&call, &inspection) }
        guard inspection.vault.count > 0 else { return try await next.reply(to: call) }
        let unmasking = Unmasking(inspection.vault, onDelta: call.onDelta)
        if call.onDelta != nil {
            call.onDelta = { delta throws(ChatError) in try await unmasking.pass(delta) }
        }
        let reply = try await next.reply(to: call)
        call.trace.note { $0.guardedAnswer = reply.text }
        return try await unmasking.finish(reply)
    }

    /// One mark for the life of the process: so an answer that was cached for one caller's masked request is found for
    /// the next one's, and what was written before cannot hold it.
    static let mark: String = {
        var generator = SystemRandomNumberGenerator()
        return MaskVault.mark(using: &generator)
    }()

    /// A vault that gives out no placeholder that the request holds already.
    ///
    /// A call of a session has a mark of its own: the session's history, which comes in further inward, holds
    /// placeholders of earlier calls, which lead to other values.
    static func vault(for call: ChatCall, _ rules: GuardRules) -> MaskVault {
        let request = call.request
        let hasHistory = call.context.session != nil && !call.context.beginsSession
        var vault = hasHistory ? MaskVault() : MaskVault(mark: mark)
        guard rules.masks(.input) || rules.masks(.output) else { return vault }
        for message in request.messages { avoid(message.content, &vault) }
        for call in request.messages.flatMap(\.toolCalls) { avoid(call, &vault) }
        return vault
    }

    private static func avoid(_ value: JSONValue, _ vault: inout MaskVault) {
        switch value {
        case .null, .bool, .number: break
        case .string(let text): vault.avoid(text)
        case .array(let items): for item in items { avoid(item, &vault) }
        case .object(let members): for member in members { avoid(member.value, &vault) }
        }
    }

    /// The sample's fields, for models that read them in the place of the prompt: replaced alike. What is found in them
    /// was found in the prompt, or is none of it.
    private func guardVariables(_ call: inout ChatCall, _ inspection: inout Inspection) async {
        for (name, value) in call.context.variables.sorted(by: { $0.key < $1.key }) {
            var own = inspection
            call.context.variables[name] = await own.text(value)
            if !own.findings.isRefused { inspection = own }
        }
    }
}

extension GuardPolicy {
    /// The policy of a stage's setting.
    static func read(_ values: StageValues, _ resources: StageResources) throws(StageError) -> GuardPolicy {
        do throws(PolicyError) {
            return try GuardPolicy(values.value, resources: resources.rules)
        } catch {
            throw StageError(key: error.key.isEmpty ? nil : error.key, message: error.message)
        }
    }
}
