//! Values that lost against a concurrent change: listed, taken back, or put aside.

use super::write::Writer;
use super::{Reader, derive, journal, kept, moved, named};
use crate::domain::event::{Event, Field, Swap, Wording};
use crate::domain::ids::{ChangeId, Machine, Number, Uid};
use crate::domain::join;
use crate::domain::ticket::Conflict;
use crate::error::{Error, Result};
use crate::view;

/// The field that says which ticket one is part of.
const MERGED: &str = "merged";

impl Reader<'_> {
    /// All values that lost and were not looked at since, by ticket.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn disputed(&self) -> Result<Vec<view::Disputed>> {
        let sql = "SELECT t.machine, t.n, t.uid, t.title, c.field, c.kept, c.lost
             FROM conflict c JOIN ticket t ON t.id = c.ticket ORDER BY t.machine, t.n, c.place";
        let mut statement = self.conn.prepare(sql)?;
        let all = statement.query_map([], |row| {
            let number = Number { machine: Machine(row.get(0)?), n: row.get(1)? };
            Ok(view::Disputed {
                id: number.to_string(),
                uid: Uid(row.get(2)?),
                title: row.get(3)?,
                field: row.get(4)?,
                kept: row.get(5)?,
                lost: row.get(6)?,
            })
        })?;
        let mut all = all.collect::<rusqlite::Result<Vec<view::Disputed>>>()?;
        for one in all.iter_mut().filter(|one| one.field == MERGED) {
            for value in [&mut one.kept, &mut one.lost] {
                if let Some(ticket) = value.parse().ok().map(|uid| moved::loaded(self.conn, uid)) {
                    *value = ticket?.map_or_else(String::new, |it| format!("#{}", it.number()));
                }
            }
        }
        // Names of what is kept have no spaces.
        let sql = "SELECT substr(c.field, 1, instr(c.field, ' ') - 1),
                substr(c.field, instr(c.field, ' ') + 1), c.kept, c.lost
             FROM conflict c JOIN subject s ON s.id = c.ticket WHERE s.uid = ?1 ORDER BY c.place";
        let mut statement = self.conn.prepare(sql)?;
        let kept = statement.query_map([Uid::DESK.0], |row| {
            let key: String = row.get(0)?;
            let (title, uid) = (kept::in_words(&key), Uid::DESK);
            let [field, kept, lost] = [row.get(1)?, row.get(2)?, row.get(3)?];
            Ok(view::Disputed { id: key, uid, title, field, kept, lost })
        })?;
        for one in kept {
            all.push(one?);
        }
        Ok(all)
    }
}

/// What concurrent changes did that no value says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crossed {
    /// Tickets that were merged into each other: the one that has all of it, and the other.
    pub merged: Vec<(Number, Number)>,
    /// Tickets that were taken back while others worked on them, and the change that did.
    pub taken_back: Vec<(Number, ChangeId)>,
}

