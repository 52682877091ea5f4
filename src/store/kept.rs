//! What is kept on the desk by its name: canned replies, and whatever else belongs to no ticket.
//!
//! A key is a kind, a slash and a name (`canned/thanks`), a value is text. Both stand in the
//! journal like everything else, so they can be taken back and travel with the desk.

use rusqlite::{Connection, OptionalExtension};

use super::write::Writer;
use super::{Reader, articles, derive, journal};
use crate::domain::customer::Customer;
use crate::domain::event::{Entry, Event, Mark, Swap};
use crate::domain::ids::{ChangeId, Machine, Stamp, Uid};
use crate::domain::join;
use crate::domain::policy::KINDS;
use crate::domain::ticket::Conflict;
use crate::error::{Error, Result};
use crate::view;

impl Writer<'_> {
    /// Keeps `value` under `key`, or takes away what is kept there; says whether that changed
    /// anything.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn put(&mut self, key: &str, value: Option<&str>) -> Result<bool> {
        let from = get(self.connection(), key)?;
        let swap = Swap { from, to: value.map(ToOwned::to_owned) };
        self.swap(None, key, swap)
    }

    /// What is kept under `key` now.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn kept(&self, key: &str) -> Result<Option<String>> {
        get(self.connection(), key)
    }

    fn swap(&mut self, mark: Option<Mark>, key: &str, swap: Swap<Option<String>>) -> Result<bool> {
        let now = get(self.connection(), key)?;
        if now == swap.to {
            return Ok(false);
        }
        if now != swap.from {
            return Err(Error::invalid(format!("{} has changed since", in_words(key)))
                .hint("`tix log` shows what happened to it"));
        }
        let to = swap.to.clone();
        let event = Event::Kept { key: key.to_owned(), swap: Box::new(swap) };
        let stamp = self.note(mark, event)?;
        write(self.connection(), (key, stamp), to.as_deref())?;
        if disputed(self.connection())? {
            // Whoever changes it now has seen what stood.
            rebuild(self.connection())?;
        }
        self.parties = None;
        if is_version(key) {
            self.renew()?;
        }
        Ok(true)
    }

    /// Takes back what `source` did to what is kept on the desk; says whether that was anything.
    pub(super) fn turn_kept(&mut self, source: ChangeId, mark: Mark) -> Result<bool> {
        let entries: Vec<Entry> = self.entries_of(Uid::DESK, source)?;
        let mut any = false;
        for event in super::undo::opposites(&entries) {
            // Numbers are never given again, whatever is taken back.
            if let Event::Kept { key, swap } = event
                && !key.starts_with(FLOOR)
            {
                any |= self.swap(Some(mark), &key, *swap)?;
            }
        }
        Ok(any)
    }
}

impl Reader<'_> {
    /// What is kept under `key`.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn kept(&self, key: &str) -> Result<Option<String>> {
        get(self.conn, key)
    }

    /// Everything that is kept and can stand on another desk, sorted. When a tier's tickets were
    /// measured anew, and which numbers were given, says nothing there.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn kept_whole(&self) -> Result<Vec<view::Keep>> {
        let sql = "SELECT key, value FROM kept
             WHERE key NOT LIKE 'recalc/%' AND key NOT LIKE 'numbers/%' ORDER BY key";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement
            .query_map([], |row| Ok(view::Keep { kept: row.get(0)?, value: row.get(1)? }))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The names of this kind and what is kept under them, sorted.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn kept_of(&self, kind: &str) -> Result<Vec<(String, String)>> {
        // `0` follows the slash.
        let sql = "SELECT key, value FROM kept WHERE key > ?1 || '/' AND key < ?1 || '0'";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let named = rows.map(|row| {
            let (key, value): (String, String) = row?;
            Ok((key[kind.len() + 1..].to_owned(), value))
        });
        named.collect()
    }
}

/// Under this are kept the last numbers that were given before an older copy was restored.
const FLOOR: &str = "numbers/";

/// The key of the last number that `machine` gave.
pub(super) fn floor(machine: Machine) -> String {
    format!("{FLOOR}{}", machine.0)
}

