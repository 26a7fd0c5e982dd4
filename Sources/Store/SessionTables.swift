/// The schema of conversations.
enum SessionTables {
    // A session is its caller's own: the same id of another caller is another session. Callers are fingerprints of
    // keys, and '' where no keys are set. A turn is a question with its answer, in one row, so that none is ever half
    // there; `tokens` is an estimate of both. Turns are numbered in the order in which they ended, over all sessions.
    static let made = """
        CREATE TABLE sessions (
            session INTEGER PRIMARY KEY,
            caller TEXT NOT NULL,
            id TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            used_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            UNIQUE (caller, id)
        );
        CREATE INDEX sessions_by_expiry ON sessions (expires_at);
        CREATE TABLE turns (
            turn INTEGER PRIMARY KEY,
            session INTEGER NOT NULL REFERENCES sessions (session) ON DELETE CASCADE,
            at INTEGER NOT NULL,
            model TEXT NOT NULL,
            tokens INTEGER NOT NULL,
            question TEXT NOT NULL,
            answer TEXT NOT NULL
        );
        CREATE INDEX turns_by_session ON turns (session);
        """
}
