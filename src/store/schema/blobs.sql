-- The bytes of attachments, which entries name by their hash.
CREATE TABLE IF NOT EXISTS blob (
    id   INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    data BLOB NOT NULL
);
