//! Which ticket a name means.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::{Reader, derive, journal, moved};
use crate::domain::ids::{Machine, Name, Number, Reference, Timestamp, Uid};
use crate::domain::mail_id;
use crate::domain::past::Past;
use crate::domain::ticket::Ticket;
use crate::error::{Error, Result};

/// A ticket that a name may mean.
#[derive(Clone, Copy)]
struct Named {
    uid: Uid,
    row: i64,
    /// It is known here and was not taken back.
    there: bool,
    voided: bool,
    merged: Option<Uid>,
}

impl Reader<'_> {
    /// The ticket that `reference` names: of one that was merged, the one that it is part of now.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several fit.
    pub fn resolve(&self, reference: &Reference) -> Result<Uid> {
        resolve(self.conn, reference)
    }

    /// The ticket that bears this name itself, merged or not.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several fit.
    pub fn own(&self, reference: &Reference) -> Result<Uid> {
        called(self.conn, reference).map(|named| named.uid)
    }

    /// The ticket that bears this name itself, one that was taken back or purged included.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several fit.
    pub fn any(&self, reference: &Reference) -> Result<Ticket> {
        let named = any_called(self.conn, reference)?;
        let none = || Error::not_found(format!("no ticket {}", reference.ticket));
        derive::load(self.conn, named.row)?.ok_or_else(none)
    }

    /// The ticket that `reference` names, with its conversation.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several fit.
    pub fn find(&self, reference: &Reference) -> Result<Ticket> {
        let named = followed(self.conn, called(self.conn, reference)?)?;
        let none = || Error::not_found(format!("no ticket {}", reference.ticket));
        derive::load(self.conn, named.row)?.ok_or_else(none)
    }

    /// The ticket that bears this name itself as it stood before `end`, one taken back included.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several fit.
    pub fn past(&self, reference: &Reference, end: Timestamp) -> Result<Past> {
        let named = any_called(self.conn, reference)?;
        if named.voided {
            unless_purged(self.conn, named)?;
        }
        Ok(Past::of(journal::of_ticket(self.conn, named.row)?, end))
    }

    /// The number that people say of a ticket, if it has one here.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn number(&self, uid: Uid) -> Result<Option<Number>> {
        Ok(numbers(self.conn, &[uid])?.remove(&uid))
    }
}

/// The ticket that `reference` names: of one that was merged, the one that it is part of now.
pub(super) fn resolve(conn: &Connection, reference: &Reference) -> Result<Uid> {
    followed(conn, called(conn, reference)?).map(|named| named.uid)
}

/// The ticket that one is part of now: itself, or what it was merged into.
pub(super) fn part_of(conn: &Connection, uid: Uid) -> Result<Uid> {
    let there = tickets(conn, "FROM subject s WHERE s.uid = ?1", [&uid.0])?;
    there.into_iter().next().map_or(Ok(uid), |it| followed(conn, it).map(|named| named.uid))
}

/// The tickets that are part of this one, those of its parts included.
pub(super) fn parts(conn: &Connection, uid: Uid) -> Result<Vec<Uid>> {
    let sql = "SELECT uid FROM ticket WHERE merged = ?1 ORDER BY machine, n";
    let mut statement = conn.prepare_cached(sql)?;
    let (mut next, mut all) = (vec![uid], vec![uid]);
    while let Some(uid) = next.pop() {
        for part in statement.query_map([uid.0], |row| Ok(Uid(row.get(0)?)))? {
            let part = part?;
            if !all.contains(&part) {
                next.push(part);
                all.push(part);
            }
        }
    }
    all.remove(0);
    Ok(all)
}

/// Goes on to what `found` was merged into, as far as that is known here and was not taken back.
///
/// Machines that each merged the other's ticket make a circle: then one of them stands for all, the
/// same from wherever it is entered.
fn followed(conn: &Connection, mut found: Named) -> Result<Named> {
    let mut passed: Vec<Named> = Vec::new();
    while let Some(into) = found.merged {
        if let Some(place) = passed.iter().position(|it| it.uid == found.uid) {
            let circle = passed[place..].iter().min_by_key(|it| it.uid);
            return Ok(circle.copied().unwrap_or(found));
        }
        passed.push(found);
        let next = tickets(conn, "FROM subject s WHERE s.uid = ?1", [&into.0])?;
        match next.into_iter().next().filter(|next| next.there) {
            Some(next) => found = next,
            None => break,
        }
    }
    Ok(found)
}

