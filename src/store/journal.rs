//! The journal's rows: entries in and out, each replica's hash chain.
//!
//! An entry's *head* is its place, ticket, change and the salted hash of its content; the chain
//! runs over heads. So content can be erased without breaking the chain, and cannot be guessed
//! from what stays.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::domain::event::{Content, Entry, Event};
use crate::domain::ids::{ChangeId, Replica, Stamp, Timestamp, Uid};
use crate::domain::person::Person;
use crate::error::{Error, Result};

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

    /// The same as a line of another machine's, there continuing `before`.
    pub(super) fn moved(&self, stamp: Stamp, before: &[u8; 32]) -> Self {
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

fn digest(content: &str, salt: &[u8; 16]) -> [u8; 32] {
    *blake3::Hasher::new().update(salt).update(content.as_bytes()).finalize().as_bytes()
}

fn chain(
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

/// What a stored content says; one that was erased, or that a newer tix wrote, is `Unknown`.
fn content(text: Option<&str>) -> Content {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| Content {
        by: Person { name: Some("unknown".to_owned()), email: None },
        when: None,
        mark: None,
        event: Event::Unknown,
    })
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
    let mut rows = conn.prepare_cached(SQL)?;
    let entries = rows.query_map([ticket], read)?.collect::<rusqlite::Result<_>>()?;
    Ok(entries)
}

/// The first entry of the change in row `change`.
pub(super) fn first_of_change(conn: &Connection, change: i64) -> Result<Option<Entry>> {
    let sql = format!("{COLUMNS} WHERE e.change = ?1 ORDER BY e.at, e.replica, e.seq LIMIT 1");
    Ok(conn.prepare_cached(&sql)?.query_row([change], read).optional()?)
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
    let mut gathered: Option<(i64, Vec<Entry>)> = None;
    while let Some(row) = rows.next()? {
        let (ticket, entry) = (row.get(6)?, read(row)?);
        match &mut gathered {
            Some((same, entries)) if *same == ticket => entries.push(entry),
            _ => {
                if let Some((ticket, entries)) = gathered.replace((ticket, vec![entry])) {
                    each(ticket, entries)?;
                }
            }
        }
    }
    gathered.map_or(Ok(()), |(ticket, entries)| each(ticket, entries))
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

/// Walks every replica's chain from its first entry to its last.
///
/// # Errors
/// Exit 8, naming the first entry that is not what was recorded, or is missing.
pub(super) fn verify(conn: &Connection) -> Result<u64> {
    let damaged = |replica: Replica, seq: u64| {
        let machine = replica.0;
        Error::no_desk(format!("entry {seq} of machine {machine:x} is not what was recorded"))
    };
    // Entries and heads as they stood at one moment.
    let conn = conn.unchecked_transaction()?;
    let mut heads: BTreeMap<Replica, (u64, [u8; 32])> = BTreeMap::new();
    let mut count = 0;
    let mut statement = conn.prepare(LINES)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let replica = Replica(row.get(1)?);
        let (last, before) = heads.entry(replica).or_default();
        match line(row) {
            Ok(line) if line.stamp.seq == *last + 1 && line.continues(before) => {
                (*last, *before) = (line.stamp.seq, line.chain);
            }
            _ => return Err(damaged(replica, *last + 1)),
        }
        count += 1;
    }
    let mut statement = conn.prepare("SELECT id, seq, chain FROM replica")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (replica, seq) = (Replica(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned());
        let (last, chain) = heads.remove(&replica).unwrap_or_default();
        if (seq, row.get(2)?) != (last, chain) {
            return Err(damaged(replica, last.min(seq) + 1));
        }
    }
    heads.first_key_value().map_or(Ok(count), |(replica, _)| Err(damaged(*replica, 1)))
}
