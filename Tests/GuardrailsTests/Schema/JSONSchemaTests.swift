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
        (#"{"id": 0, "lines": [{"price": 1}]}"#, ["/id: found 0; expected 1.0 at least"]),
        (
            #"{"id": 1, "lines": [{"price": 1}], "stat": "open"}"#,
            ["/stat: is not a known name; did you mean 'state'?"]
        ),
        (
            #"{"id": 1, "lines": [{"price": 1}], "state": "gone"}"#,
            [#"/state: found "gone"; expected one of "open", "paid""#]
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
        #expect(schema.faults(in: try JSONValue.parse(answer)).map(\.description) == faults)
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
        #expect(try !JSONSchema(["$ref": "#"]).faults(in: 1).isEmpty)
    }
}
