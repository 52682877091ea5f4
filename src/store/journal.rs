//! The journal's rows: entries in and out, each replica's hash chain.
//!
//! An entry's *head* is its place, ticket, change and the salted hash of its content; the chain
//! runs over heads. So content can be erased without breaking the chain, and cannot be guessed
//! from what stays.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::event::{Content, Entry, Event};
use crate::domain::ids::{ChangeId, Hash, Replica, Stamp, Timestamp, Uid};
use crate::domain::person::Person;
use crate::error::{Error, Result};

mod places;

use places::place;
pub(super) use places::{Places, places};

/// A journal line as it is stored and exchanged: unknown events survive it unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its place in the total order.
    pub stamp: Stamp,
    /// The ticket it is about.
    pub ticket: Uid,
    /// The change it is part of.
    pub change: ChangeId,
    /// The replica's chain up to and with it.
    pub chain: [u8; 32],
    /// The content and its salt, unless erased.
    pub content: Option<(String, [u8; 16])>,
    /// The salted hash of the content.
    pub digest: [u8; 32],
}

impl Line {
    /// The line for `content`, continuing `chain`.
    #[must_use]
    pub fn new(
        stamp: Stamp,
        names: (Uid, ChangeId),
        content: (String, [u8; 16]),
        before: &[u8; 32],
    ) -> Self {
        let digest = digest(&content.0, &content.1);
        let chain = chain(before, stamp, names, &digest);
        Self { stamp, ticket: names.0, change: names.1, chain, content: Some(content), digest }
    }

    /// The line of a content that was erased, of which the hash is left.
    #[must_use]
    pub fn erased(
        stamp: Stamp,
        names: (Uid, ChangeId),
        digest: [u8; 32],
        before: &[u8; 32],
    ) -> Self {
        let chain = chain(before, stamp, names, &digest);
        Self { stamp, ticket: names.0, change: names.1, chain, content: None, digest }
    }

    /// The line as it stands in a file, with the digest that is kept of a content that was erased;
    /// none where neither was read.
    pub(super) fn stored(
        (stamp, ticket, change): (Stamp, Uid, ChangeId),
        content: Option<(String, [u8; 16])>,
        kept: Option<[u8; 32]>,
        chain: [u8; 32],
    ) -> Option<Self> {
        let digest = match &content {
            Some((text, salt)) => self::digest(text, salt),
            None => kept?,
        };
        Some(Self { stamp, ticket, change, chain, content, digest })
    }

    /// The same words recorded anew, at another place, continuing another chain.
    pub(super) fn again(&self, stamp: Stamp, before: &[u8; 32]) -> Self {
        let chain = chain(before, stamp, (self.ticket, self.change), &self.digest);
        Self { stamp, chain, ..self.clone() }
    }

    /// Does it continue `before`, and is its content what its head says?
    pub(super) fn continues(&self, before: &[u8; 32]) -> bool {
        let content = self.content.as_ref();
        content.is_none_or(|(text, salt)| digest(text, salt) == self.digest)
            && chain(before, self.stamp, (self.ticket, self.change), &self.digest) == self.chain
    }

    /// What it says.
    #[must_use]
    pub fn entry(&self) -> Entry {
        let text = self.content.as_ref().map(|(text, _)| text.as_str());
        Entry {
            stamp: self.stamp,
            ticket: self.ticket,
            change: self.change,
            content: content(text),
        }
    }
}

pub(super) fn digest(content: &str, salt: &[u8; 16]) -> [u8; 32] {
    *blake3::Hasher::new().update(salt).update(content.as_bytes()).finalize().as_bytes()
}

pub(super) fn chain(
    before: &[u8; 32],
    stamp: Stamp,
    (ticket, change): (Uid, ChangeId),
    digest: &[u8; 32],
) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"tix1").update(before).update(&stamp.at.0.to_be_bytes());
    hasher.update(&stamp.replica.0.to_be_bytes()).update(&stamp.seq.to_be_bytes());
    hasher.update(&ticket.0).update(&change.0).update(digest);
    *hasher.finalize().as_bytes()
}

