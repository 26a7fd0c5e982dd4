import GRDB

/// The schema's history. Only ever append: a migration that was released never changes.
enum Migrations {
    static var all: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 runs, samples, trials, scores") { try $0.execute(sql: runs) }
        migrator.registerMigration("2 exact cache") { try $0.execute(sql: cache) }
        migrator.registerMigration("3 vectors of runs") { try $0.execute(sql: vectors) }
        migrator.registerMigration("4 inference log") { try $0.execute(sql: inferences) }
        migrator.registerMigration("5 knowledge") { try $0.execute(sql: KnowledgeTables.made) }
        migrator.registerMigration("cache: owners and meanings") { try $0.execute(sql: CacheTables.meanings) }
        migrator.registerMigration("jobs: background jobs") { try $0.execute(sql: JobTables.jobs) }
        migrator.registerMigration("jobs: feedback") { try $0.execute(sql: JobTables.feedback) }
        migrator.registerMigration("sessions: conversations") { try $0.execute(sql: SessionTables.made) }
        migrator.registerMigration("trials: confidence") {
            try $0.execute(sql: "ALTER TABLE trials ADD COLUMN confidence REAL")
        }
        migrator.registerMigration("knowledge: owners") { try $0.execute(sql: KnowledgeTables.owners) }
        migrator.registerMigration("jobs: feedback on logged answers") {
            try $0.execute(sql: JobTables.feedbackOnLogged)
        }
        return migrator
    }

    // Times are milliseconds since 1970 (`_at`) or microseconds (`_us`); JSON is text. Names of variants and measures
    // stand once a run, and rows bear their numbers.
    private static let runs = """
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            spec_name TEXT NOT NULL,
            kind TEXT NOT NULL,
            status TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            finished_at INTEGER,
            spec TEXT NOT NULL,
            spec_hash TEXT NOT NULL,
            dataset_hash TEXT NOT NULL,
            seed INTEGER NOT NULL,
            version TEXT NOT NULL,
            plan TEXT NOT NULL
        );
        CREATE TABLE variants (
            run INTEGER NOT NULL REFERENCES runs (number),
            variant INTEGER NOT NULL,
            label TEXT NOT NULL,
            PRIMARY KEY (run, variant),
            UNIQUE (run, label)
        ) WITHOUT ROWID;
        CREATE TABLE measures (
            run INTEGER NOT NULL REFERENCES runs (number),
            measure INTEGER NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (run, measure),
            UNIQUE (run, name)
        ) WITHOUT ROWID;
        CREATE TABLE samples (
            run INTEGER NOT NULL REFERENCES runs (number),
            position INTEGER NOT NULL,
            id TEXT NOT NULL,
            variables TEXT NOT NULL,
            "references" TEXT NOT NULL,
            cluster TEXT,
            PRIMARY KEY (run, position),
            UNIQUE (run, id)
        ) WITHOUT ROWID;
        CREATE TABLE trials (
            trial INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES runs (number),
            sample INTEGER NOT NULL,
            variant INTEGER NOT NULL,
            repeat INTEGER NOT NULL,
            status TEXT NOT NULL,
            request_hash TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            latency_us INTEGER,
            ttft_us INTEGER,
            source TEXT,
            finish_reason TEXT,
            model TEXT,
            input_tokens INTEGER,
            output_tokens INTEGER,
            usage TEXT,
            cost_nano_usd INTEGER,
            error_kind TEXT,
            error_status INTEGER,
            error_message TEXT,
            warnings TEXT,
            spans TEXT NOT NULL,
            output TEXT,
            UNIQUE (run, sample, variant, repeat)
        );
        CREATE INDEX failed_trials ON trials (run) WHERE status = 'failed';
        CREATE TABLE scores (
            trial INTEGER NOT NULL REFERENCES trials (trial) ON DELETE CASCADE,
            measure INTEGER NOT NULL,
            value REAL,
            statistics BLOB,
            note TEXT,
            PRIMARY KEY (trial, measure)
        ) WITHOUT ROWID;
        """

    private static let cache = """
        CREATE TABLE cache_entries (
            key BLOB PRIMARY KEY,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL,
            expires_at INTEGER,
            size INTEGER NOT NULL,
            reply TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX cache_by_use ON cache_entries (last_used_at, size, expires_at);
        """

    private static let vectors = """
        CREATE TABLE vectors (
            run INTEGER NOT NULL REFERENCES runs (number),
            model TEXT NOT NULL,
            text_hash BLOB NOT NULL,
            vector BLOB NOT NULL,
            UNIQUE (run, model, text_hash)
        );
        """

    // A row a request to the gateway, in the order in which they ended. Rows are only ever appended, and an index would
    // cost every one of them: what is asked for is found from the newest backwards.
    private static let inferences = """
        CREATE TABLE inferences (
            inference INTEGER PRIMARY KEY,
            started_at INTEGER NOT NULL,
            request_id TEXT NOT NULL,
            caller TEXT,
            session TEXT,
            route TEXT NOT NULL,
            operation TEXT NOT NULL,
            streamed INTEGER NOT NULL,
            model_asked TEXT,
            model TEXT,
            provider TEXT,
            status INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            is_error INTEGER NOT NULL,
            source TEXT,
            cache TEXT NOT NULL,
            input_fresh INTEGER,
            cache_read INTEGER,
            cache_write_5m INTEGER,
            cache_write_1h INTEGER,
            output_text INTEGER,
            reasoning INTEGER,
            cost_nano_usd INTEGER,
            latency_us INTEGER NOT NULL,
            ttft_us INTEGER,
            overhead_us INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            pieces INTEGER NOT NULL,
            trace_id TEXT,
            spans TEXT NOT NULL,
            prompt TEXT,
            answer TEXT
        );
        """
}