/// `canned/thanks` as messages say it: canned `thanks`.
#[must_use]
pub fn in_words(key: &str) -> String {
    match key.split_once('/') {
        Some(("kb", name)) => format!("article `{name}`"),
        Some(("numbers", _)) => "the last number given".to_owned(),
        Some(("kb-link", name)) => {
            format!("a link of article `{}`", name.split('/').next().unwrap_or(name))
        }
        Some((kind, name)) => format!("{kind} `{name}`"),
        None => format!("`{key}`"),
    }
}

pub(super) fn get(conn: &Connection, key: &str) -> Result<Option<String>> {
    let sql = "SELECT value FROM kept WHERE key = ?1";
    Ok(conn.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?)
}

/// Is every version of it remembered?
pub(super) fn is_version(key: &str) -> bool {
    KINDS.iter().any(|kind| key.starts_with(kind))
}

fn write(conn: &Connection, (key, stamp): (&str, Stamp), value: Option<&str>) -> Result<()> {
    match value {
        Some(value) => conn
            .prepare_cached("INSERT OR REPLACE INTO kept (key, value) VALUES (?1, ?2)")?
            .execute((key, value))?,
        None => conn.prepare_cached("DELETE FROM kept WHERE key = ?1")?.execute([key])?,
    };
    if is_version(key) {
        let sql = "INSERT INTO version (key, at, replica, seq, value) VALUES (?1, ?2, ?3, ?4, ?5)";
        let Stamp { at, replica, seq } = stamp;
        conn.prepare_cached(sql)?.execute((key, at.0, replica.0, seq.cast_signed(), value))?;
    }
    if let Some(name) = key.strip_prefix("customer/") {
        party(conn, name, value)?;
    }
    articles::write(conn, key, value)
}

/// Writes what a customer is recognised by.
fn party(conn: &Connection, name: &str, value: Option<&str>) -> Result<()> {
    conn.prepare_cached("DELETE FROM party WHERE customer = ?1")?.execute([name])?;
    // Of a customer that cannot be read nobody is recognised.
    let keys = value.and_then(|value| Customer::read(value).ok()).map(|it| it.keys());
    for key in keys.into_iter().flatten() {
        conn.prepare_cached("INSERT OR IGNORE INTO party (key, customer) VALUES (?1, ?2)")?
            .execute((key, name))?;
    }
    Ok(())
}

/// Writes anew what the entries about the desk itself add up to.
pub(super) fn rebuild(conn: &Connection) -> Result<()> {
    for table in ["kept", "version", "party"].into_iter().chain(articles::TABLES) {
        conn.execute_batch(&format!("DELETE FROM {table}"))?;
    }
    let Some(row) = derive::row_of(conn, Uid::DESK)? else { return Ok(()) };
    let mut entries = journal::of_ticket(conn, row)?;
    entries.sort_unstable_by_key(|entry| entry.stamp);
    let mut disputes: Vec<(String, Conflict)> = Vec::new();
    for entry in entries {
        let Event::Kept { key, swap } = entry.content.event else { continue };
        let now = get(conn, &key)?;
        let (value, lost) = join::join(&key, now.as_deref(), &swap);
        let stands = |it: &Conflict| {
            let changed =
                join::at(now.as_deref(), &it.field) != join::at(value.as_deref(), &it.field);
            !changed && !lost.iter().any(|new| new.field == it.field)
        };
        disputes.retain(|(of, it)| *of != key || stands(it));
        disputes.extend(lost.into_iter().map(|it| (key.clone(), it)));
        write(conn, (&key, entry.stamp), value.as_deref())?;
    }
    let of_key =
        |(key, it): (String, Conflict)| Conflict { field: format!("{key} {}", it.field), ..it };
    derive::conflicts(conn, row, &disputes.into_iter().map(of_key).collect::<Vec<_>>())
}

/// Did something that is kept lose against a concurrent change?
fn disputed(conn: &Connection) -> Result<bool> {
    let sql = "SELECT 1 FROM conflict c JOIN subject s ON s.id = c.ticket WHERE s.uid = ?1 LIMIT 1";
    Ok(conn.prepare_cached(sql)?.exists([Uid::DESK.0])?)
}
