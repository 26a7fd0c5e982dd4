import Chat
import Experiments
import Testing

/// A dataset that is refused, and the lines that say why.
struct BrokenDataset: Sendable, CustomTestStringConvertible {
    var bytes: [UInt8]
    var fileName = "data.jsonl"
    var fields = ""
    var also = ""
    var messages: [String]

    init(
        _ text: String, fileName: String = "data.jsonl", fields: String = "", also: String = "", _ messages: String...
    ) {
        bytes = Array(text.utf8)
        self.fileName = fileName
        self.fields = fields
        self.also = also
        self.messages = messages
    }

    var testDescription: String { messages.first ?? "" }

    private static let good = #"{"id": "a", "q": "x", "answer": "b"}"# + "\n"

    static let all: [BrokenDataset] = [
        .init(
            good + "\n" + good,
            "data.jsonl:3: the id 'a' stands twice, first on line 1; give every sample an id of its own"),
        .init(
            "\u{FEFF}" + good + #"{"id": "b", "q": "x"}"#,
            "data.jsonl:2: the field 'answer' is missing; expected references there; fields of this row: id, q"),
        .init(
            good + #"{"q": "x", "answer": "b", "idd": 1}"#,
            "data.jsonl:2: the field 'id' is missing; expected an id there; did you mean 'idd'?"),
        .init(
            good + #"{"id": "b", "answer": "b", "Q": 1}"#,
            "data.jsonl:2: the field 'q' is missing; expected a value for the prompts there; did you mean 'Q'?"),
        .init(
            good + #"{"id": "", "q": 1, "answer": 2}"#,
            "data.jsonl:2: found an empty id; give every sample an id of its own"),
        .init(
            good + #"{"id": null, "q": 1, "answer": 2}"#,
            "data.jsonl:2: found null in 'id'; expected an id, as a text or a number"),
        .init(
            good + #"{"id": "b", "q": 1, "answer": {"a": 1}}"#,
            "data.jsonl:2: found a mapping in 'answer'; expected a text, a number or a list of them"),
        .init(
            good + #"{"id": "b", "q": 1, "answer": [null]}"#,
            "data.jsonl:2: found a list in 'answer'; expected a text, a number or a list of them"),
        .init(
            #"{"q": 1, "answer": 2}"# + "\n" + good + good,
            "data.jsonl:1: the field 'id' is missing, though line 2 has one; give every row an id, or none"),
        .init("\n", "data.jsonl: found no samples; expected at least one row"),
        .init("id,q,answer\n", fileName: "d.csv", "d.csv: found no samples; expected at least one row"),
        .init(
            "id,q,answer\r\na,b,c\r\na,b,c\r\n", fileName: "d.csv",
            "d.csv:3: the id 'a' stands twice, first on line 2; give every sample an id of its own"),
        .init(
            good, fields: ", fields: {id: key}",
            "spec.yaml:2:10: dataset.fields.id: 'key' is no field of the dataset; data.jsonl:1 has id, q, answer"),
        .init(
            good, fields: ", fields: {references: anser}",
            "spec.yaml:2:10: dataset.fields.references: 'anser' is no field of the dataset; data.jsonl:1 has id, q, answer; did you mean 'answer'?"
        ),
        .init(
            good, also: "compare: {cluster: qq}",
            "spec.yaml: compare.cluster: 'qq' is no field of the dataset; data.jsonl:1 has id, q, answer; did you mean 'q'?"
        ),
        .init(
            #"{"id": "a", "query": "x", "answer": "b"}"#,
            "spec.yaml:3:11: prompts[0]: the variable 'q' is no field of the dataset; data.jsonl:1 has id, query, answer"
        ),
        .init(
            #"{"id": "a", "q": "x"}"#,
            "spec.yaml:5:11: metrics[0]: exact_match compares with references, and the dataset has none; name their field, dataset: {fields: {references: …}}; data.jsonl:1 has id, q"
        ),
        .init(
            good + #"{"id": "b", "q": 1, "answer": 2, "assert": "x"}"#,
            "data.jsonl:2: found a string in 'assert'; expected a list of metrics"),
        .init(
            good + #"{"id": "b", "q": 1, "answer": 2, "assert": [{"contains": {"valu": "x"}}]}"#,
            "data.jsonl:2: assert[0].contains: unknown key 'valu'; did you mean 'value'?"),
        .init(
            good + #"{"id": "b", "q": 1, "answer": 2, "assert": ["blue"]}"#,
            "data.jsonl:2: assert[0]: there is no metric 'blue'; did you mean 'bleu'?"),
    ]
}

