//! Values that lost against a concurrent change: listed, taken back, or put aside.

use super::write::Writer;
use super::{Reader, derive, journal};
use crate::domain::event::{Event, Field, Swap, Wording};
use crate::domain::ids::{Machine, Number, Uid};
use crate::domain::ticket::Conflict;
use crate::error::{Error, Result};
use crate::view;

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
        Ok(all.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writer<'_> {
    /// Settles a conflict of a ticket: the value that lost is set, or that which stands is set again.
    ///
    /// # Errors
    /// Exit 3 when it is gone, exit 4 when the value cannot be set any more.
    pub fn settle_dispute(&mut self, uid: Uid, conflict: &Conflict, take: bool) -> Result<()> {
        let there = self.ticket(uid)?;
        let number = there.number();
        if !there.conflicts.contains(conflict) {
            return Err(Error::not_found(format!("#{number} has no such conflict any more"))
                .hint("`tix sync conflicts` lists them"));
        }
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
