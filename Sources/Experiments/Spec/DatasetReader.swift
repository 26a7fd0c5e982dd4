import Chat
import Records

/// Reads the samples that a spec asks for and checks every row of them before anything is asked of a model.
///
/// ```swift
/// let dataset = try DatasetReader(spec: spec, vocabulary: vocabulary).read()
/// for sample in dataset { print(sample.id) }
/// ```
public struct DatasetReader: Sendable {
    /// Faults that are gathered before reading stops.
    static let maximumFaults = 20

    let spec: EvalSpec
    let reader: SpecReader

    public init(spec: EvalSpec, vocabulary: Vocabulary) {
        self.spec = spec
        reader = SpecReader(vocabulary: vocabulary)
    }

    /// Reads the samples as a stream; only the chosen rows are kept.
    /// - Throws: `SpecError` with the faults of rows (file and line), of the prompts' variables and of the fields that
    ///   the spec names; at most twenty.
    public func read() throws(SpecError) -> Dataset {
        switch spec.dataset.source {
        case .inline(let samples):
            var rest = samples[...]
            return try read(file: spec.file) { () throws(SpecError) in
                guard let sample = rest.popFirst() else { return nil }
                return Record(fields: sample.row.objectValue ?? [], line: sample.line)
            }
        case .file(let path):
            let rows = try open(spec.path(path))
            return try read(file: rows.file) { () throws(SpecError) in
                do throws(RecordError) {
                    return try rows.next()
                } catch {
                    throw SpecError(fault(of: error))
                }
            }
        }
    }

    private func open(_ path: String) throws(SpecError) -> RecordReader {
        do throws(RecordError) {
            return try RecordReader(path: path)
        } catch {
            throw SpecError(fault(of: error))
        }
    }

    private func fault(of error: RecordError) -> SpecFault {
        SpecFault(
            file: error.file, line: error.line, column: error.column, message: error.message, remedy: error.remedy)
    }

    private func read(
        file: String, _ next: () throws(SpecError) -> Record?
    ) throws(SpecError) -> Dataset {
        var intake: SampleIntake?
        var faults: [SpecFault] = []
        var rowsRead = 0
        do throws(SpecError) {
            while faults.count < DatasetReader.maximumFaults, intake?.isFull != true, let record = try next() {
                if rowsRead == 0 {
                    let rules = rules(first: record)
                    faults += FirstRowChecks(spec: spec, rules: rules, file: file, record: record).faults()
                    guard faults.isEmpty else { break }
                    intake = SampleIntake(spec: spec, rules: rules, file: file)
                }
                intake?.take(record, position: rowsRead, &faults)
                rowsRead += 1
            }
        } catch {
            faults += error.faults
        }
        guard faults.isEmpty else { throw SpecError(Array(faults.prefix(DatasetReader.maximumFaults))) }
        guard let intake else {
            throw SpecError(SpecFault(file: file, message: "found no samples; expected at least one row"))
        }
        return try intake.dataset(rowsRead: rowsRead)
    }

    /// How rows become samples, as the spec says or the first row shows.
    private func rules(first record: Record) -> SampleRules {
        let id = spec.dataset.idField ?? "id"
        var references = spec.dataset.referenceFields
        if references.isEmpty, let found = SampleRules.referenceFields.first(where: { record[$0] != nil }) {
            references = [found]
        }
        return SampleRules(
            idField: id, numberedFrom: spec.dataset.idField == nil && record[id] == nil ? record.line : nil,
            referenceFields: references, clusterField: spec.compare.cluster, reader: reader)
    }
}