/// What a stored content says; one that a newer tix wrote is `Unknown`.
pub(super) fn content(text: Option<&str>) -> Content {
    let nobody = |event| Content {
        by: Person { name: Some("unknown".to_owned()), email: None },
        when: None,
        mark: None,
        event,
    };
    match text {
        Some(text) => serde_json::from_str(text).unwrap_or_else(|_| nobody(Event::Unknown)),
        None => nobody(Event::Erased),
    }
}

const INSERT: &str =
    "INSERT INTO entry (at, replica, seq, ticket, change, chain, salt, content, digest)
     VALUES (:at, :replica, :seq, :ticket, :change, :chain, :salt, :content, :digest)";

/// Adds `line` under the row numbers of its ticket and change. A second line with the same replica
/// and count is an error, never a silent loss.
pub(super) fn insert(conn: &Connection, line: &Line, (ticket, change): (i64, i64)) -> Result<()> {
    let erased = line.content.is_none().then_some(&line.digest);
    conn.prepare_cached(INSERT)?.execute(named_params! {
        ":at": line.stamp.at.0,
        ":replica": line.stamp.replica.0,
        ":seq": line.stamp.seq.cast_signed(),
        ":ticket": ticket,
        ":change": change,
        ":chain": line.chain,
        ":salt": line.content.as_ref().map(|(_, salt)| salt),
        ":content": line.content.as_ref().map(|(text, _)| text),
        ":digest": erased,
    })?;
    Ok(())
}

/// Counts the rows anew where some were taken away; says whether that was so.
pub(super) fn close_gaps(conn: &Connection) -> Result<bool> {
    let mut statement = conn.prepare("SELECT id FROM entry ORDER BY id")?;
    let ids = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let moved = (1..).zip(ids).filter(|(place, id)| place != id);
    let mut any = false;
    for (place, id) in moved {
        conn.prepare_cached("UPDATE entry SET id = ?1 WHERE id = ?2")?.execute((place, id))?;
        any = true;
    }
    Ok(any)
}

/// Erases the content of the entry in row `id`; its head stays whole.
pub(super) fn erase(conn: &Connection, id: i64) -> Result<()> {
    let sql = "SELECT content, salt FROM entry WHERE id = ?1 AND content IS NOT NULL";
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, [u8; 16]>(1)?));
    let found = conn.prepare_cached(sql)?.query_row([id], read).optional()?;
    let Some((content, salt)) = found else { return Ok(()) };
    let sql = "UPDATE entry SET content = NULL, salt = NULL, digest = ?2 WHERE id = ?1";
    conn.prepare_cached(sql)?.execute((id, digest(&content, &salt)))?;
    Ok(())
}

/// An entry with its row number, and those of its ticket and its change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) ticket: i64,
    pub(super) change: i64,
    pub(super) entry: Entry,
    /// The salted hash of its content.
    pub(super) digest: Hash,
}

/// Hands the entries that were not erased, and for which the SQL `condition` holds, to `each`.
pub(super) fn whole(
    conn: &Connection,
    condition: &str,
    mut each: impl FnMut(Stored) -> Result<()>,
) -> Result<()> {
    let columns = COLUMNS.replace("e.content", "e.content, e.id, e.ticket, e.change, e.salt");
    let sql = format!("{columns} WHERE e.content IS NOT NULL AND ({condition}) ORDER BY e.id");
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, ticket, change) = (row.get(6)?, row.get(7)?, row.get(8)?);
        let digest = Hash(digest(row.get_ref(5)?.as_str().unwrap_or_default(), &salt(row, 9)));
        each(Stored { id, ticket, change, entry: read(row)?, digest })?;
    }
    Ok(())
}

/// The salt in a column; where it is none the content is not what was recorded.
fn salt(row: &Row<'_>, column: usize) -> [u8; 16] {
    row.get(column).unwrap_or_default()
}