@Suite struct DatasetFaultTests {
    @Test(arguments: BrokenDataset.all)
    func `a broken dataset is refused with the line`(data: BrokenDataset) {
        let faults = SpecFixtures.datasetFaults(
            data.bytes, fileName: data.fileName, fields: data.fields, also: data.also)
        #expect(faults == data.messages)
    }

    @Test func `what is no JSON and no UTF-8 names its line`() {
        let good = #"{"id": "a", "q": "x", "answer": "b"}"# + "\n"
        for bad: [UInt8] in [
            Array("{\"id\": ".utf8), Array("[1]".utf8), Array("{\"id\": \"".utf8) + [0xFF, 0x22, 0x7D],
        ] {
            let faults = SpecFixtures.datasetFaults(Array(good.utf8) + bad)
            #expect(faults.count == 1 && faults.allSatisfy { $0.hasPrefix("data.jsonl:2:") }, "\(faults)")
        }
    }

    @Test func `twenty faults are enough, each with its line`() {
        let rows = (0..<100).map { "{\"id\": \($0), \"answer\": 1\($0 == 0 ? ", \"q\": 1" : "")}\n" }.joined()
        let faults = SpecFixtures.datasetFaults(Array(rows.utf8))
        #expect(faults.count == 20)
        #expect(faults.first?.hasPrefix("data.jsonl:2: the field 'q' is missing") == true)
        #expect(faults.last?.hasPrefix("data.jsonl:21: the field 'q' is missing") == true)
    }

    @Test func `faults of rows before one that cannot be read are kept`() {
        let text = "{\"id\": 1, \"q\": 1, \"answer\": 1}\n{\"id\": 2, \"answer\": 1}\nnope\n"
        let faults = SpecFixtures.datasetFaults(Array(text.utf8))
        #expect(faults.count == 2 && faults.last?.hasPrefix("data.jsonl:3:") == true)
    }

    @Test func `a missing file is named as the spec sees it`() throws {
        let spec = try SpecFixtures.read(
            SpecFixtures.spec(dataset: "dataset: ../nowhere/data.jsonl"), file: "/nowhere/at/all/spec.yaml")
        let error = try #require(throws: SpecError.self) {
            _ = try DatasetReader(spec: spec, vocabulary: SpecFixtures.vocabulary).read()
        }
        #expect(error.description.hasPrefix("/nowhere/at/all/../nowhere/data.jsonl: "))
    }

    @Test func `inline samples name the line of the spec`() throws {
        let text = SpecFixtures.spec(
            dataset: "samples:\n  - {id: a, q: x, answer: b}\n  - {id: a, q: x, answer: b}\n  - {id: c, answer: b}")
        let spec = try SpecFixtures.read(text)
        let error = try #require(throws: SpecError.self) {
            _ = try DatasetReader(spec: spec, vocabulary: SpecFixtures.vocabulary).read()
        }
        #expect(
            error.faults.map(\.description) == [
                "spec.yaml:4: the id 'a' stands twice, first on line 3; give every sample an id of its own",
                "spec.yaml:5: the field 'q' is missing; expected a value for the prompts there; "
                    + "fields of this row: id, answer",
            ])
    }
}
