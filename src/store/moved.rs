//! Where a message is now that a merge or a split has moved.

use rusqlite::Connection;

use super::{Reader, derive, journal, named};
use crate::domain::event::Event;
use crate::domain::ids::{ChangeId, Number, Reference, Uid};
use crate::domain::ticket::{Post, Ticket};
use crate::error::{Error, Result};

/// A message with the ticket that it stands on.
pub(super) type Placed = (Ticket, Number);

impl Reader<'_> {
    /// The message that `reference` names, on the ticket where it stands now.
    ///
    /// # Errors
    /// Exit 3 when there is none, exit 4 when several tickets fit.
    pub fn message(&self, reference: &Reference) -> Result<(Ticket, Number)> {
        let ticket = self.ticket(self.own(reference)?)?;
        let part = reference.message.as_deref().unwrap_or_default();
        let number = Number::parse_within(part, ticket.number());
        let id = ticket.number();
        let found = number.map(|number| place(self.conn, ticket, number)).transpose()?.flatten();
        found.ok_or_else(|| {
            Error::not_found(format!("no message {id}.{part}"))
                .hint(format!("`tix show {id}` shows the messages there are"))
        })
    }

    /// The tickets that are part of this one and have messages that it has not, and how many: what
    /// another machine added to them while they were merged.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn left_behind(&self, into: &Ticket) -> Result<Vec<(Number, usize)>> {
        let mut left = Vec::new();
        for part in named::parts(self.conn, into.uid)? {
            let ticket = self.ticket(part)?;
            let count = behind(self.conn, &ticket, into)?.len();
            if count > 0 {
                left.push((ticket.number(), count));
            }
        }
        left.sort_unstable();
        Ok(left)
    }
}

/// Where the message is now that `ticket` has, or had, under this number; none when it was taken
/// away. One that was merged and never arrived is where it was.
pub(super) fn place(conn: &Connection, ticket: Ticket, number: Number) -> Result<Option<Placed>> {
    let Some(number) = ticket.post(number).map(|post| post.message.number) else {
        return Ok(None);
    };
    let (mut here, mut last) = (Some((ticket, number)), None);
    let mut passed: Vec<Uid> = Vec::new();
    while let Some((ticket, number)) = here.take() {
        let Some(post) = ticket.post(number) else { break };
        passed.push(ticket.uid);
        here = if post.removed {
            split(conn, &ticket, post, &passed)?
        } else {
            merged(conn, &ticket, post, &passed)?
        };
        // Where it was moved to counts, though it was taken away there.
        last = (here.is_none() && !post.removed).then_some((ticket, number));
    }
    Ok(last)
}

/// The message on the ticket that this one is part of, or else on the first on the way there that
/// has ever had it.
fn merged(
    conn: &Connection,
    ticket: &Ticket,
    post: &Post,
    passed: &[Uid],
) -> Result<Option<Placed>> {
    if ticket.now.merged.is_none() {
        return Ok(None);
    }
    let whole = there(conn, named::part_of(conn, ticket.uid)?, (ticket, post), passed)?;
    let stands = |(ticket, number): &Placed| ticket.post(*number).is_some_and(|copy| !copy.removed);
    if let Some(found) = whole.filter(stands) {
        return Ok(Some(found));
    }
    let (mut next, mut seen) = (ticket.now.merged, vec![ticket.uid]);
    while let Some(uid) = next.filter(|uid| !seen.contains(uid)) {
        if let Some(found) = there(conn, uid, (ticket, post), passed)? {
            return Ok(Some(found));
        }
        seen.push(uid);
        next = loaded(conn, uid)?.and_then(|ticket| ticket.now.merged);
    }
    Ok(None)
}

/// The messages of a merged ticket that never came to the `whole` that it is part of.
pub(super) fn behind(conn: &Connection, from: &Ticket, whole: &Ticket) -> Result<Vec<Number>> {
    let mut behind = Vec::new();
    for post in from.unknown_to(whole) {
        if merged(conn, from, post, &[from.uid])?.is_none() {
            behind.push(post.message.number);
        }
    }
    Ok(behind)
}

/// The message on another ticket that got it in the change that took it away here.
fn split(
    conn: &Connection,
    ticket: &Ticket,
    post: &Post,
    passed: &[Uid],
) -> Result<Option<Placed>> {
    let Some(row) = derive::row_of(conn, ticket.uid)? else { return Ok(None) };
    let mut entries = journal::of_ticket(conn, row)?;
    entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.stamp));
    let is = |number: &Number| {
        ticket.post(*number).is_some_and(|it| it.message.number == post.message.number)
    };
    for entry in entries {
        if !matches!(&entry.content.event, Event::Unsaid(number) if is(number)) {
            continue;
        }
        for uid in touched(conn, entry.change)? {
            if let Some(found) = there(conn, uid, (ticket, post), passed)? {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}

fn there(
    conn: &Connection,
    uid: Uid,
    (ticket, post): (&Ticket, &Post),
    passed: &[Uid],
) -> Result<Option<Placed>> {
    if passed.contains(&uid) {
        return Ok(None);
    }
    let Some(found) = loaded(conn, uid)? else { return Ok(None) };
    let copy = found.copy_of(post, ticket.uid).map(|copy| copy.message.number);
    Ok(copy.map(|number| (found, number)))
}

/// A ticket, unless it was taken back.
pub(super) fn loaded(conn: &Connection, uid: Uid) -> Result<Option<Ticket>> {
    let row = derive::row_of(conn, uid)?;
    let found = row.map(|row| derive::load(conn, row)).transpose()?.flatten();
    Ok(found.filter(|found| !found.voided))
}

/// The tickets that a change touched.
fn touched(conn: &Connection, change: ChangeId) -> Result<Vec<Uid>> {
    super::undo::tickets(conn, journal::change(conn, change)?)
}