/// The row number of a ticket's identity, new if need be; the flag says that it is new.
pub(super) fn subject(conn: &Connection, uid: Uid) -> Result<(i64, bool)> {
    named(
        conn,
        "SELECT id FROM subject WHERE uid = ?1",
        "INSERT INTO subject (uid) VALUES (?1)",
        &uid.0,
    )
}

/// The row number of a change's name, new if need be.
pub(super) fn change(conn: &Connection, id: ChangeId) -> Result<i64> {
    let (found, new) =
        ("SELECT id FROM change WHERE uid = ?1", "INSERT INTO change (uid) VALUES (?1)");
    Ok(named(conn, found, new, &id.0)?.0)
}

fn named(conn: &Connection, find: &str, add: &str, name: &[u8]) -> Result<(i64, bool)> {
    if let Some(id) = conn.prepare_cached(find)?.query_row([name], |row| row.get(0)).optional()? {
        return Ok((id, false));
    }
    conn.prepare_cached(add)?.execute([name])?;
    Ok((conn.last_insert_rowid(), true))
}

const COLUMNS: &str = "SELECT e.at, e.replica, e.seq, s.uid, c.uid, e.content
     FROM entry e JOIN subject s ON s.id = e.ticket JOIN change c ON c.id = e.change";

fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        stamp: stamp(row)?,
        ticket: Uid(row.get(3)?),
        change: ChangeId(row.get(4)?),
        content: content(row.get_ref(5)?.as_str_or_null().map_err(rusqlite::Error::from)?),
    })
}

fn stamp(row: &Row<'_>) -> rusqlite::Result<Stamp> {
    Ok(Stamp {
        at: Timestamp(row.get(0)?),
        replica: Replica(row.get(1)?),
        seq: row.get::<_, i64>(2)?.cast_unsigned(),
    })
}

/// The entries of the ticket in row `ticket`, in no particular order.
pub(super) fn of_ticket(conn: &Connection, ticket: i64) -> Result<Vec<Entry>> {
    const SQL: &str =
        "SELECT e.at, e.replica, e.seq, (SELECT uid FROM subject WHERE id = ?1), c.uid,
            e.content
         FROM entry e JOIN change c ON c.id = e.change WHERE e.ticket = ?1";
    let mut statement = conn.prepare_cached(SQL)?;
    let mut rows = statement.query([ticket])?;
    let (mut entries, mut held) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        entries.push(read(row)?);
        held = within(conn, row, held)?;
    }
    place(conn, ticket, &mut entries)?;
    Ok(entries)
}

/// The bytes of a ticket's entries that are held whatever the file's size.
const HELD_FREE: u64 = 16 << 20;

/// What is held with one more row, which a sound file must have room for: in a crafted one, rows
/// without end can be the same few bytes.
fn within(conn: &Connection, row: &Row<'_>, held: u64) -> Result<u64> {
    let text = row.get_ref(5)?.as_bytes_or_null().ok().flatten().map_or(0, <[u8]>::len);
    let now = held + text as u64 + 64;
    if now / HELD_FREE > held / HELD_FREE
        && now > size(conn, "main")?.saturating_add(size(conn, super::open::DESK).unwrap_or(0))
    {
        return Err(Error::no_desk("the desk's file is damaged or was made to harm")
            .because("a ticket's entries hold more than the whole file"));
    }
    Ok(now)
}

/// How large a database of this connection is, in bytes.
fn size(conn: &Connection, database: &str) -> Result<u64> {
    let pragma =
        |name: &str| conn.pragma_query_value(Some(database), name, |row| row.get::<_, i64>(0));
    Ok(pragma("page_count")?.saturating_mul(pragma("page_size")?).unsigned_abs())
}

