import Chat
import Store

/// The lines of a data set for fine-tuning, in OpenAI's chat format: `{"messages": [… , {"role": "assistant", …}]}`.
///
/// Of answers with feedback those stand in it that somebody corrected, with the correction in their place, and those
/// that were rated above 0. An answer rated 0 or less without a correction teaches nothing and is left out.
///
/// Source: OpenAI, *Supervised fine-tuning*, platform.openai.com/docs/guides/supervised-fine-tuning.
enum TrainingSet {
    /// The line of an answer; nil where it is none to learn from, or was not logged whole.
    static func line(_ example: TrainingExample) -> String? {
        guard let answer = answer(of: example), let prompt = example.prompt,
            let logged = try? JSONValue.parse(prompt), let messages = logged.arrayValue, !messages.isEmpty,
            messages.allSatisfy(isWhole)
        else { return nil }
        let said: JSONValue = ["role": "assistant", "content": .string(answer)]
        return JSONValue.object(["messages": .array(messages + [said])]).text
    }

    private static func answer(of example: TrainingExample) -> String? {
        if let correction = example.correction, !correction.isEmpty { return correction }
        if let rating = example.rating, rating <= 0 { return nil }
        return example.answer.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether a message is one of text alone; calls of tools are not logged with all that belongs to them.
    private static func isWhole(_ message: JSONValue) -> Bool {
        let roles: Set<String> = ["system", "user", "assistant"]
        return message["role"]?.stringValue.map(roles.contains) ?? false && message["content"]?.stringValue != nil
    }
}
