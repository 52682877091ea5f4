//! Merging tickets and splitting them: messages are said again elsewhere, as they were.

use std::collections::{BTreeMap, BTreeSet};

use super::write::Writer;
use super::{derive, journal, moved, named};
use crate::domain::event::{Entry, Event, Field, Swap};
use crate::domain::ids::{Number, Uid};
use crate::domain::ticket::{Post, Ticket};
use crate::domain::words::{By, Resolution, State, Status};
use crate::error::{Error, Result};

/// What a merge did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The tickets were not one before.
    pub new: bool,
    /// How many messages were moved.
    pub messages: usize,
    /// Where the whole stood, if what came to it ended its waiting or its sleep.
    pub woken: Option<Status>,
}

/// Why messages are moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Somebody moves them. Those that were there before are brought back.
    Moved,
    /// Somebody moves those that came later.
    Later,
    /// Their source brought them.
    Imported,
}

impl Writer<'_> {
    /// Makes a ticket part of another: that has its messages too from now on, and answers to its
    /// names. Of one that is part of it already, only what came later is moved.
    ///
    /// # Errors
    /// Exit 4 when the two are one, or it is part of a third.
    pub fn merge(&mut self, uid: Uid, into: Uid) -> Result<Merged> {
        self.settle()?;
        let conn = self.connection();
        let (now, target) = (named::part_of(conn, uid)?, named::part_of(conn, into)?);
        if target == uid {
            return Err(self.itself(uid, into)?);
        }
        let from = self.ticket(uid)?.clone();
        if now == target {
            let whole = self.ticket(target)?.clone();
            self.settle()?;
            let behind = moved::behind(self.connection(), &from, &whole)?;
            let wanted = |post: &Post| behind.contains(&post.message.number);
            let moved = self.carry(&from, target, Manner::Later, &wanted)?;
            let woken = if self.asks(target, &moved)? { self.rouse(target, None)? } else { None };
            return Ok(Merged { new: false, messages: moved.len(), woken });
        }
        if now != uid {
            let (number, other) = (from.number(), self.ticket(now)?.number());
            return Err(Error::invalid(format!("#{number} was merged into #{other} already"))
                .hint("take that merge back first; `tix log` shows it"));
        }
        let closed = from.now.state.closed_at.unwrap_or(self.now());
        self.set(uid, Field::Status(State::closed(Resolution::Duplicate, closed)))?;
        self.set(uid, Field::Merged(Some(target)))?;
        self.settle()?;
        // What is one has nothing to do with itself.
        for part in named::parts(self.connection(), target)? {
            self.unlink(part, None, target)?;
        }
        let moved = self.carry(&from, target, Manner::Moved, &|_| true)?;
        // Whoever waits for us does so on the whole from now on.
        let waits = from.turn() == Some(By::Us);
        let woken = if waits { self.rouse(target, None)? } else { None };
        Ok(Merged { new: true, messages: moved.len(), woken })
    }

    /// Is one of these messages a question that nobody of us has answered?
    fn asks(&mut self, uid: Uid, messages: &[Number]) -> Result<bool> {
        let unanswered = self.ticket(uid)?.unanswered();
        let asks = |post: &Post| post.message.by == By::Requester;
        let mut open = unanswered.into_iter().filter(|post| asks(post));
        Ok(open.any(|post| messages.contains(&post.message.number)))
    }

    /// The number of what a ticket is part of by now, if that is another.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket.
    pub fn whole(&mut self, uid: Uid) -> Result<Option<Number>> {
        if self.ticket(uid)?.now.merged.is_none() {
            return Ok(None);
        }
        self.settle()?;
        let into = named::part_of(self.connection(), uid)?;
        if into == uid { Ok(None) } else { Ok(Some(self.ticket(into)?.number())) }
    }

    /// Refuses a ticket that is part of another: what is said is said on that one.
    pub(super) fn unless_part(&mut self, uid: Uid) -> Result<()> {
        let Some(whole) = self.whole(uid)? else { return Ok(()) };
        let number = self.ticket(uid)?.number();
        Err(Error::invalid(format!("#{number} has moved on"))
            .because(format!("it was merged into #{whole}"))
            .hint(format!("`tix show {whole}` shows what it is part of")))
    }

    fn itself(&mut self, uid: Uid, named: Uid) -> Result<Error> {
        let number = self.ticket(uid)?.number();
        let error = Error::invalid(format!("#{number} cannot be merged into itself"));
        let name = self.ticket(named)?.number();
        let why = format!("#{name} was merged into #{number}");
        Ok(if named == uid { error } else { error.because(why) })
    }

    /// Splits messages off a ticket: a new one has them, and the two relate. Returns the new one.
    ///
    /// # Errors
    /// Exit 3 when a message is not there, exit 4 when the ticket would lose its description.
    pub fn split(
        &mut self,
        uid: Uid,
        messages: &BTreeSet<Number>,
        title: Option<&str>,
    ) -> Result<Uid> {
        let from = self.ticket(uid)?.clone();
        let new = self.open(from.split_off(messages, title)?)?;
        let wanted = |post: &Post| messages.contains(&post.message.number);
        self.carry(&from, new, Manner::Moved, &wanted)?;
        for number in messages {
            self.record(uid, Event::Unsaid(*number))?;
        }
        Ok(new)
    }

    /// Says messages of a ticket again on another, those `wanted` that it has not; returns their
    /// numbers there.
    fn carry(
        &mut self,
        from: &Ticket,
        into: Uid,
        manner: Manner,
        wanted: &dyn Fn(&Post) -> bool,
    ) -> Result<Vec<Number>> {
        let moved_at = (manner != Manner::Imported).then(|| self.now());
        let (mut carried, mut numbers) = (Vec::new(), BTreeMap::new());
        for post in from.conversation().into_iter().filter(|post| post.purged.is_none()) {
            let copy = self.ticket(into)?.copy_of(post, from.uid).cloned();
            let number = match copy {
                Some(copy) => {
                    if copy.removed && manner == Manner::Moved && wanted(post) {
                        self.bring_back(into, &copy, post)?;
                        carried.push(copy.message.number);
                    }
                    copy.message.number
                }
                None if wanted(post) => {
                    let mut posting = post.moved(from.uid, moved_at);
                    if posting.by == By::Other && self.ticket(into)?.asked_by(&posting.author) {
                        posting.by = By::Requester;
                    }
                    let answered = post.message.answers.and_then(|number| from.post(number));
                    posting.answers =
                        answered.and_then(|it| numbers.get(&it.message.number).copied());
                    let number = self.say(into, posting)?;
                    carried.push(number);
                    number
                }
                None => continue,
            };
            numbers.insert(post.message.number, number);
        }
        Ok(carried)
    }

    /// Brings back a message that was moved before, as it reads now.
    fn bring_back(&mut self, uid: Uid, copy: &Post, post: &Post) -> Result<()> {
        let message = copy.message.number;
        self.record(uid, Event::Resaid(message))?;
        let (from, to) = (copy.message.wording.clone(), post.message.wording.clone());
        if from != to {
            self.record(uid, Event::Reworded { message, swap: Box::new(Swap { from, to }) })?;
        }
        for file in &copy.attachments {
            if !post.attachments.contains(file) {
                let file = Box::new(file.clone());
                self.record(uid, Event::Detached { message, file })?;
            }
        }
        for file in &post.attachments {
            self.record(uid, Event::Attached { message, file: Box::new(file.clone()) })?;
        }
        Ok(())
    }

    /// What a source added to a merged ticket, which stood as `before`, is added to the one that it
    /// is part of too; so are edits of what was not edited there. A question makes that one ours,
    /// unless the source has `settled` it.
    pub(super) fn follow(&mut self, before: &Ticket, settled: bool) -> Result<()> {
        let uid = before.uid;
        if before.now.merged.is_none() {
            return Ok(());
        }
        self.settle()?;
        let into = named::part_of(self.connection(), uid)?;
        if into == uid {
            return Ok(());
        }
        let from = self.ticket(uid)?.clone();
        let was = |post: &Post| before.post(post.message.number).filter(|was| !was.removed);
        let came = self.carry(&from, into, Manner::Imported, &|post| was(post).is_none())?;
        if !settled && self.asks(into, &came)? {
            let latest = |ticket: &Ticket| {
                came.iter().filter_map(|it| Some(ticket.post(*it)?.created_at)).max()
            };
            let when = latest(self.ticket(into)?);
            self.rouse(into, when)?;
        }
        for post in from.conversation() {
            let to = post.message.wording.clone();
            let copy = self.ticket(into)?.copy_of(post, uid).filter(|copy| !copy.removed);
            let copy = copy.map(|copy| (copy.message.number, copy.message.wording.clone()));
            let Some(((message, from), was)) = copy.zip(was(post)) else { continue };
            if from.body == was.message.wording.body && from.body != to.body {
                let (when, swap) = (to.edited_at, Box::new(Swap { from, to }));
                self.record_as(into, when, None, Event::Reworded { message, swap })?;
            }
        }
        Ok(())
    }

    /// Refuses to turn round what a later merge or split stands on: `events` are the opposite of
    /// what `entries` did to a ticket.
    pub(super) fn unless_moved(
        &mut self,
        uid: Uid,
        events: &[Event],
        entries: &[Entry],
    ) -> Result<()> {
        for event in events {
            match event {
                Event::Unsaid(number) => self.unless_moved_on(uid, *number)?,
                Event::Resaid(number) => self.unless_merged(uid, *number)?,
                Event::Linked(link) => self.unless_circular(uid, *link)?,
                Event::Set(swap) => match (&swap.from, &swap.to) {
                    (_, Field::Merged(Some(into))) => {
                        self.unless_changed(uid, *into, entries.last())?;
                    }
                    (Field::Merged(Some(into)), _) => {
                        self.unless_more_came(uid, *into, entries.last())?;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses when the message was moved on by now. Where it first stood is no reason.
    fn unless_moved_on(&mut self, uid: Uid, number: Number) -> Result<()> {
        let ticket = self.ticket(uid)?;
        let Some(post) = ticket.post(number) else { return Ok(()) };
        if ticket.now.merged.is_none() && !post.removed {
            return Ok(());
        }
        let ticket = ticket.clone();
        let Some(post) = ticket.post(number) else { return Ok(()) };
        self.settle()?;
        let id = |ticket: &Ticket, number: Number| {
            let on = ticket.number();
            format!("{on}.{}", number.within(on))
        };
        let (name, first) = (id(&ticket, number), post.place_from(uid).ticket);
        match moved::place(self.connection(), ticket, number)? {
            Some((there, at)) if there.uid != uid && there.uid != first => {
                Err(Error::invalid(format!("message {name} was moved since"))
                    .because(format!("it is {} now", id(&there, at)))
                    .hint(format!("`tix log {}` shows what moved it", there.number())))
            }
            _ => Ok(()),
        }
    }

    /// Refuses when the ticket is part of another by now, that never had this message.
    fn unless_merged(&mut self, uid: Uid, message: Number) -> Result<()> {
        if self.ticket(uid)?.now.merged.is_none() {
            return Ok(());
        }
        self.settle()?;
        let into = named::part_of(self.connection(), uid)?;
        let ticket = self.ticket(uid)?.clone();
        let whole = self.ticket(into)?;
        let known = ticket.post(message).is_none_or(|post| whole.copy_of(post, uid).is_some());
        if into == uid || known {
            return Ok(());
        }
        let (number, other) = (ticket.number(), whole.number());
        Err(Error::invalid(format!("#{number} was merged into #{other} since"))
            .hint(format!("`tix log {other}` shows when")))
    }

    /// Refuses to merge a ticket again into what is part of it by now, or when its messages are not
    /// those any more that it had when `last` parted the two. Of a message that both had before they
    /// were merged, each may have its own wording.
    fn unless_changed(&mut self, uid: Uid, into: Uid, last: Option<&Entry>) -> Result<()> {
        self.settle()?;
        if named::part_of(self.connection(), into)? == uid {
            return Err(self.itself(uid, into)?);
        }
        let from = self.ticket(uid)?.clone();
        let then = last.map(|last| self.ticket_at(uid, last.stamp)).transpose()?.flatten();
        let Some(whole) = self.hold(into)? else { return Ok(()) };
        let same = |post: &&Post| {
            let was = then.as_ref().and_then(|then| then.post(post.message.number));
            let known = [was.filter(|was| !was.removed), whole.copy_of(post, uid)];
            known.into_iter().flatten().any(|it| it.message.wording == post.message.wording)
        };
        if from.conversation().iter().all(same) {
            return Ok(());
        }
        let (number, other) = (from.number(), whole.number());
        Err(Error::invalid(format!("#{number} has been worked on since"))
            .because(format!("#{other} does not have its messages as they are now"))
            .hint("`tix merge` moves them anew"))
    }

    /// Refuses to part two tickets when more of one came to the other after the change that `last`
    /// ended.
    fn unless_more_came(&mut self, uid: Uid, into: Uid, last: Option<&Entry>) -> Result<()> {
        let from = self.ticket(uid)?.clone();
        let Some(row) = derive::row_of(self.connection(), into)? else { return Ok(()) };
        let Some(target) = self.hold(into)? else { return Ok(()) };
        let copies = from.messages.values().filter_map(|post| target.copy_of(post, uid));
        let copies: Vec<Number> =
            copies.filter(|copy| !copy.removed).map(|copy| copy.message.number).collect();
        let number = target.number();
        let later = |entry: &&Entry| {
            let says =
                matches!(&entry.content.event, Event::Said(it) if copies.contains(&it.number));
            says && last.is_some_and(|it| it.change != entry.change && it.stamp < entry.stamp)
        };
        let entries = journal::of_ticket(self.connection(), row)?;
        let Some(later) = entries.iter().find(later) else { return Ok(()) };
        let change = later.change.short();
        Err(Error::invalid(format!("more of #{} came to #{number} since", from.number()))
            .because(format!("change {change} brought it"))
            .hint(format!("take that back first: `tix undo {change}`")))
    }
}
