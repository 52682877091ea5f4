//! What tickets have to do with each other, and tickets as they are shown with it.

use std::collections::{BTreeSet, HashSet};

use rusqlite::{Connection, Row};

use super::write::Writer;
use super::{Reader, derive};
use crate::domain::event::Link;
use crate::domain::ids::{Machine, Number, Uid};
use crate::domain::ticket::Ticket;
use crate::domain::words::LinkKind;
use crate::error::Result;
use crate::view;

/// Writes the links of the ticket in row `id`, `before` being those that stood there.
pub(super) fn write(
    conn: &Connection,
    id: i64,
    before: &BTreeSet<Link>,
    after: &BTreeSet<Link>,
) -> Result<()> {
    let delete = "DELETE FROM link WHERE ticket = ?1 AND kind = ?2 AND other = ?3";
    for link in before.difference(after) {
        conn.prepare_cached(delete)?.execute((id, link.kind.rank(), link.to.0))?;
    }
    let insert = "INSERT OR IGNORE INTO link (ticket, kind, other) VALUES (?1, ?2, ?3)";
    for link in after.difference(before) {
        conn.prepare_cached(insert)?.execute((id, link.kind.rank(), link.to.0))?;
    }
    Ok(())
}

/// How the tickets are called that the one in row `id` has to do with; a row of `ticket` that is not
/// there belongs to one taken back, or not yet known here.
const LINKED: &str = "SELECT l.kind, 0, t.machine, t.n, l.other FROM link l
         JOIN subject s ON s.uid = l.other JOIN ticket t ON t.id = s.id WHERE l.ticket = ?1
     UNION ALL SELECT l.kind, 1, t.machine, t.n, t.uid FROM link l
         JOIN ticket t ON t.id = l.ticket WHERE l.other = ?2
     UNION ALL SELECT 3, 0, t.machine, t.n, t.uid FROM ticket m
         JOIN subject s ON s.uid = m.merged JOIN ticket t ON t.id = s.id WHERE m.id = ?1
     UNION ALL SELECT 3, 1, machine, n, uid FROM ticket WHERE merged = ?2
     ORDER BY 1, 3, 4, 2";

/// The tickets that others have to do with: most have nothing to do with any, and need no asking.
pub(super) fn named_by_others(conn: &Connection) -> Result<HashSet<Uid>> {
    let sql = "SELECT other FROM link UNION SELECT merged FROM ticket WHERE merged IS NOT NULL";
    let mut statement = conn.prepare(sql)?;
    let uids = statement.query_map([], |row| row.get(0).map(Uid))?;
    Ok(uids.collect::<rusqlite::Result<_>>()?)
}

/// `fold` as it is shown, `named` being the tickets that others have to do with.
pub(super) fn shown_among(
    conn: &Connection,
    fold: Ticket,
    named: &HashSet<Uid>,
) -> Result<view::Ticket> {
    let alone = fold.now.links.is_empty() && fold.now.merged.is_none();
    if alone && !named.contains(&fold.uid) {
        return Ok(view::Ticket { links: Some(Vec::new()), ..view::Ticket::from(fold) });
    }
    shown(conn, fold)
}

/// `fold` as it is shown.
pub(super) fn shown(conn: &Connection, fold: Ticket) -> Result<view::Ticket> {
    let mut links = Vec::new();
    if let Some(id) = derive::row_of(conn, fold.uid)? {
        let mut statement = conn.prepare_cached(LINKED)?;
        let mut rows = statement.query((id, fold.uid.0))?;
        while let Some(row) = rows.next()? {
            links.push(linked(row)?);
        }
    }
    // That two tickets relate may stand with both.
    links.dedup_by(|a, b| (&a.kind, a.uid) == (&b.kind, b.uid));
    let mut ticket = view::Ticket::from(fold);
    let merged = links.iter().find(|link| link.kind == "merged-into");
    ticket.merged_into = merged.map(|link| link.id.clone());
    ticket.links = Some(links);
    Ok(ticket)
}

fn linked(row: &Row<'_>) -> Result<view::Link> {
    let (kind, back): (i64, bool) = (row.get(0)?, row.get(1)?);
    let kind = match (LinkKind::from_rank(kind), back) {
        (Some(LinkKind::Blocks), true) => "blocked-by",
        (Some(LinkKind::Duplicates), true) => "duplicated-by",
        (Some(kind), _) => kind.word(),
        (None, false) => "merged-into",
        (None, true) => "merged-from",
    };
    let number = Number { machine: Machine(row.get(2)?), n: row.get(3)? };
    Ok(view::Link { kind: kind.to_owned(), id: number.to_string(), uid: Uid(row.get(4)?) })
}

impl Reader<'_> {
    /// `fold` as it is shown, with the tickets it has to do with.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn shown(&self, fold: Ticket) -> Result<view::Ticket> {
        shown(self.conn, fold)
    }
}

impl Writer<'_> {
    /// These tickets as they are shown now.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn shown(&mut self, uids: &[Uid]) -> Result<Vec<view::Ticket>> {
        self.settle()?;
        let one = |uid: &Uid| shown(self.connection(), self.ticket(*uid)?.clone());
        uids.iter().map(one).collect()
    }
}
