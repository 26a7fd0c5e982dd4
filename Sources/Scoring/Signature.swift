/// How a score was computed, field by field, so that two scores can be told comparable.
///
/// The form is sacrebleu's (Post, "A Call for Clarity in Reporting BLEU Scores", 2018): `name:value` pairs joined by
/// bars, with a long and a short spelling of each name.
struct Signature: Sendable {
    struct Field: Sendable {
        var name: String
        var short: String
        var value: String
    }

    var fields: [Field]

    init(_ fields: [Field]) {
        self.fields = fields
    }

    /// Fields whose short names are their long ones.
    init(pairs: KeyValuePairs<String, String>) {
        fields = pairs.map { Field(name: $0, short: $0, value: $1) }
    }

    func text(short: Bool = false) -> String {
        fields.map { "\(short ? $0.short : $0.name):\($0.value)" }.joined(separator: "|")
    }

    /// The same with the number of references in front: the one count that all segments share, else `var`.
    func text(references: Set<Int>, short: Bool) -> String {
        let count = references.count == 1 ? references.first.map(String.init) ?? "var" : "var"
        let head = Field(name: "nrefs", short: "#", value: count)
        return Signature([head] + fields).text(short: short)
    }
}
