//! Drafts into entries: opening tickets, and meeting those that an import brings again.

use std::collections::BTreeSet;

use super::write::Writer;
use crate::domain::draft::{Draft, Posting, Says};
use crate::domain::event::{Entry, Event, Field, Message, Swap, Wording};
use crate::domain::ids::{Number, Timestamp, Uid};
use crate::domain::ticket::Ticket;
use crate::domain::words::{State, Status};
use crate::error::Result;

/// What became of an imported draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// It was not there before.
    Added,
    /// It was there, and its source has changed.
    Updated,
    /// It was there, and its source is the same.
    Known,
    /// It was purged here, and stays so.
    Purged,
}

impl Writer<'_> {
    /// Opens a ticket with its conversation, as that of the customer whose requester asks.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn open(&mut self, mut draft: Draft) -> Result<Uid> {
        self.recognise_in(&mut draft.opening)?;
        self.open_as_said(draft)
    }

    /// The same for one that an import brings: what its source says stays apart from what follows.
    fn bring(&mut self, draft: Draft) -> Result<Met> {
        let uid = self.open_as_said(draft)?;
        self.recognise(uid)?;
        Ok(Met::Added)
    }

    fn open_as_said(&mut self, draft: Draft) -> Result<Uid> {
        let uid = draft.uid.unwrap_or_else(|| self.draw_uid());
        let number = self.draw_number(draft.number, uid)?;
        let Draft { opening, created_at, state, messages, .. } = draft;
        let opened = Event::Opened { number, opening: Box::new(opening) };
        self.open_ticket(uid, created_at, opened)?;
        for posting in messages {
            self.say(uid, posting)?;
        }
        if let Some(to) = state {
            self.set_when(uid, to.closed_at, Field::Status(to))?;
        }
        Ok(uid)
    }

    /// Adds a message, unless one from the same place is there; returns its number.
    ///
    /// # Errors
    /// Exit 3 when there is no such ticket, exit 4 when it is part of another by now.
    pub fn post(&mut self, uid: Uid, posting: Posting) -> Result<Number> {
        self.unless_part(uid)?;
        self.say(uid, posting)
    }

    /// The same on a ticket that may be part of another: there its source alone says more.
    pub(super) fn say(&mut self, uid: Uid, posting: Posting) -> Result<Number> {
        let machine = self.machine();
        let ticket = self.ticket(uid)?;
        let free =
            |number: &Number| number.n <= Number::WANTED_MAX && ticket.post(*number).is_none();
        let next = || ticket.next_message(machine);
        let number = posting.number.filter(free).unwrap_or_else(next);
        let Posting { kind, author, by, wording, reference, to, .. } = posting;
        let Posting { answers, origin, automatic, .. } = posting;
        let message = Message {
            number,
            kind,
            author,
            by,
            wording,
            reference,
            to,
            answers,
            origin,
            automatic,
        };
        if let Some(twin) = ticket.twin(&message) {
            return Ok(twin);
        }
        let when = posting.created_at;
        self.record_as(uid, when, None, Event::Said(Box::new(message)))?;
        for file in posting.attachments {
            let event = Event::Attached { message: number, file: Box::new(file) };
            self.record_as(uid, when, None, event)?;
        }
        Ok(number)
    }

    /// Takes in a draft whose ticket may be there already, by its identity.
    ///
    /// Of a ticket that is there, only what has changed in the source since the last import is
    /// recorded: work done here stays. Of a copy that is older than what was imported before, only
    /// messages count.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn meet(&mut self, mut draft: Draft) -> Result<Met> {
        let Some(uid) = draft.uid else { return self.bring(draft) };
        let Some(ticket) = self.hold(uid)? else { return self.bring(draft) };
        if ticket.purged.is_some() {
            self.passed += 1;
            return Ok(Met::Purged);
        }
        let (current, was_voided) = (ticket.clone(), ticket.voided);
        if !was_voided && same(&current, &draft) {
            return Ok(Met::Known);
        }
        let entries = self.imported_entries(uid)?;
        let told = entries.iter().filter_map(updated_in_source).max();
        let base = Ticket::fold(entries);
        let base = base.as_ref().unwrap_or(&current);
        let (before, when) = (self.recorded(), draft.opening.updated_at);
        if when.is_some() && when < told {
            // An older copy knows nothing new but messages.
            draft.says = Says::NOTHING;
        }
        if was_voided {
            // It was last changed when it was before it was taken back.
            self.record_as(uid, Some(base.updated_at()), None, Event::Restored)?;
        }
        self.update(uid, &draft, base)?;
        let settled = draft.says.about("status") && wanted_state(&draft).is_some();
        self.follow(&current, settled)?;
        Ok(match (was_voided, self.recorded() > before) {
            (true, _) => Met::Added,
            (false, true) => Met::Updated,
            (false, false) => Met::Known,
        })
    }

    /// Records what `draft` changes against `base`, the ticket as its source last had it.
    fn update(&mut self, uid: Uid, draft: &Draft, base: &Ticket) -> Result<()> {
        let when = draft.opening.updated_at;
        // What somebody here made part of another ticket stays so, and closed.
        let part = draft.opening.merged.is_none() && self.ticket(uid)?.now.merged.is_some();
        let mut asks = false;
        for to in wanted(draft) {
            let stays = part && matches!(to, Field::Status(_) | Field::Merged(_));
            if base.value(&to) != to && !stays {
                let at = match &to {
                    Field::Status(state) => state.closed_at.or(when),
                    _ => when,
                };
                asks |= matches!(to, Field::Requester(_));
                self.set_when(uid, at, to)?;
            }
        }
        if asks {
            self.recognise(uid)?;
        }
        let opening = &draft.opening;
        let none = BTreeSet::new();
        let (ours, theirs) = if draft.says.about("labels") {
            (&base.now.labels, &opening.labels)
        } else {
            (&none, &none)
        };
        for label in theirs.difference(ours) {
            self.record_as(uid, when, None, Event::Labelled(label.clone()))?;
        }
        for label in ours.difference(theirs) {
            self.record_as(uid, when, None, Event::Unlabelled(label.clone()))?;
        }
        for source in opening.refs.difference(&base.now.refs) {
            self.record_as(uid, when, None, Event::Referred(source.clone()))?;
        }
        for link in opening.links.difference(&base.now.links) {
            self.record_as(uid, when, None, Event::Linked(*link))?;
        }
        for link in base.now.links.difference(&opening.links) {
            if draft.says.about("links") {
                self.record_as(uid, when, None, Event::Unlinked(*link))?;
            }
        }
        let unsaid = usize::from(!draft.says.about("description"));
        for posting in draft.messages.iter().skip(unsaid) {
            // Where the source says that it is closed or waits, it is the source that knows.
            let settled = draft.says.about("status") && wanted_state(draft).is_some();
            self.meet_message(uid, (posting, settled), base, when)?;
        }
        Ok(())
    }

    fn meet_message(
        &mut self,
        uid: Uid,
        (posting, settled): (&Posting, bool),
        base: &Ticket,
        when: Option<Timestamp>,
    ) -> Result<()> {
        if self.is_gone(uid, posting)? {
            self.passed += 1;
            return Ok(());
        }
        let find = |ticket: &Ticket| {
            let mut posts = ticket.messages.values();
            let found = match (&posting.reference, posting.number) {
                (Some(reference), _) => ticket.message_named(reference),
                (None, Some(number)) => ticket.post(number),
                (None, None) => {
                    posts.find(|post| post.message.wording.body == posting.wording.body)
                }
            };
            found.cloned()
        };
        let Some(post) = find(self.ticket(uid)?) else {
            // What comes to a part of another ticket goes on to that one.
            if settled || self.ticket(uid)?.now.merged.is_some() {
                let by = self.voice(uid, posting)?;
                return self.say(uid, Posting { by, ..posting.clone() }).map(drop);
            }
            return self.receive(uid, posting.clone()).map(drop);
        };
        let to = Wording {
            body: posting.wording.body.clone(),
            edited_at: posting.wording.edited_at.or(when),
        };
        let (message, from, was) = (post.message.number, post.message.wording, find(base));
        let body = was.as_ref().map(|was| &was.message.wording.body);
        if body != Some(&to.body) && from.body != to.body {
            let swap = Box::new(Swap { from, to });
            self.record_as(uid, when, None, Event::Reworded { message, swap })?;
        }
        // Files only come: a copy without one may be from before it was there.
        let was = was.map(|was| was.attachments).unwrap_or_default();
        for file in posting.attachments.iter().filter(|file| !was.contains(file)).cloned() {
            let event = Event::Attached { message, file: Box::new(file) };
            self.record_as(uid, when, None, event)?;
        }
        Ok(())
    }
}

