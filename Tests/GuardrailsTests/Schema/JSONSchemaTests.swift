import Chat
import Guardrails
import Testing

@Suite struct JSONSchemaTests {
    static let order: JSONValue = [
        "type": "object", "required": ["id", "lines"], "additionalProperties": false,
        "properties": [
            "id": ["type": "integer", "minimum": 1], "state": ["enum": ["open", "paid"]],
            "lines": ["type": "array", "minItems": 1, "items": ["$ref": "#/$defs/line"]],
            "note": ["type": ["string", "null"], "maxLength": 5],
        ],
        "$defs": ["line": ["type": "object", "required": ["price"], "properties": ["price": ["type": "number"]]]],
    ]

    static let answers: [(String, [String])] = [
        (#"{"id": 1, "lines": [{"price": 2.5}], "note": null}"#, []),
        (#"{"id": 1.0, "lines": [{"price": 2}]}"#, []),
        (#"{"lines": []}"#, ["the answer: 'id' is missing", "/lines: has 0 items; expected 1 at least"]),
        (#"{"id": "1", "lines": [{}]}"#, ["/id: found a string; expected integer", "/lines/0: 'price' is missing"]),
        (#"{"id": 0, "lines": [{"price": 1}]}"#, ["/id: is too small; expected 1.0 at least"]),
        (
            #"{"id": 1, "lines": [{"price": 1}], "stat": "open"}"#,
            ["the answer: the name of member 3 is not known; did you mean 'state'?"]
        ),
        (
            #"{"id": 1, "lines": [{"price": 1}], "state": "gone"}"#,
            [#"/state: is none of "open", "paid""#]
        ),
        (#"[1]"#, ["the answer: found a list; expected object"]),
        (
            #"{"id": 1, "lines": [{"price": 1}], "note": "too long"}"#,
            ["/note: has 8 characters; expected 5 at most"]
        ),
    ]

    @Test(arguments: answers)
    func `what does not fit is told with its place`(answer: String, faults: [String]) throws {
        let schema = try JSONSchema(Self.order)
        #expect(try schema.faults(in: try JSONValue.parse(answer)).map(\.description) == faults)
    }

    @Test(arguments: [
        (["anyOf": [["type": "string"], ["type": "integer"]]], "1", true),
        (["anyOf": [["type": "string"], ["type": "integer"]]], "1.5", false),
        (["oneOf": [["type": "number"], ["type": "integer"]]], "1", false),
        (["allOf": [["minimum": 1], ["maximum": 3]]], "2", true),
        (["not": ["type": "null"]], "null", false), (["const": ["a": 1, "b": 2]], #"{"b": 2.0, "a": 1}"#, true),
        (["multipleOf": 0.1], "0.3", true), (["uniqueItems": true], "[1, 2, 1]", false),
        (["prefixItems": [["type": "string"]], "items": false], #"["a", 1]"#, false),
        (["type": "object", "additionalProperties": ["type": "integer"]], #"{"a": 1}"#, true),
    ] as [(JSONValue, String, Bool)])
    func `combinations are as the draft has them`(schema: JSONValue, answer: String, fits: Bool) throws {
        #expect(try JSONSchema(schema).faults(in: try JSONValue.parse(answer)).isEmpty == fits)
    }

    @Test(arguments: [
        (["requierd": ["a"]], "'requierd': 'requierd' is not supported; did you mean 'required'?"),
        (["type": "text"], #"'type': found "text"; expected array, boolean, integer, null, number, object, string"#),
        (["items": ["minLength": -1]], "'items.minLength': found -1; expected a whole number from 0 on"),
        (["$ref": "https://example.com/x"], #"'$ref': found "https://example.com/x"; expected a place in this schema, such as #/$defs/item"#),
        (["pattern": "a+"], "'pattern': patterns are not supported here; leave 'pattern' out"),
    ] as [(JSONValue, String)])
    func `a schema that cannot be kept is refused with its place`(schema: JSONValue, message: String) {
        let error = #expect(throws: PolicyError.self) { try JSONSchema(schema) }
        #expect(error?.description == message)
    }

    @Test func `a reference to itself ends with the value`() throws {
        let tree: JSONValue = ["type": "object", "properties": ["next": ["$ref": "#"]]]
        #expect(try JSONSchema(tree).faults(in: try JSONValue.parse(#"{"next": {"next": {}}}"#)).isEmpty)
        let list: JSONValue = ["anyOf": [["type": "null"], ["type": "array", "items": ["$ref": "#"]]]]
        #expect(try JSONSchema(list).faults(in: [.null, [.null]]).isEmpty)
    }

    @Test(arguments: [
        ["$ref": "#"], ["anyOf": [["type": "null"], ["$ref": "#"]]], ["not": ["$ref": "#"]],
        ["properties": ["a": ["$ref": "#/$defs/b"]], "$defs": ["b": ["allOf": [["$ref": "#/$defs/c"]]], "c": ["$ref": "#/$defs/b"]]],
    ] as [JSONValue])
    func `a reference that comes back without going deeper is refused`(schema: JSONValue) {
        let error = #expect(throws: PolicyError.self) { try JSONSchema(schema) }
        #expect(error?.message.hasSuffix("leads back to itself without going deeper into the value") == true)
    }

    /// Alternatives of alternatives: 2 to the power of 60 ways.
    @Test(arguments: ["oneOf", "anyOf"]) func `a schema that would take for ever is given up`(word: String) throws {
        var definitions: [JSONValue.Member] = [.init(key: "d60", value: ["type": "string"])]
        for level in 0..<60 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(level + 1)")]
            definitions.append(.init(key: "d\(level)", value: .object([.init(key: word, value: [next, next])])))
        }
        let schema = try JSONSchema(["$ref": "#/$defs/d0", "$defs": .object(definitions)])
        let time = ProcessorTime.measure {
            let error = #expect(throws: PolicyError.self) { try schema.faults(in: 1) }
            #expect(error?.message == "the schema needs more than 100000 steps to be checked")
        }
        #expect(time < .seconds(5))
    }

    @Test func `a rule whose schema takes for ever fails, and closes`() async throws {
        var schema: JSONValue = ["type": "string"]
        for _ in 0..<18 { schema = ["oneOf": [schema, schema]] }
        let result = try await GuardTests.checked(
            ["output": ["json_schema"], "action": "flag"], "1", on: .output, schema: schema)
        #expect(result.isRefused && result.verdicts.first?.isFailure == true)
    }

    @Test func `no fault tells the answer's own text`() throws {
        let schema: JSONValue = [
            "type": "object", "additionalProperties": ["type": "string", "enum": ["x"], "pattern": "^a"],
            "properties": [
                "a": ["const": 1], "b": ["maximum": 1], "c": ["multipleOf": 7], "d": ["enum": [1]],
                "e": ["additionalProperties": false],
            ],
        ]
        let pattern: @Sendable (String) -> Result<RuleResources.Search, PolicyError> = { _ in .success { _ in .success([]) } }
        let answer = #"{"4111": "4111", "a": 4111, "b": 4111, "c": 4111, "d": "4111", "e": {"4111": 1}}"#
        let faults = try JSONSchema(schema, pattern: pattern).faults(in: try JSONValue.parse(answer))
        #expect(faults.count == 7)
        #expect(!faults.contains { $0.description.contains("4111") }, "\(faults)")
    }
}
