import Chat
import Experiments
import Foundation
import Testing

@Suite struct DatasetTests {
    @Test(arguments: [
        (
            "data.jsonl",
            "{\"id\": 1, \"q\": \"x\", \"answer\": 4}\n{\"id\": \"b\", \"q\": \"y\", \"answer\": [\"p\", 1.50]}\n"
        ),
        (
            "data.jsonl",
            "\u{FEFF}{\"id\": 1, \"q\": \"x\", \"answer\": 4}\r\n\r\n  \r\n"
                + "{\"id\": \"b\", \"q\": \"y\", \"answer\": [\"p\", 1.50]}"
        ),
        (
            "data.json",
            "[{\"id\": 1, \"q\": \"x\", \"answer\": 4},\n {\"id\": \"b\", \"q\": \"y\", \"answer\": [\"p\", 1.50]}]"
        ),
    ])
    func `JSON rows become samples, numbers in their spelling`(fileName: String, text: String) throws {
        let dataset = try SpecFixtures.dataset(text, fileName: fileName)
        #expect(dataset.map(\.id) == ["1", "b"] && dataset.map(\.position) == [0, 1] && dataset.rowsRead == 2)
        #expect(dataset.map(\.references) == [["4"], ["p", "1.50"]])
        #expect(dataset[0].fields.map(\.key) == ["id", "q", "answer"])
        #expect(dataset[1].texts["answer"] == "[\"p\",1.50]")
    }

    @Test func `cells of CSV and TSV are text, with their lines`() throws {
        let csv = try SpecFixtures.dataset("id,q,answer\r\n1,\"a\nb\",x\r\n\r\n2,c,1.10\r\n", fileName: "d.csv")
        #expect(csv.map(\.line) == [2, 5] && csv.map(\.references) == [["x"], ["1.10"]])
        #expect(csv[0].texts["q"] == "a\nb")
        let tsv = try SpecFixtures.dataset("id\tq\tanswer\n7\ta,b\tc\n", fileName: "d.tsv")
        #expect(tsv[0].texts == ["id": "7", "q": "a,b", "answer": "c"])
    }

