-- What this copy of the desk knows of the remote that it is shared through. None of it is truth:
-- lost, it is learnt anew.
CREATE TABLE IF NOT EXISTS shared (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- The records that say whose desk it is, as they were signed.
CREATE TABLE IF NOT EXISTS record (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL);

-- How far each copy's entries lie in commits.
CREATE TABLE IF NOT EXISTS log (
    replica INTEGER PRIMARY KEY,
    tip     TEXT NOT NULL,           -- the commit that holds the latest of them
    seq     INTEGER NOT NULL,        -- of the last entry up to it
    sent    INTEGER NOT NULL         -- of the last entry that is known to be on the remote
);

-- Files whose bytes lie in commits.
CREATE TABLE IF NOT EXISTS carried (hash BLOB PRIMARY KEY) WITHOUT ROWID;
