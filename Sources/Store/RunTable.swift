import Chat
import GRDB

/// The SQL of runs, their variants and their samples.
enum RunTable {
    static let columns = """
        number, id, spec_name, kind, status, started_at, finished_at, spec, spec_hash, dataset_hash, seed, version, plan
        """

    /// Inserts a run with its variants; its number.
    static func insert(_ run: RunRecord, _ db: Database) throws -> Int64 {
        let exists = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM runs WHERE id = ?)", arguments: [stored(run.id)])
        if exists == true { throw StoreError.runExists(run.id) }
        try db.execute(
            sql: """
                INSERT INTO runs (id, spec_name, kind, status, started_at, finished_at, spec, spec_hash, dataset_hash,
                    seed, version, plan) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                stored(run.id), stored(run.specName), run.kind.rawValue, run.status.rawValue,
                run.startedAtMilliseconds, run.finishedAtMilliseconds, run.spec.text, stored(run.specHash),
                stored(run.datasetHash), Int64(bitPattern: run.seed), stored(run.version), run.plan.text,
            ])
        let number = db.lastInsertedRowID
        for (index, label) in run.variants.enumerated() {
            try db.execute(
                sql: "INSERT INTO variants (run, variant, label) VALUES (?, ?, ?)",
                arguments: [number, index, stored(label)])
        }
        return number
    }

    static func insert(_ samples: [SampleRecord], run: Int64, _ db: Database) throws {
        let statement = DirectStatement(
            try db.cachedStatement(
                sql: """
                    INSERT INTO samples (run, position, id, variables, "references", cluster) VALUES (?, ?, ?, ?, ?, ?)
                    """))
        for sample in samples {
            try statement.execute { values in
                values.bind(run)
                values.bind(sample.position)
                values.bind(sample.id)
                values.bind(sample.variables.text)
                values.bind(JSONValue.array(sample.references.map { .string($0) }).text)
                values.bind(sample.cluster)
            }
        }
    }

    /// Runs that a process left behind when it died are interrupted: whoever opens the store to write is alone with it.
    static func markAbandoned(_ db: Database) throws {
        try db.execute(sql: "UPDATE runs SET status = 'interrupted' WHERE status = 'running'")
    }

    static func run(_ columns: Columns, variants: [String]) throws(StoreError) -> RunRecord {
        RunRecord(
            id: try columns.text(1), specName: try columns.text(2), kind: try columns.word(3, RunRecord.Kind.self),
            status: try columns.word(4, RunRecord.Status.self), startedAtMilliseconds: try columns.integer(5),
            finishedAtMilliseconds: try columns.optionalInteger(6), spec: try columns.json(7),
            specHash: try columns.text(8), datasetHash: try columns.text(9),
            seed: UInt64(bitPattern: try columns.integer(10)), version: try columns.text(11),
            plan: try columns.json(12), variants: variants)
    }

    static func sample(_ columns: Columns) throws(StoreError) -> SampleRecord {
        SampleRecord(
            position: try columns.count(0), id: try columns.text(1), variables: try columns.json(2),
            references: try columns.strings(3), cluster: try columns.optionalText(4))
    }
}
