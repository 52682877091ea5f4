//! Messages that reach a ticket after it was opened, and what they do to it.

use super::write::Writer;
use super::{journal, links, named};
use crate::domain::draft::{Draft, Posting, Says};
use crate::domain::event::{Event, Field, Link, Mark, Opening, Swap};
use crate::domain::ids::{Number, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::ticket::{Post, Ticket};
use crate::domain::words::{By, LinkKind, MessageKind, State, Status};
use crate::error::Result;

/// How long after its closing a requester's message opens a ticket again, unless the config says
/// otherwise: 14 days, in seconds.
pub const REOPEN: i64 = 14 * 86_400;

/// Where a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The ticket that it stands on.
    pub ticket: Uid,
    /// Its number there.
    pub number: Number,
    /// What it did to the ticket.
    pub effect: Effect,
}

/// What a message does to the ticket it reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It stands there, no more.
    Nothing,
    /// The ticket had waited, was closed or slept, and is open now.
    Woken(Status),
    /// The ticket was closed too long ago: the message opened one that is linked to it.
    Followed,
}

impl Writer<'_> {
    /// How long after its closing a requester's message opens a ticket again, in seconds.
    pub fn reopen_within(&mut self, seconds: i64) {
        self.reopen = seconds;
    }

    /// Adds a message to a ticket that is there. What somebody writes who asks there ends its sleep
    /// and its waiting, and opens it again if it was closed not long ago; else it opens another
    /// ticket.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket, exit 4 when it is part of another.
    pub fn receive(&mut self, uid: Uid, mut posting: Posting) -> Result<Arrived> {
        self.unless_part(uid)?;
        let when = posting.created_at;
        let at = when.unwrap_or(self.now());
        posting.by = self.voice(uid, &posting)?;
        let asks = posting.by == By::Requester && !posting.automatic;
        if posting.kind != MessageKind::Reply || !asks {
            let number = self.post(uid, posting)?;
            return Ok(Arrived { ticket: uid, number, effect: Effect::Nothing });
        }
        let closed_at = self.ticket(uid)?.now.state.closed_at;
        if closed_at.is_some_and(|closed| self.is_late(closed, at)) {
            let Some(next) = self.next(uid)? else { return self.open_next(uid, posting) };
            return match known(self.ticket(next)?, &posting) {
                Some(number) => Ok(Arrived { ticket: next, number, effect: Effect::Nothing }),
                None => self.receive(next, posting),
            };
        }
        let number = self.post(uid, posting)?;
        let woken = self.rouse(uid, when)?;
        Ok(Arrived { ticket: uid, number, effect: woken.map_or(Effect::Nothing, Effect::Woken) })
    }

    /// Whose words a message is that reached a ticket: of somebody else who asks there too, the
    /// requester's.
    pub(super) fn voice(&mut self, uid: Uid, posting: &Posting) -> Result<By> {
        let other = posting.kind == MessageKind::Reply && posting.by == By::Other;
        let asks = other && self.is_asked_by(uid, &posting.author)?;
        Ok(if asks { By::Requester } else { posting.by })
    }

    /// Is it `author` who asks on a ticket: its requester, or that of one which is part of it?
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn is_asked_by(&mut self, uid: Uid, author: &Person) -> Result<bool> {
        if self.ticket(uid)?.asked_by(author) {
            return Ok(true);
        }
        self.settle()?;
        for part in named::parts(self.connection(), uid)? {
            let requester = self.hold(part)?.and_then(|ticket| ticket.now.requester.as_ref());
            if requester.is_some_and(|requester| requester.same(author)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Makes a ticket ours because of a message, if it waited, was closed or slept; returns where it
    /// stood.
    pub(super) fn rouse(&mut self, uid: Uid, when: Option<Timestamp>) -> Result<Option<Status>> {
        let now = &self.ticket(uid)?.now;
        let (state, slept) = (now.state, now.snoozed_until.is_some());
        let at = when.unwrap_or(self.now());
        // What was written before it was closed is no answer to that.
        let early = state.closed_at.is_some_and(|closed| at < closed);
        let open = early || matches!(state.status, Status::New | Status::Open);
        if !open {
            self.wake(uid, when, Field::Status(State::of(Status::Open)))?;
        }
        if slept {
            self.wake(uid, when, Field::SnoozedUntil(None))?;
        }
        Ok((slept || !open).then_some(state.status))
    }

    /// Sets a field because of a message.
    fn wake(&mut self, uid: Uid, when: Option<Timestamp>, to: Field) -> Result<bool> {
        let from = self.ticket(uid)?.value(&to);
        let event = Event::Set(Box::new(Swap { from, to }));
        self.record_as(uid, when, Some(Mark::Follows), event)
    }

    fn is_late(&self, closed: Timestamp, at: Timestamp) -> bool {
        at.0.saturating_sub(closed.0) > self.reopen.saturating_mul(1000)
    }

    /// The ticket that goes on where the closed one `uid` ended, and was opened for that.
    fn next(&mut self, uid: Uid) -> Result<Option<Uid>> {
        self.settle()?;
        let conn = self.connection();
        let relates = Link { kind: LinkKind::Relates, to: uid };
        for (other, row) in links::pointing(conn, relates)?.into_iter().rev() {
            let entries = journal::of_ticket(conn, row)?;
            let done = |is: &dyn Fn(&Event) -> bool| {
                entries.iter().find(|entry| is(&entry.content.event)).map(|entry| entry.change)
            };
            let opened = done(&|event| matches!(event, Event::Opened { .. }));
            let linked = done(&|event| *event == Event::Linked(relates));
            if opened.is_some() && opened == linked {
                return named::part_of(conn, other)
                    .map(|whole| Some(whole).filter(|it| *it != uid));
            }
        }
        Ok(None)
    }

    /// Opens the ticket that goes on where the closed one `uid` ended.
    fn open_next(&mut self, uid: Uid, posting: Posting) -> Result<Arrived> {
        let before = self.ticket(uid)?.clone();
        // Made from the message's name where it has one, so that the same message opens it once.
        let named = posting.reference.as_ref();
        let next = named.map(|name| Uid::of_source(&format!("follow-up:{uid}:{name}")));
        if let Some(next) = next
            && let Some(ticket) = self.hold(next)?
            && let Some(post) = ticket.first()
        {
            let (number, voided) = (post.message.number, ticket.voided);
            if voided {
                self.record(next, Event::Restored)?;
            }
            return Ok(Arrived { ticket: next, number, effect: Effect::Nothing });
        }
        let ticket = self.open(following(&before, next, posting)?)?;
        self.record(ticket, Event::Linked(Link { kind: LinkKind::Relates, to: uid }))?;
        let first = self.ticket(ticket)?.first().map(|post| post.message.number);
        let number = first.unwrap_or(Number { machine: self.machine(), n: 1 });
        Ok(Arrived { ticket, number, effect: Effect::Followed })
    }
}

/// The number of a message that is there already, as its source names it or by its moment and words.
fn known(ticket: &Ticket, posting: &Posting) -> Option<Number> {
    let same = |post: &&Post| match &posting.reference {
        Some(name) => post.message.reference.as_ref() == Some(name),
        None => {
            posting.created_at == Some(post.created_at)
                && post.message.wording.body == posting.wording.body
        }
    };
    ticket.messages.values().find(same).map(|post| post.message.number)
}

/// The ticket that `posting` opens after `before` was closed.
fn following(before: &Ticket, uid: Option<Uid>, posting: Posting) -> Result<Draft> {
    let was = &before.now;
    let opening = Opening {
        state: State::of(Status::Open),
        priority: was.priority,
        channel: was.channel,
        assignee: was.assignee.clone(),
        requester: was.requester.clone(),
        customer: was.customer.clone(),
        tier: was.tier.clone(),
        ..Opening::new(&was.title)?
    };
    let created_at = posting.created_at;
    let messages = vec![Posting { number: None, answers: None, ..posting }];
    let says = Says::ALL;
    Ok(Draft { uid, number: None, opening, created_at, state: None, messages, says })
}