/// The first entry of the change in row `change`, saying what the first says that was not erased.
pub(super) fn first_of_change(conn: &Connection, change: i64) -> Result<Option<Entry>> {
    let first = |but: &str| -> Result<Option<Entry>> {
        let order = "ORDER BY e.at, e.replica, e.seq LIMIT 1";
        let sql = format!("{COLUMNS} WHERE e.change = ?1 {but} {order}");
        Ok(conn.prepare_cached(&sql)?.query_row([change], read).optional()?)
    };
    let Some(mut entry) = first("")? else { return Ok(None) };
    if entry.content.event == Event::Erased
        && let Some(whole) = first("AND e.content IS NOT NULL")?
    {
        entry.content = whole.content;
    }
    Ok(Some(entry))
}

/// What the change in row `change` says last about the desk itself: that it is an import.
pub(super) fn of_desk(conn: &Connection, change: i64) -> Result<Option<Entry>> {
    let sql = format!(
        "{COLUMNS} WHERE s.uid = zeroblob(16) AND e.change = ?1
         ORDER BY e.id DESC LIMIT 1"
    );
    Ok(conn.prepare_cached(&sql)?.query_row([change], read).optional()?)
}

/// The first `limit` entries of the change in row `change`, in order: a change is recorded in one
/// go, so they follow one another.
pub(super) fn of_change(conn: &Connection, change: i64, limit: i64) -> Result<Vec<Entry>> {
    let sql = format!(
        "WITH first AS (SELECT replica, seq FROM step WHERE id = ?1)
         {COLUMNS}, first
         WHERE e.replica = first.replica AND e.seq >= first.seq AND e.seq < first.seq + ?2
           AND +e.change = ?1 ORDER BY e.seq"
    );
    let mut rows = conn.prepare_cached(&sql)?;
    let entries = rows.query_map([change, limit], read)?.collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}

/// Hands each ticket's row number and entries to `each`, ticket by ticket.
pub(super) fn by_ticket(
    conn: &Connection,
    mut each: impl FnMut(i64, Vec<Entry>) -> Result<()>,
) -> Result<()> {
    let sql = format!("{COLUMNS} WHERE s.uid <> zeroblob(16) ORDER BY e.ticket");
    let mut statement = conn.prepare(&sql.replace("e.content", "e.content, e.ticket"))?;
    let mut rows = statement.query([])?;
    let (mut gathered, mut held): (Option<(i64, Vec<Entry>)>, u64) = (None, 0);
    let mut done = |(ticket, mut entries): (i64, Vec<Entry>)| {
        place(conn, ticket, &mut entries)?;
        each(ticket, entries)
    };
    while let Some(row) = rows.next()? {
        let (ticket, entry) = (row.get(6)?, read(row)?);
        match &mut gathered {
            Some((same, entries)) if *same == ticket => {
                entries.push(entry);
                held = within(conn, row, held)?;
            }
            _ => {
                held = 0;
                gathered.replace((ticket, vec![entry])).map_or(Ok(()), &mut done)?;
            }
        }
    }
    gathered.map_or(Ok(()), done)
}

/// The row number of the entry with this stamp.
pub(super) fn row_of(conn: &Connection, stamp: Stamp) -> Result<Option<i64>> {
    let sql = "SELECT id FROM entry WHERE replica = ?1 AND seq = ?2";
    let mut statement = conn.prepare_cached(sql)?;
    Ok(statement
        .query_row([stamp.replica.0, stamp.seq.cast_signed()], |row| row.get(0))
        .optional()?)
}

/// The lines of every replica after the count given for it, each replica's in order.
pub(super) fn lines_after(conn: &Connection, seen: &BTreeMap<Replica, u64>) -> Result<Vec<Line>> {
    let mut statement = conn.prepare(LINES)?;
    let mut rows = statement.query([])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let stamp = stamp(row)?;
        if stamp.seq > seen.get(&stamp.replica).copied().unwrap_or(0) {
            lines.push(line(row)?);
        }
    }
    Ok(lines)
}

