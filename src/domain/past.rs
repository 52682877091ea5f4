//! Tickets as they once stood, and what befell their messages.

use super::event::{Entry, Event};
use super::ids::{Number, Timestamp};
use super::ticket::Ticket;

/// A ticket at some moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// As it stood, taken back or not; none when it was not there yet.
    pub ticket: Option<Ticket>,
    /// When it was opened; none when that is not known.
    pub opened_at: Option<Timestamp>,
    /// Something has happened to it since.
    pub since: bool,
}

impl Past {
    /// What these entries, all those of a ticket, add up to before `end`.
    ///
    /// What has happened by then counts, though it was taken back later.
    #[must_use]
    pub fn of(mut entries: Vec<Entry>, end: Timestamp) -> Self {
        let opens = |entry: &Entry| matches!(entry.content.event, Event::Opened { .. });
        let opened_at = entries.iter().filter(|it| opens(it)).map(Entry::happened_at).min();
        let all = entries.len();
        entries.retain(|entry| entry.arrived_at() < end);
        let mut since = entries.len() < all;
        for entry in &mut entries {
            // What the source changed later is in no entry of its own, but its moment is known.
            if let Event::Opened { opening, .. } = &mut entry.content.event
                && opening.updated_at.is_some_and(|at| at >= end)
            {
                opening.updated_at = None;
                since = true;
            }
        }
        Self { ticket: Ticket::fold(entries), opened_at, since }
    }
}

/// What an entry did to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The entry.
    pub entry: Entry,
    /// The message's text before; none when it was not there.
    pub before: Option<String>,
    /// Its text after; none when it was taken away.
    pub after: Option<String>,
}

/// What befell a message, by all entries of its ticket; the first comes first.
#[must_use]
pub fn of_message(mut entries: Vec<Entry>, message: Number) -> Vec<Told> {
    entries.sort_unstable_by_key(|entry| entry.stamp);
    let aliases = Ticket::fold(entries.clone()).map(|ticket| ticket.aliases).unwrap_or_default();
    let is = |number: &Number| aliases.get(number).unwrap_or(number) == &message;
    let (mut text, mut there) = (None::<String>, false);
    let mut tale = Vec::new();
    for entry in entries {
        let before = text.clone().filter(|_| there);
        match &entry.content.event {
            // Said again under the same number, it is not said.
            Event::Said(said) if said.number == message && text.is_none() => {
                (text, there) = (Some(said.wording.body.clone()), true);
            }
            Event::Unsaid(number) if is(number) => there = false,
            Event::Resaid(number) if is(number) => there = true,
            Event::Reworded { message: number, swap } if is(number) => {
                text = Some(swap.to.body.clone());
            }
            _ => continue,
        }
        tale.push(Told { entry, before, after: text.clone().filter(|_| there) });
    }
    tale
}
