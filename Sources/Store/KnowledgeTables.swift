/// The schema of the knowledge base.
enum KnowledgeTables {
    // A chunk's text is cut out of its document's by its place in code points. A collection's version rises with every
    // change of what can be found in it. Vectors bear the model's name: those of another model are not used.
    static let made = """
        CREATE TABLE knowledge_collections (
            collection INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            language TEXT NOT NULL,
            model TEXT,
            chunk_size INTEGER NOT NULL,
            chunk_overlap INTEGER NOT NULL,
            version INTEGER NOT NULL
        );
        CREATE TABLE knowledge_documents (
            document INTEGER PRIMARY KEY,
            collection INTEGER NOT NULL REFERENCES knowledge_collections (collection) ON DELETE CASCADE,
            id TEXT NOT NULL,
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            metadata TEXT NOT NULL,
            hash BLOB NOT NULL,
            added_at INTEGER NOT NULL,
            UNIQUE (collection, id)
        );
        CREATE TABLE knowledge_chunks (
            document INTEGER NOT NULL REFERENCES knowledge_documents (document) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            headings TEXT NOT NULL,
            model TEXT,
            vector BLOB,
            PRIMARY KEY (document, number)
        ) WITHOUT ROWID;
        """

    // Names are their owner's own: the fingerprint of a key, or '' for what was made by commands or without keys. A
    // constraint cannot be changed, so the table is made anew; documents go on referring to it by its name.
    static let owners = """
        CREATE TABLE knowledge_collections_2 (
            collection INTEGER PRIMARY KEY,
            owner TEXT NOT NULL,
            name TEXT NOT NULL,
            language TEXT NOT NULL,
            model TEXT,
            chunk_size INTEGER NOT NULL,
            chunk_overlap INTEGER NOT NULL,
            version INTEGER NOT NULL,
            UNIQUE (owner, name)
        );
        INSERT INTO knowledge_collections_2
            SELECT collection, '', name, language, model, chunk_size, chunk_overlap, version FROM knowledge_collections;
        DROP TABLE knowledge_collections;
        ALTER TABLE knowledge_collections_2 RENAME TO knowledge_collections;
        """
}
