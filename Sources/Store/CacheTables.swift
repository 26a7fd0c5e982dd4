/// What the answer cache was given after its first table.
enum CacheTables {
    // `owner` is a digest of the caller; `fields` tells what a request was, for explanations. What is found by likeness
    // has a row of its own, which goes with its answer.
    static let meanings = """
        ALTER TABLE cache_entries ADD COLUMN owner BLOB;
        ALTER TABLE cache_entries ADD COLUMN fields TEXT;
        CREATE INDEX cache_by_expiry ON cache_entries (expires_at);
        CREATE INDEX cache_by_owner ON cache_entries (owner, last_used_at);
        CREATE TABLE cache_meanings (
            key BLOB PRIMARY KEY REFERENCES cache_entries (key) ON DELETE CASCADE,
            scope BLOB NOT NULL,
            model TEXT NOT NULL,
            text TEXT NOT NULL,
            vector BLOB NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX cache_by_scope ON cache_meanings (scope, model);
        """
}
