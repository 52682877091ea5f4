-- What the journal adds up to. Dropped and rebuilt whenever it seems wise; no constraint here may
-- fail on a legal journal.

-- A ticket as lists show it; the id is its subject's.
CREATE TABLE ticket (
    id            INTEGER PRIMARY KEY,
    uid           BLOB NOT NULL,
    machine       INTEGER NOT NULL,   -- of its number
    n             INTEGER NOT NULL,
    title         TEXT NOT NULL,
    status        INTEGER NOT NULL,   -- 0 new, 1 open, 2 pending, 3 hold, 4 closed
    resolution    INTEGER,            -- 0 solved, 1 answered, 2 wontfix, 3 duplicate, 4 invalid, 5 stale
    priority      INTEGER NOT NULL,   -- 0 low, 1 normal, 2 high, 3 urgent
    channel       INTEGER NOT NULL,
    labels        TEXT,               -- JSON array, NULL when empty
    refs          TEXT,               -- JSON array, NULL when empty
    fields        TEXT,               -- JSON object, NULL when empty
    assignee      TEXT,
    requester     TEXT,
    customer      TEXT,
    tier          TEXT,
    turn          INTEGER,            -- 0 us, 1 the requester
    due_at        INTEGER,
    snoozed_until INTEGER,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    closed_at     INTEGER,
    first_response_at INTEGER,        -- our first public reply
    messages      INTEGER NOT NULL,
    replies       INTEGER NOT NULL,   -- public, by us
    described     INTEGER,            -- the entry that holds the description's text
    merged        BLOB,               -- the uid of the ticket it was merged into
    attachments   INTEGER NOT NULL,   -- files on its messages
    waits_since   INTEGER,            -- since when it is our turn
    owed_at       INTEGER,            -- by when somebody of us should have acted
    soon          INTEGER NOT NULL    -- what of its due time and its clocks comes first; 2^62 for none
);
CREATE INDEX ticket_open ON ticket (updated_at, id) WHERE status < 4;
CREATE INDEX ticket_closed ON ticket (updated_at, id) WHERE status > 3;
CREATE INDEX ticket_updated ON ticket (updated_at, id);
CREATE INDEX ticket_status ON ticket (status, priority, updated_at);
CREATE INDEX ticket_due ON ticket (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ticket_owed ON ticket (owed_at, id) WHERE owed_at IS NOT NULL;
CREATE INDEX ticket_soon ON ticket (soon, id) WHERE status < 4;
CREATE INDEX ticket_merged ON ticket (merged) WHERE merged IS NOT NULL;

-- Tickets taken back: in no list, their numbers still spoken for.
CREATE TABLE voided (ticket INTEGER PRIMARY KEY);

-- Numbers, first come first; a ticket imported on two machines has two.
CREATE TABLE number (
    machine INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    ticket  INTEGER NOT NULL,
    former  INTEGER NOT NULL,         -- 1 where it has another instead by now
    PRIMARY KEY (machine, n, ticket)
) WITHOUT ROWID;

-- What tickets are found by, lower case except references.
CREATE TABLE term (
    kind   INTEGER NOT NULL,          -- 0 label, 1 reference, 2 assignee, 3 requester, 4 customer, 5 tier, 6 a message's name
    key    TEXT NOT NULL,
    ticket INTEGER NOT NULL,
    PRIMARY KEY (kind, key, ticket)
) WITHOUT ROWID;

-- What tickets have to do with each other.
CREATE TABLE link (
    ticket INTEGER NOT NULL,
    kind   INTEGER NOT NULL,          -- 0 blocks, 1 relates, 2 duplicates
    other  BLOB NOT NULL,             -- the other's uid
    PRIMARY KEY (ticket, kind, other)
) WITHOUT ROWID;
CREATE INDEX link_other ON link (other);

-- What is kept on the desk by its name, such as a canned reply.
CREATE TABLE kept (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Every version of what promises rest on: calendars, tiers, and when tiers were set anew.
CREATE TABLE version (
    key     TEXT NOT NULL,
    at      INTEGER NOT NULL,         -- with replica and seq, its place in the order
    replica INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    value   TEXT,                     -- NULL when it was taken away
    PRIMARY KEY (key, at, replica, seq)
) WITHOUT ROWID;

-- What customers are recognised by.
CREATE TABLE party (
    key      TEXT NOT NULL,           -- an address, a handle, or a domain after an @
    customer TEXT NOT NULL,
    PRIMARY KEY (key, customer)
) WITHOUT ROWID;

-- The articles of the knowledge base.
CREATE TABLE article (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    ref  TEXT                         -- what it is called where it came from
);
CREATE INDEX article_ref ON article (ref) WHERE ref IS NOT NULL;

-- The tickets that articles are linked to, as they were when that was said.
CREATE TABLE helps (
    uid     BLOB NOT NULL,
    article TEXT NOT NULL,
    PRIMARY KEY (uid, article)
) WITHOUT ROWID;
CREATE INDEX helps_article ON helps (article);

-- The cycles of the clocks, and what is so of them whatever the moment.
CREATE TABLE clock (
    ticket    INTEGER NOT NULL,
    place     INTEGER NOT NULL,
    name      INTEGER NOT NULL,       -- 0 first response, 1 next response, 2 resolution
    began     INTEGER NOT NULL,
    ended     INTEGER,
    pauses    TEXT,                   -- JSON array of pairs, NULL when empty
    tier      TEXT NOT NULL,          -- lower case
    priority  INTEGER NOT NULL,
    at        INTEGER NOT NULL,       -- with replica and seq, since when under the tier
    replica   INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    target    INTEGER,                -- seconds; NULL when nothing is promised
    used      INTEGER,                -- seconds, once it has ended or stands still
    due_at    INTEGER,
    risk_at   INTEGER,                -- less than a quarter is left after it; NULL unless it runs
    breach_at INTEGER,                -- the target is used up after it; NULL unless it runs
    PRIMARY KEY (ticket, place)
) WITHOUT ROWID;
CREATE INDEX clock_breach ON clock (breach_at) WHERE breach_at IS NOT NULL;
CREATE INDEX clock_risk ON clock (risk_at, breach_at) WHERE risk_at IS NOT NULL;
CREATE INDEX clock_due ON clock (due_at) WHERE due_at IS NOT NULL;

-- Values that lost against a concurrent change.
CREATE TABLE conflict (
    ticket INTEGER NOT NULL,
    place  INTEGER NOT NULL,
    field  TEXT NOT NULL,
    kept   TEXT NOT NULL,
    lost   TEXT NOT NULL,
    PRIMARY KEY (ticket, place)
) WITHOUT ROWID;

-- A change as `undo` sees it.
CREATE TABLE step (
    id      INTEGER PRIMARY KEY,      -- the change
    at      INTEGER NOT NULL,         -- with replica and seq, its place in the order
    replica INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    target  INTEGER,                  -- the change it undoes or redoes
    undo    INTEGER,                  -- 1 when it undoes, 0 when it redoes
    undone  INTEGER NOT NULL          -- 1 while its effect is taken back
);
CREATE INDEX step_order ON step (at, replica, seq);
CREATE INDEX step_standing ON step (replica, at, seq) WHERE target IS NULL AND undone = 0;
CREATE INDEX step_target ON step (target) WHERE target IS NOT NULL;

-- The entries that say what was erased for good.
CREATE TABLE purge (entry INTEGER PRIMARY KEY);

-- The words of every text, by ticket. The texts themselves stand in the journal.
CREATE VIRTUAL TABLE text USING fts5 (
    title, body, note,                -- the body: description and public messages
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
-- An import's words are gathered in memory, up to so many bytes, before they are written.
INSERT INTO text (text, rank) VALUES ('hashsize', 16777216);

-- The words of the articles, by article; labels stand with the title.
CREATE VIRTUAL TABLE article_text USING fts5 (
    title, body,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