/// At most `limit` lines of a replica after the one of count `seq`, in order.
pub(super) fn lines_of(
    conn: &Connection,
    replica: Replica,
    seq: u64,
    limit: i64,
) -> Result<Vec<Line>> {
    let of = "WHERE e.replica = ?1 AND e.seq > ?2 ORDER BY e.seq LIMIT ?3";
    let sql = LINES.replace("ORDER BY e.replica, e.seq", of);
    let mut statement = conn.prepare_cached(&sql)?;
    let lines = statement.query_map((replica.0, seq.cast_signed(), limit), line)?;
    Ok(lines.collect::<rusqlite::Result<_>>()?)
}

const LINES: &str =
    "SELECT e.at, e.replica, e.seq, s.uid, c.uid, e.content, e.salt, e.chain, e.digest
     FROM entry e JOIN subject s ON s.id = e.ticket JOIN change c ON c.id = e.change
     ORDER BY e.replica, e.seq";

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let content: Option<String> = row.get(5)?;
    let content = content.map(|text| Ok::<_, rusqlite::Error>((text, row.get(6)?))).transpose()?;
    let digest = match &content {
        Some((text, salt)) => digest(text, salt),
        None => row.get(8)?,
    };
    let (ticket, change) = (Uid(row.get(3)?), ChangeId(row.get(4)?));
    Ok(Line { stamp: stamp(row)?, ticket, change, chain: row.get(7)?, content, digest })
}

/// The head of a replica's chain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) at: Timestamp,
    pub(super) seq: u64,
    pub(super) chain: [u8; 32],
}

impl Head {
    /// Where the next entry of `replica` stands: now, or at its latest, or just after the latest seen
    /// from `others`. A slow clock must not sort a change before the entries it was based on.
    pub(super) fn next(
        &self,
        replica: Replica,
        now: Timestamp,
        others: Option<Timestamp>,
    ) -> Stamp {
        let after = others.map(|others| Timestamp(others.0.saturating_add(1)));
        let at = now.max(self.at).max(after.unwrap_or_default());
        Stamp { at, replica, seq: self.seq + 1 }
    }
}

/// The head of `replica`; before its first entry for one never seen.
pub(super) fn head(conn: &Connection, replica: Replica) -> Result<Head> {
    let sql = "SELECT at, seq, chain FROM replica WHERE id = ?1";
    let read = |row: &Row<'_>| {
        let seq: i64 = row.get(1)?;
        Ok(Head { at: Timestamp(row.get(0)?), seq: seq.cast_unsigned(), chain: row.get(2)? })
    };
    let head = conn.prepare_cached(sql)?.query_row([replica.0], read).optional()?;
    Ok(head.unwrap_or(Head { at: Timestamp(0), seq: 0, chain: [0; 32] }))
}

/// Stores the head of `replica`.
pub(super) fn set_head(conn: &Connection, replica: Replica, head: Head) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO replica (id, mine, seq, at, chain) VALUES (?1, 0, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET seq = ?2, at = ?3, chain = ?4",
    )?
    .execute(rusqlite::params![replica.0, head.seq.cast_signed(), head.at.0, head.chain])?;
    Ok(())
}

/// Ends the replica that this file is: a copy of it goes on as another, so that no two files ever
/// record under one name.
pub(super) fn retire(conn: &Connection) -> Result<()> {
    conn.execute("UPDATE replica SET mine = 2 WHERE mine = 1", [])?;
    Ok(())
}

/// Begins a replica that is this file's own, numbering as the one before it.
pub(super) fn begin(conn: &Connection, replica: Replica) -> Result<()> {
    conn.execute(
        "INSERT INTO replica (id, mine, number, seq, at, chain)
         SELECT ?1, 1, coalesce(max(number), 0), 0, 0, zeroblob(32) FROM replica WHERE mine = 2",
        [replica.0],
    )?;
    conn.execute("UPDATE replica SET number = NULL WHERE mine = 2", [])?;
    Ok(())
}