fn last_touched(conn: &Connection) -> Result<Uid> {
    let sql = "SELECT s.uid FROM entry e JOIN subject s ON s.id = e.ticket
         WHERE s.uid <> zeroblob(16) AND e.replica IN (SELECT id FROM replica WHERE mine <> 0)
         ORDER BY e.id DESC LIMIT 1";
    let found = conn.query_row(sql, [], |row| Ok(Uid(row.get(0)?))).optional()?;
    found.ok_or_else(|| Error::not_found("no ticket was touched yet"))
}

/// The ticket that bears a name itself.
fn called(conn: &Connection, reference: &Reference) -> Result<Named> {
    let named = any_called(conn, reference)?;
    if named.voided {
        unless_purged(conn, named)?;
        return Err(Error::not_found(format!("no ticket {}", reference.ticket))
            .because("it was taken back")
            .hint("`tix log` shows by which change; `tix redo` brings back what was undone last"));
    }
    Ok(named)
}

/// Refuses a ticket that was erased for good: of it only this is known.
fn unless_purged(conn: &Connection, named: Named) -> Result<()> {
    let ticket = derive::load(conn, named.row)?;
    let Some((gone, number)) = ticket.and_then(|it| Some((it.purged.clone()?, it.number()))) else {
        return Ok(());
    };
    let (day, who) = (gone.at.utc().date_naive(), gone.by.short());
    Err(Error::not_found(format!("#{number} was purged"))
        .because(format!("{who} erased it for good on {day}"))
        .hint("nothing of it is left; its number is not given again"))
}

/// The same, one taken back included.
fn any_called(conn: &Connection, reference: &Reference) -> Result<Named> {
    let found = match &reference.ticket {
        Name::Last => {
            let uid = last_touched(conn)?;
            tickets(conn, "FROM subject s WHERE s.uid = ?1", [&uid.0])?
        }
        Name::Number(number) => {
            let values = [i64::from(number.machine.0), i64::from(number.n)];
            let from = "FROM number n JOIN subject s ON s.id = n.ticket
                 WHERE n.machine = ?1 AND n.n = ?2 AND n.former = (SELECT min(former) FROM number
                     WHERE machine = ?1 AND n = ?2) LIMIT 2";
            let found = tickets(conn, from, values)?;
            let text = number.to_string();
            if found.is_empty() && text.len() >= 6 { prefixed(conn, &text)? } else { found }
        }
        Name::Prefix(text) => prefixed(conn, text)?,
        Name::Source(name) if name.starts_with(mail_id::SYSTEM) => {
            candidates(conn, name)?.into_iter().map(|(named, _)| named).take(1).collect()
        }
        Name::Source(name) => {
            let from = "FROM term t JOIN subject s ON s.id = t.ticket
                 WHERE t.kind = 1 AND t.key = ?1 ORDER BY 3 LIMIT 2";
            tickets(conn, from, [name])?
        }
    };
    let name = &reference.ticket;
    let mut found = found.into_iter();
    let Some(first) = found.next() else {
        return Err(Error::not_found(format!("no ticket {name}"))
            .hint("`tix list --all` shows every ticket"));
    };
    if let Some(second) = found.next().filter(|second| !first.voided && !second.voided) {
        return Err(Error::invalid(format!("{name} fits more than one ticket"))
            .because(format!("{} and {}", first.uid, second.uid))
            .hint("give more of the uid, or the ticket's number"));
    }
    Ok(first)
}

/// The ticket that a mail belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mailed {
    /// The ticket.
    pub(super) uid: Uid,
    /// The mail was said there, be it taken away since; else the ticket only bears its name.
    pub(super) said: bool,
}

/// The ticket that a mail belongs to, of one that was merged the one that it is part of now.
pub(super) fn mailed(conn: &Connection, name: &str) -> Result<Option<Mailed>> {
    let mut found = candidates(conn, name)?.into_iter().filter(|(named, _)| !named.voided);
    Ok(found.next().map(|(named, said)| Mailed { uid: named.uid, said }))
}