impl Reader<'_> {
    /// The last row of the journal.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn last_row(&self) -> Result<i64> {
        Ok(self.conn.query_row("SELECT coalesce(max(id), 0) FROM entry", [], |row| row.get(0))?)
    }

    /// What concurrent changes came to by the entries after `row`.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn crossed(&self, row: i64) -> Result<Crossed> {
        let mut crossed = Crossed::default();
        let sql = "SELECT DISTINCT t.uid FROM entry e JOIN ticket t ON t.id = e.ticket
             WHERE e.id > ?1 AND t.merged IS NOT NULL AND t.status = 4
             AND EXISTS (SELECT 1 FROM ticket o WHERE o.merged = t.uid) ORDER BY t.machine, t.n";
        for uid in self.uids(sql, row)? {
            let whole = named::part_of(self.conn, uid)?;
            let Some(other) = self.ticket(whole)?.now.merged else { continue };
            let pair = self.number(whole)?.zip(self.number(other)?);
            crossed.merged.extend(pair.filter(|pair| !crossed.merged.contains(pair)));
        }
        let sql = "SELECT DISTINCT s.uid FROM entry e JOIN voided v ON v.ticket = e.ticket
             JOIN subject s ON s.id = e.ticket WHERE e.id > ?1
             AND (SELECT count(DISTINCT o.replica) FROM entry o WHERE o.ticket = e.ticket) > 1";
        for uid in self.uids(sql, row)? {
            let Some(id) = derive::row_of(self.conn, uid)? else { continue };
            let entries = journal::of_ticket(self.conn, id)?;
            let voids = entries.iter().filter(|it| it.content.event == Event::Voided);
            let last = voids.max_by_key(|it| it.stamp).map(|it| it.change);
            if let Some((number, change)) = self.number(uid)?.zip(last) {
                crossed.taken_back.push((number, change));
            }
        }
        Ok(crossed)
    }

    fn uids(self, sql: &str, row: i64) -> Result<Vec<Uid>> {
        let mut statement = self.conn.prepare(sql)?;
        let uids = statement.query_map([row], |row| Ok(Uid(row.get(0)?)))?;
        Ok(uids.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Settles a conflict of a ticket: the value that lost is set, or that which stands is set again.
    ///
    /// # Errors
    /// Exit 3 when it is gone, exit 4 when the value cannot be set any more.
    pub fn settle_dispute(&mut self, uid: Uid, field: &str, take: bool) -> Result<()> {
        let there = self.ticket(uid)?;
        let number = there.number();
        let Some(conflict) = &there.conflicts.iter().find(|it| it.field == field).cloned() else {
            return Err(Error::not_found(format!("#{number} has no such conflict any more"))
                .hint("`tix sync conflicts` lists them"));
        };
        let message = Number::parse_within(&conflict.field, number);
        let message = message.filter(|it| there.post(*it).is_some());
        let there = match message {
            Some(message) => self.wordings(uid, (message, conflict))?,
            None => self.values(uid, conflict)?,
        };
        let [over, back] = there;
        self.record(uid, over)?;
        if !take {
            self.record(uid, back)?;
        }
        Ok(())
    }

    /// Settles a conflict of what is kept under `key` in the same way.
    ///
    /// # Errors
    /// Exit 4 when the value cannot be set any more.
    pub fn settle_kept(&mut self, key: &str, conflict: &Conflict, take: bool) -> Result<()> {
        let now = self.kept(key)?;
        let (place, lost) = (&conflict.field, &conflict.lost);
        let with = join::with(key, now.as_deref().unwrap_or_default(), place, lost);
        let with = with.ok_or_else(|| {
            Error::invalid(format!("`{lost}` cannot be the {place} of {} now", kept::in_words(key)))
                .hint("set it by hand")
        })?;
        self.put(key, Some(&with))?;
        if !take {
            self.put(key, now.as_deref())?;
        }
        Ok(())
    }

    /// The events that bring in the text that lost, and that bring back the one that stands.
    fn wordings(
        &mut self,
        uid: Uid,
        (message, conflict): (Number, &Conflict),
    ) -> Result<[Event; 2]> {
        let now = self.now();
        let ticket = self.ticket(uid)?;
        let gone = || Error::not_found("the message is gone");
        let kept = ticket.post(message).ok_or_else(gone)?.message.wording.clone();
        let lost = Wording { body: conflict.lost.clone(), edited_at: Some(now) };
        let swap = |from: &Wording, to: &Wording| {
            let swap = Box::new(Swap { from: from.clone(), to: to.clone() });
            Event::Reworded { message, swap }
        };
        Ok([swap(&kept, &lost), swap(&lost, &kept)])
    }

    /// The same of a field.
    fn values(&mut self, uid: Uid, conflict: &Conflict) -> Result<[Event; 2]> {
        let lost = self.lost(uid, conflict)?.ok_or_else(|| {
            Error::invalid(format!("the value `{}` is not known here any more", conflict.lost))
                .hint("set it with `tix edit`")
        })?;
        let kept = self.ticket(uid)?.value(&lost);
        let swap = |from: &Field, to: &Field| {
            Event::Set(Box::new(Swap { from: from.clone(), to: to.clone() }))
        };
        Ok([swap(&kept, &lost), swap(&lost, &kept)])
    }

    /// The value that lost, as whoever set it recorded it.
    fn lost(&self, uid: Uid, conflict: &Conflict) -> Result<Option<Field>> {
        let Some(row) = derive::row_of(self.connection(), uid)? else { return Ok(None) };
        let mut entries = journal::of_ticket(self.connection(), row)?;
        entries.sort_unstable_by_key(|entry| entry.stamp);
        let is = |field: &Field| field.name() == conflict.field && field.value() == conflict.lost;
        let said = entries.into_iter().rev().find_map(|entry| match entry.content.event {
            Event::Set(swap) => [swap.to, swap.from].into_iter().find(is),
            Event::Opened { opening, .. } => opening.values().into_iter().find(is),
            _ => None,
        });
        Ok(said)
    }
}