    @Test func `gzip is read as a stream`() throws {
        // {"id":"a","q":"x","answer":"b"} and a line feed, packed by gzip(1) without name and time.
        let packed = try #require(
            Data(base64Encoded: "H4sIAAAAAAAAA6tWykxRslJKVNJRKgTSFUA6Ma+4PLUIyElSquUCAAg7zYUgAAAA"))
        let dataset = try SpecFixtures.dataset(Array(packed), fileName: "data.jsonl.gz")
        #expect(dataset.map(\.id) == ["a"] && dataset[0].references == ["b"])
    }

    @Test func `the spec names the fields of id and references, several of them if need be`() throws {
        let dataset = try SpecFixtures.dataset(
            "{\"key\": \"k\", \"q\": \"x\", \"r1\": \"a\", \"r2\": [\"b\", \"c\"], \"id\": \"other\"}",
            fields: ", fields: {id: key, references: [r1, r2]}")
        #expect(dataset[0].id == "k" && dataset[0].references == ["a", "b", "c"])
    }

    @Test func `rows without ids are numbered where none has one`() throws {
        let dataset = try SpecFixtures.dataset("{\"q\": 1, \"answer\": 1}\n{\"q\": 2, \"answer\": 1}\n")
        #expect(dataset.map(\.id) == ["row-000001", "row-000002"])
    }

    @Test func `a cluster groups samples`() throws {
        let dataset = try SpecFixtures.dataset(
            "{\"id\": 1, \"q\": 1, \"answer\": 1, \"doc\": 3}", also: "compare: {cluster: doc}")
        #expect(dataset[0].cluster == "3")
    }

    @Test func `a sample's own assertions are metrics with their parameters`() throws {
        let dataset = try SpecFixtures.dataset(
            "{\"id\": 1, \"q\": 1, \"answer\": 1, \"assert\": [{\"contains\": {\"value\": \"x\"}}, \"exact_match\"]}")
        #expect(dataset[0].assertions.map(\.kind) == ["contains", "exact_match"])
        #expect(dataset[0].assertions[0].parameters == ["value": ["x"]])
        #expect(!dataset[0].fields.contains { $0.key == "assert" })
    }

    private static let hundred = (0..<100).map { "{\"id\": \($0), \"q\": \"q\($0)\", \"answer\": 1}\n" }.joined()

    @Test func `a limit takes the first rows and reads no further`() throws {
        let dataset = try SpecFixtures.dataset(Self.hundred + "not JSON", fields: ", limit: 3")
        #expect(dataset.map(\.id) == ["0", "1", "2"] && dataset.rowsRead == 3)
    }

    @Test func `a random limit draws with the seed, in the order of the file`() throws {
        let one = try SpecFixtures.dataset(Self.hundred, fields: ", limit: 10, sample: random", also: "seed: 1")
        let again = try SpecFixtures.dataset(Self.hundred, fields: ", limit: 10, sample: random", also: "seed: 1")
        let other = try SpecFixtures.dataset(Self.hundred, fields: ", limit: 10, sample: random", also: "seed: 2")
        #expect(one.map(\.id) == again.map(\.id) && one.hash == again.hash)
        #expect(one.map(\.id) != other.map(\.id) && one.hash != other.hash)
        #expect(one.count == 10 && one.map(\.position) == one.map(\.position).sorted() && one.rowsRead == 100)
        let all = try SpecFixtures.dataset(Self.hundred, fields: ", limit: 500, sample: random")
        #expect(all.count == 100)
    }

    @Test func `every row is drawn equally often`() throws {
        var counts = [Int](repeating: 0, count: 20)
        let rows = (0..<20).map { "{\"id\": \($0), \"q\": 1, \"answer\": 1}\n" }.joined()
        for seed in 0..<400 {
            let text = SpecFixtures.spec(
                dataset: "samples: [\(rows.split(separator: "\n").joined(separator: ", "))]", also: "seed: \(seed)")
            var spec = try SpecFixtures.read(text)
            spec.dataset.limit = 5
            spec.dataset.sampling = .random
            for sample in try DatasetReader(spec: spec, vocabulary: SpecFixtures.vocabulary).read() {
                counts[sample.position] += 1
            }
        }
        // 100 expected each; four standard deviations of a binomial with n = 400, p = 1/4 are 35.
        #expect(counts.reduce(0, +) == 2000 && counts.allSatisfy { (65...135).contains($0) })
    }

    @Test func `the command line may name samples`() throws {
        let dataset = try SpecFixtures.dataset(Self.hundred, overrides: SpecOverrides(sampleIDs: ["42", "7"]))
        #expect(dataset.map(\.id) == ["7", "42"] && dataset.rowsRead == 43)
        #expect(
            SpecFixtures.datasetFaults(Array(Self.hundred.utf8), overrides: SpecOverrides(sampleIDs: ["7", "x"]))
                == ["--sample-id: no sample of data.jsonl has the id 'x'"])
    }

    @Test func `the hash is of values, not of their writing`() throws {
        let plain = try SpecFixtures.dataset("{\"id\": \"a\", \"q\": \"x\", \"answer\": \"b\"}").hash
        let spaced = try SpecFixtures.dataset(
            "[ {\"answer\":\"b\",\n\"id\":\"a\",  \"q\":\"\\u0078\"} ]", fileName: "d.json"
        ).hash
        let other = try SpecFixtures.dataset("{\"id\": \"a\", \"q\": \"x\", \"answer\": \"c\"}").hash
        #expect(plain == spaced && plain != other && plain.count == 64)
    }

    @Test func `long rows and many rows come back as they were`() throws {
        let long = String(repeating: "é", count: 700_000)
        var rows = (0..<5000).map { "{\"id\": \($0), \"q\": \"text \($0)\", \"answer\": \"a\"}" }
        rows.insert("{\"id\": \"long\", \"q\": \"\(long)\", \"answer\": \"a\"}", at: 2500)
        let dataset = try SpecFixtures.dataset(rows.joined(separator: "\n"))
        #expect(dataset.count == 5001 && dataset[2500].texts["q"] == long)
        #expect(dataset[4999].texts["q"] == "text 4998" && dataset[4999].line == 5000)
    }
}