/// The tickets that a mail may belong to, the best first: where it stands, where it once stood, what
/// bears its name, those that were taken back.
fn candidates(conn: &Connection, name: &str) -> Result<Vec<(Named, bool)>> {
    if let Some((uid, number)) = mail_id::read(name.trim_start_matches(mail_id::SYSTEM))
        && let Some(found) = sent(conn, uid, number)?
    {
        return Ok(vec![found]);
    }
    let mut all: Vec<(Named, bool)> = Vec::new();
    for (kind, said) in [(6, true), (1, false)] {
        let from = "FROM term t JOIN subject s ON s.id = t.ticket
             WHERE t.kind = ?1 AND t.key = ?2 ORDER BY 3, 2 LIMIT 50";
        for found in tickets(conn, from, (kind, name))? {
            let found = if found.voided { found } else { followed(conn, found)? };
            if !all.iter().any(|(known, _)| known.uid == found.uid) {
                all.push((found, said));
            }
        }
    }
    if all.len() > 1 {
        let mut stands = Vec::with_capacity(all.len());
        for (found, said) in all {
            let ticket = if said { derive::load(conn, found.row)? } else { None };
            let there = ticket.is_some_and(|ticket| {
                let mut posts = ticket.messages.values().filter(|post| !post.removed);
                posts.any(|post| post.message.reference.as_deref() == Some(name))
            });
            stands.push((found.voided, !there, !said, found, said));
        }
        stands.sort_by_key(|(voided, gone, unsaid, ..)| (*voided, *gone, *unsaid));
        all = stands.into_iter().map(|(_, _, _, found, said)| (found, said)).collect();
    }
    Ok(all)
}

/// The ticket that a mail of ours was sent from, or where its message stands now.
fn sent(conn: &Connection, uid: Uid, number: Number) -> Result<Option<(Named, bool)>> {
    let named = tickets(conn, "FROM subject s WHERE s.uid = ?1", [&uid.0])?;
    let Some(named) = named.into_iter().next().filter(|named| named.there) else {
        return Ok(None);
    };
    let ticket = derive::load(conn, named.row)?;
    let placed = ticket.map(|ticket| moved::place(conn, ticket, number)).transpose()?.flatten();
    let Some((ticket, _)) = placed else { return Ok(Some((followed(conn, named)?, false))) };
    let named = tickets(conn, "FROM subject s WHERE s.uid = ?1", [&ticket.uid.0])?;
    Ok(named.into_iter().next().map(|named| (named, true)))
}

/// The tickets that `from` finds as `s`, and which of them were taken back.
fn tickets<P: rusqlite::Params>(conn: &Connection, from: &str, values: P) -> Result<Vec<Named>> {
    let sql = format!(
        "SELECT s.uid, s.id, s.id IN (SELECT ticket FROM voided),
            (SELECT merged FROM ticket WHERE id = s.id),
            s.id IN (SELECT id FROM ticket) {from}"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let named = statement.query_map(values, |row| {
        let merged = row.get::<_, Option<_>>(3)?.map(Uid);
        let (uid, voided, there) = (Uid(row.get(0)?), row.get(2)?, row.get(4)?);
        Ok(Named { uid, row: row.get(1)?, there, voided, merged })
    })?;
    Ok(named.collect::<rusqlite::Result<_>>()?)
}

/// The tickets whose identity begins with these hex digits; at most two.
fn prefixed(conn: &Connection, hex: &str) -> Result<Vec<Named>> {
    let Some([low, high]) = Uid::beginning(hex) else { return Ok(Vec::new()) };
    let from = "FROM subject s WHERE uid BETWEEN ?1 AND ?2
         AND (id IN (SELECT id FROM ticket) OR id IN (SELECT ticket FROM voided)) LIMIT 2";
    tickets(conn, from, [&low.0, &high.0])
}

/// The numbers of these tickets, as far as they have one here.
pub(super) fn numbers(conn: &Connection, uids: &[Uid]) -> Result<BTreeMap<Uid, Number>> {
    let places = vec!["?"; uids.len()].join(", ");
    let sql = format!(
        "SELECT t.machine, t.n, t.uid FROM subject s JOIN ticket t ON t.id = s.id
         WHERE s.uid IN ({places})"
    );
    let read = |row: &Row<'_>| {
        let number = Number { machine: Machine(row.get(0)?), n: row.get(1)? };
        Ok((Uid(row.get(2)?), number))
    };
    let mut statement = conn.prepare_cached(&sql)?;
    let found = statement.query_map(params_from_iter(uids.iter().map(|uid| uid.0)), read)?;
    let mut found: BTreeMap<Uid, Number> = found.collect::<rusqlite::Result<_>>()?;
    // A ticket that was taken back keeps its number.
    let sql = "SELECT n.machine, n.n, s.uid FROM number n JOIN subject s ON s.id = n.ticket
         WHERE s.uid = ?1 LIMIT 1";
    for uid in uids.iter().filter(|uid| **uid != Uid::DESK) {
        if !found.contains_key(uid) {
            found.extend(conn.prepare_cached(sql)?.query_row([&uid.0], read).optional()?);
        }
    }
    Ok(found)
}
