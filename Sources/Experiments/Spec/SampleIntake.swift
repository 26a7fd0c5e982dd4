import Chat
import Crypto
import Records
import Statistics

/// Takes rows one after the other, checks each, and keeps those that the spec chooses.
struct SampleIntake {
    private struct Kept {
        var origin: Dataset.Origin
        var bytes: [UInt8]
    }

    private let spec: EvalSpec
    private let rules: SampleRules
    private let file: String
    private let variables: [String]
    private let inputs: [String]
    private let wanted: Set<ScalarText>?
    private var wantedLeft: Set<ScalarText>
    /// The first ids of the file, for naming the nearest to one that is not there.
    private var firstIDs: [String] = []
    private var ids = IDSet()
    private var generator: SeededGenerator
    /// Rows that may be chosen, so far.
    private var eligible = 0
    private var rows = RowArena()
    private var origins: [Dataset.Origin] = []
    private var reservoir: [Kept] = []

    init(spec: EvalSpec, rules: SampleRules, file: String) {
        self.spec = spec
        self.rules = rules
        self.file = file
        var seen = Set<String>()
        variables = spec.prompts.flatMap(\.template.variables).filter { seen.insert($0).inserted }
        inputs = spec.models.compactMap(\.input).filter { seen.insert($0).inserted }
        wanted = spec.sampleIDs.map { Set($0.map(ScalarText.init)) }
        wantedLeft = wanted ?? []
        generator = SeededGenerator(seed: spec.seed).stream(named: "dataset")
    }

    private static let mostNamed = 10_000

    private var drawsAtRandom: Bool { spec.dataset.limit != nil && spec.dataset.sampling == .random }

    /// Whether no further row can be chosen.
    var isFull: Bool {
        if let limit = spec.dataset.limit, !drawsAtRandom, origins.count >= limit { return true }
        return wanted != nil && wantedLeft.isEmpty
    }

    /// Checks a row, and keeps it where it is chosen.
    mutating func take(_ record: Record, position: Int, _ faults: inout [SpecFault]) {
        do {
            let sample = try rules.sample(of: record.fields, position: position, line: record.line)
            if let earlier = ids.insert(sample.id, line: record.line) {
                let id = SpecNode.shortened(sample.id)
                faults.append(
                    fault(
                        record, "the id '\(id)' stands twice, first on line \(earlier)",
                        "give every sample an id of its own"))
            }
            let before = faults.count
            checkVariables(record, sample, &faults)
            if faults.count == before, faults.isEmpty { keep(record, sample) }
        } catch {
            faults += error.faults.map { row in
                SpecFault(file: file, line: row.line ?? record.line, message: row.message, remedy: row.remedy)
            }.filter { !faults.contains($0) && ($0.line == record.line || faults.isEmpty) }
        }
    }

    private func fault(_ record: Record, _ message: String, _ remedy: String?) -> SpecFault {
        SpecFault(file: file, line: record.line, message: message, remedy: remedy)
    }

    private func checkVariables(_ record: Record, _ sample: Sample, _ faults: inout [SpecFault]) {
        for name in variables + inputs where !sample.fields.contains(where: { $0.key == name }) {
            let missing = RowFaults.Fault.missing(name, in: record.fields, what: "a value for the prompts")
            faults.append(fault(record, missing.message, missing.remedy))
        }
    }

    private mutating func keep(_ record: Record, _ sample: Sample) {
        if let wanted {
            let id = ScalarText(sample.id)
            if firstIDs.count < SampleIntake.mostNamed { firstIDs.append(sample.id) }
            guard wanted.contains(id) else { return }
            wantedLeft.remove(id)
        }
        eligible += 1
        let origin = Dataset.Origin(position: Int32(clamping: sample.position), line: Int32(clamping: sample.line))
        guard drawsAtRandom, let limit = spec.dataset.limit else {
            rows.append(record.json.bytes)
            origins.append(origin)
            return
        }
        // A reservoir: every row of the file is kept with the same probability (J. S. Vitter, "Random Sampling with a
        // Reservoir", ACM Transactions on Mathematical Software 11(1), 1985, algorithm R).
        if reservoir.count < limit {
            reservoir.append(Kept(origin: origin, bytes: record.json.bytes))
        } else {
            let place = generator.below(eligible)
            if place < limit { reservoir[place] = Kept(origin: origin, bytes: record.json.bytes) }
        }
    }

    /// What was kept, in the order of the file.
    func dataset(rowsRead: Int) throws(SpecError) -> Dataset {
        if !wantedLeft.isEmpty {
            throw SpecError(
                wantedLeft.sorted().map { id in
                    SpecFault(
                        file: "--sample-id",
                        message: "no sample of \(file) has the id '\(SpecNode.shortened(id.text))'",
                        remedy: NearestName.question(for: id.text, among: firstIDs))
                })
        }
        var rows = rows
        var origins = origins
        for kept in reservoir.sorted(by: { $0.origin.position < $1.origin.position }) {
            rows.append(kept.bytes)
            origins.append(kept.origin)
        }
        var hash = SHA256()
        for index in origins.indices {
            let row = (try? JSONValue.parse(rows[index])) ?? .null
            hash.update(data: row.canonicalBytes + [0x0A])
        }
        return Dataset(
            rows: rows, origins: origins, rules: rules, hash: hexadecimal(hash.finalize()), rowsRead: rowsRead)
    }
}

/// The ids seen so far, by a hash of eight bytes each and the line of the first.
///
/// Two ids with the same hash would be taken for one; with a million ids the chance of that is three in a hundred
/// million.
struct IDSet {
    private var lines: [UInt64: Int32] = [:]

    /// Adds an id.
    /// - Returns: nil where it is new, else the line of the first.
    mutating func insert(_ id: String, line: Int) -> Int? {
        let hash = IDSet.hash(id)
        if let earlier = lines[hash] { return Int(earlier) }
        lines[hash] = Int32(clamping: line)
        return nil
    }

    /// SipHash of the bytes with the process's own key: nobody can prepare ids that collide.
    private static func hash(_ id: String) -> UInt64 {
        var hasher = Hasher()
        var id = id
        id.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
