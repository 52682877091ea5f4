//! What of a ticket was erased for good, and what stays of it.

use std::collections::HashMap;

use super::{Post, Ticket};
use crate::domain::event::{Entry, Event, Opening};
use crate::domain::ids::{Number, Replica, Stamp};
use crate::domain::purge::{Gone, Purge, Stub};

impl Ticket {
    /// The ticket that these entries, sorted, say is gone as a whole: its numbers stay spoken for.
    pub(super) fn gone(entries: &[Entry]) -> Option<Self> {
        let whole = |entry: &&Entry| {
            let purge = purge_in(entry);
            purge.is_some_and(|purge| !purge.numbers.is_empty())
        };
        let mut purges = entries.iter().filter(whole);
        let first = purges.next()?;
        let numbers: Vec<_> = purge_in(first)?.numbers.clone();
        let mut entry = first.clone();
        let opening = Opening::new("purged").ok()?;
        entry.content.event =
            Event::Opened { number: *numbers.first()?, opening: Box::new(opening) };
        let mut ticket = Self::opened(entry)?;
        ticket.voided = true;
        ticket.purged = Some(Gone { at: first.stamp.at, by: first.content.by.clone() });
        for purge in std::iter::once(first).chain(purges).filter_map(purge_in) {
            for number in &purge.numbers {
                if !ticket.numbers.contains(number) {
                    ticket.numbers.push(*number);
                }
            }
        }
        Some(ticket)
    }

    /// Takes the text of messages away for good.
    pub(super) fn bury(&mut self, purge: &Purge, gone: &Gone, stamp: Stamp) {
        let meant = purge.meant(stamp.replica).map(|(by, number)| self.own(by, number));
        let meant: Vec<Number> = meant.collect();
        for number in &meant {
            let number = *self.aliases.get(number).unwrap_or(number);
            let Some(post) = self.messages.get_mut(&number) else { continue };
            if post.purged.is_none() {
                (post.purged, post.text) = (Some(gone.clone()), stamp);
            }
            post.message = Stub::of(&post.message, post.created_at, self.uid).message();
            post.attachments.clear();
        }
        let prefix = |field: &str| {
            let number = self.number();
            meant.iter().any(|message| message.within(number) == field)
        };
        let kept: Vec<_> = self.disputes.iter().filter(|it| !prefix(it.field())).cloned().collect();
        if kept.len() != self.disputes.len() {
            self.disputes = kept;
            self.weigh();
        }
    }

    /// Would `event` add to what is gone?
    pub(super) fn is_buried(&self, event: &Event) -> bool {
        let gone = |number| self.post(number).is_some_and(|post: &Post| post.purged.is_some());
        match event {
            Event::Reworded { message, .. }
            | Event::Attached { message, .. }
            | Event::Detached { message, .. } => gone(*message) || self.purged.is_some(),
            _ => self.purged.is_some(),
        }
    }
}

fn purge_in(entry: &Entry) -> Option<&Purge> {
    match &entry.content.event {
        Event::Purged(purge) => Some(purge),
        _ => None,
    }
}

/// Puts what stays of messages where the entries stood that said them.
pub(super) fn put_stubs(entries: &mut [Entry]) {
    let mut stubs: HashMap<(Replica, u64), Stub> = HashMap::new();
    for purge in entries.iter().filter_map(purge_in) {
        for remains in &purge.entries {
            if let Some(stub) = &remains.said {
                let dot = (remains.replica, remains.seq);
                stubs.entry(dot).or_insert_with(|| stub.clone());
            }
        }
    }
    if stubs.is_empty() {
        return;
    }
    for entry in entries {
        let dot = (entry.stamp.replica, entry.stamp.seq);
        if entry.content.event == Event::Erased
            && let Some(stub) = stubs.get(&dot)
        {
            entry.content.when = Some(stub.at);
            entry.content.event = Event::Said(Box::new(stub.message()));
        }
    }
}
