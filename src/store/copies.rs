//! A message that was moved stands in several places; what is taken away or reworded is so in all.

use super::write::Writer;
use super::{Reader, derive, journal, named};
use crate::domain::event::{Entry, Event, Swap, Wording};
use crate::domain::ids::{Number, Uid};
use crate::domain::past::{Told, of_message};
use crate::domain::ticket::{Post, Ticket};
use crate::error::Result;

impl Writer<'_> {
    /// Takes a message away, and with it where it stood before it was moved; says whether it was
    /// there.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn take_away(&mut self, uid: Uid, number: Number) -> Result<bool> {
        let before = self.copies(uid, number)?;
        let changed = self.record(uid, Event::Unsaid(number))?;
        for (uid, post) in before {
            self.record(uid, Event::Unsaid(post.message.number))?;
        }
        Ok(changed)
    }

    /// Gives a message its new wording, and so where it stood before it was moved, if it read the
    /// same there; says whether that changed anything.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket, exit 4 when it does not read as `post` any more.
    pub fn reword(&mut self, uid: Uid, post: &Post, to: &Wording) -> Result<bool> {
        let was = &post.message.wording;
        if was.body == to.body {
            return Ok(false);
        }
        let reworded = |post: &Post| {
            let swap = Swap { from: post.message.wording.clone(), to: to.clone() };
            Event::Reworded { message: post.message.number, swap: Box::new(swap) }
        };
        let before = self.copies(uid, post.message.number)?;
        let changed = self.record(uid, reworded(post))?;
        for (uid, copy) in before {
            if copy.message.wording.body == was.body {
                self.record(uid, reworded(&copy))?;
            }
        }
        Ok(changed)
    }

    /// The same message where it stood before it was moved here, as far as it is there still.
    fn copies(&mut self, uid: Uid, number: Number) -> Result<Vec<(Uid, Post)>> {
        let post = self.ticket(uid)?.post(number).cloned();
        let Some(post) = post.filter(|post| post.message.origin.is_some()) else {
            return Ok(Vec::new());
        };
        let places = places((uid, &post), &mut |uid| Ok(self.hold(uid)?.cloned()))?;
        let there = |(ticket, number): (Ticket, Number)| {
            let post = ticket.post(number).filter(|post| !post.removed)?;
            Some((ticket.uid, post.clone()))
        };
        Ok(places.into_iter().filter_map(there).collect())
    }
}

/// Where a message on the ticket `on` stood before it was moved there, the first place first; a
/// place that it was taken from counts.
fn places(
    (on, post): (Uid, &Post),
    load: &mut dyn FnMut(Uid) -> Result<Option<Ticket>>,
) -> Result<Vec<(Ticket, Number)>> {
    let (mut next, mut passed) = (Some(post.place_from(on).ticket), vec![on]);
    let mut places = Vec::new();
    while let Some(uid) = next.filter(|uid| !passed.contains(uid)) {
        passed.push(uid);
        let Some(there) = load(uid)? else { break };
        next = there.now.merged;
        let copy = there.copy_of(post, on).map(|copy| copy.message.number);
        places.extend(copy.map(|number| (there, number)));
    }
    Ok(places)
}

impl Reader<'_> {
    /// What befell a message, what befell it before it was moved to this ticket first.
    pub(super) fn tale(self, uid: Uid, number: Number) -> Result<Vec<Told>> {
        let entries = |uid: Uid| -> Result<Vec<Entry>> {
            let row = derive::row_of(self.conn, uid)?;
            row.map_or(Ok(Vec::new()), |row| journal::of_ticket(self.conn, row))
        };
        let ticket = self.ticket(uid)?;
        let load = &mut |uid| {
            let row = derive::row_of(self.conn, uid)?;
            Ok(row.map(|row| derive::load(self.conn, row)).transpose()?.flatten())
        };
        let former = ticket.post(number).map(|post| places((uid, post), load)).transpose()?;
        let mut tale: Vec<Told> = Vec::new();
        let former = former.unwrap_or_default().into_iter().map(|(ticket, it)| (ticket.uid, it));
        for (uid, number) in former.chain([(uid, number)]) {
            let mut told = of_message(entries(uid)?, number);
            // What befell it where it was, once it was moved on, is not its story.
            if let Some(first) = told.first_mut() {
                tale.retain(|before| before.entry.stamp < first.entry.stamp);
                first.before = tale.last().and_then(|before| before.after.clone());
            }
            tale.extend(told);
        }
        Ok(tale)
    }

    /// The rows of a ticket and of all that are part of it.
    pub(super) fn whole_rows(self, uid: Uid) -> Result<Vec<i64>> {
        let mut rows = Vec::new();
        for uid in [vec![uid], named::parts(self.conn, uid)?].concat() {
            rows.extend(derive::row_of(self.conn, uid)?);
        }
        Ok(rows)
    }
}