/// When the source was last changed, as far as an import's entry says so.
fn updated_in_source(entry: &Entry) -> Option<Timestamp> {
    match &entry.content.event {
        Event::Opened { opening, .. } => opening.updated_at,
        Event::Said(_) => None,
        _ => entry.content.when,
    }
}

/// The fields that a draft ends up with, those empty in it included.
fn wanted(draft: &Draft) -> Vec<Field> {
    let mut values = draft.opening.values();
    for value in &mut values {
        if let (Field::Status(state), Some(last)) = (value, draft.state) {
            *state = last;
        }
    }
    values.retain(|value| draft.says.about(value.name()));
    values
}

/// The state that a draft ends up with, when that is not one of those that are our turn.
fn wanted_state(draft: &Draft) -> Option<State> {
    let state = draft.state.unwrap_or(draft.opening.state);
    Some(state).filter(|state| !matches!(state.status, Status::New | Status::Open))
}

/// Does the ticket already say everything that the draft says?
fn same(ticket: &Ticket, draft: &Draft) -> bool {
    let opening = &draft.opening;
    let conversation = ticket.conversation();
    wanted(draft).iter().all(|field| ticket.value(field) == *field)
        && ticket.now.labels == opening.labels
        && opening.refs.is_subset(&ticket.now.refs)
        && opening.links == ticket.now.links
        && conversation.len() == draft.messages.len()
        && conversation.iter().zip(&draft.messages).all(|(post, posting)| {
            post.message.wording.body == posting.wording.body
                && post.message.reference == posting.reference
                && post.attachments.len() == posting.attachments.len()
                && posting.attachments.iter().all(|file| post.attachments.contains(file))
        })
}
