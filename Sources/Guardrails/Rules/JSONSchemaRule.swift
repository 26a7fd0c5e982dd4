import Chat

/// `json_schema`: an answer that must be JSON of a shape, the configuration's or the request's.
enum JSONSchemaRule {
    static let definition = RuleDefinition(
        name: "json_schema", summary: "The answer is JSON that fits the rule's schema, or else the request's.",
        sides: [.output], keys: ["schema"]
    ) { settings, resources throws(PolicyError) in
        var own: JSONSchema?
        if let document = settings.document("schema") {
            do throws(PolicyError) { own = try JSONSchema(document, pattern: resources.pattern) } catch {
                throw settings.fault("schema" + (error.key.isEmpty ? "" : ".\(error.key)"), error.message)
            }
        }
        let fixed = own
        return Rule(
            name: "json_schema", isAboutAnswer: true,
            check: .now { subject in
                let schema: JSONSchema
                if let fixed {
                    schema = fixed
                } else {
                    guard let document = subject.schema else { return .passed }
                    guard let asked = try? JSONSchema(document, pattern: resources.pattern) else {
                        return .failed("the request's schema uses what is not supported")
                    }
                    schema = asked
                }
                return outcome(subject.text, schema)
            })
    }

    private static func outcome(_ text: String, _ schema: JSONSchema) -> Rule.Outcome {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue.parse(text) } catch {
            // The parser's message quotes the text.
            return .found(Rule.Finding(message: "the answer is not JSON from byte \(error.offset) on"))
        }
        let faults: [JSONSchema.Fault]
        do throws(PolicyError) { faults = try schema.faults(in: value) } catch { return .failed(error.message) }
        guard let first = faults.first else { return .passed }
        let more = faults.count > 1 ? " (and \(faults.count - 1) more)" : ""
        return .found(Rule.Finding(message: first.description + more))
    }
}
