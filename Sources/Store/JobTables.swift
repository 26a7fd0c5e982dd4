/// The schema of background jobs and of feedback.
enum JobTables {
    // A job runs for as long as its lease; one whose lease has run out is due again. Of jobs with the same `single` one
    // at most waits or runs.
    static let jobs = """
        CREATE TABLE jobs (
            job INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            single TEXT,
            owner TEXT,
            payload TEXT NOT NULL,
            checkpoint TEXT,
            state TEXT NOT NULL,
            progress REAL NOT NULL,
            result TEXT,
            error TEXT,
            attempts INTEGER NOT NULL,
            max_attempts INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            run_at INTEGER NOT NULL,
            started_at INTEGER,
            finished_at INTEGER,
            lease TEXT,
            lease_until INTEGER
        );
        CREATE INDEX jobs_due ON jobs (run_at) WHERE state IN ('queued', 'running');
        CREATE UNIQUE INDEX jobs_single ON jobs (kind, single) WHERE state IN ('queued', 'running');
        """

    static let feedback = """
        CREATE TABLE feedback (
            feedback INTEGER PRIMARY KEY,
            request_id TEXT NOT NULL,
            caller TEXT NOT NULL,
            session TEXT,
            rating REAL,
            label TEXT,
            comment TEXT,
            correction TEXT,
            created_at INTEGER NOT NULL,
            dataset TEXT,
            UNIQUE (request_id, caller)
        );
        CREATE INDEX feedback_unused ON feedback (created_at) WHERE dataset IS NULL;
        """

    // Feedback is `logged` where its answer stood in the log with its prompt when it came; no other makes a data set.
    // `tried` is how much unused feedback there was when the trigger last queued a job. Only rows with prompts are in
    // the index: those without cost nothing.
    static let feedbackOnLogged = """
        CREATE INDEX inferences_with_prompts ON inferences (request_id) WHERE prompt IS NOT NULL;
        ALTER TABLE feedback ADD COLUMN logged INTEGER NOT NULL DEFAULT 0;
        UPDATE feedback SET logged = EXISTS (
            SELECT 1 FROM inferences i WHERE i.request_id = feedback.request_id
                AND coalesce(i.caller, '') = feedback.caller AND i.prompt IS NOT NULL AND i.answer IS NOT NULL);
        DROP INDEX feedback_unused;
        CREATE INDEX feedback_unused ON feedback (created_at) WHERE dataset IS NULL AND logged = 1;
        CREATE TABLE feedback_trigger (tried INTEGER NOT NULL);
        INSERT INTO feedback_trigger (tried) VALUES (0);
        """
}
