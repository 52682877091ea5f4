-- The journal: the truth. These tables migrate; everything else is derived from them.

-- The copies of this desk that entries come from, with the head of each one's chain.
CREATE TABLE replica (
    id     INTEGER PRIMARY KEY,   -- random
    mine   INTEGER NOT NULL,      -- 1 for this file's own, 2 for those it was a copy of
    number INTEGER,               -- the machine's letter, when it gives numbers here: 0 is the first
    seq    INTEGER NOT NULL,      -- of its last entry
    at     INTEGER NOT NULL,      -- of its last entry
    chain  BLOB NOT NULL          -- of its last entry
);

-- Tickets and changes by their names, so that entries hold small numbers.
CREATE TABLE subject (id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE);
CREATE TABLE change (id INTEGER PRIMARY KEY, uid BLOB NOT NULL UNIQUE);

-- One line each: the head is at, replica, seq, ticket, change and the content's salted hash.
CREATE TABLE entry (
    id      INTEGER PRIMARY KEY,  -- the order of arrival here
    at      INTEGER NOT NULL,     -- milliseconds since 1970, UTC
    replica INTEGER NOT NULL,
    seq     INTEGER NOT NULL,     -- counts the entries of the replica, from 1
    ticket  INTEGER NOT NULL,     -- subject; the desk itself is the all-zero one
    change  INTEGER NOT NULL,
    chain   BLOB NOT NULL,        -- hash of the chain before, and the head
    salt    BLOB,                 -- NULL once erased
    content TEXT,                 -- who, when, what, as JSON; NULL once erased
    digest  BLOB,                 -- the content's salted hash, kept when it is erased
    UNIQUE (replica, seq)
);
CREATE INDEX entry_ticket ON entry (ticket);
CREATE INDEX entry_change ON entry (change, ticket);
