//! What can happen to a ticket, each with its opposite, and the journal entry that records it.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChangeId, Number, Stamp, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::purge::Purge;
use crate::domain::words::{Channel, Priority, State};

pub use crate::domain::message::{
    Attachment, FILE_MAX, FILES_MAX, Message, Origin, Wording, size_in_words,
};
pub use crate::domain::opening::{
    BODY_MAX, LABEL_MAX, Link, Opening, TITLE_MAX, body_of, cut_title, label_of, title_in, title_of,
};

/// A value before and after, so that the change can be taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap<T> {
    /// What it was.
    pub from: T,
    /// What it became.
    pub to: T,
}

impl<T: Clone + PartialEq> Swap<T> {
    fn join(&mut self, next: &Self) -> bool {
        let goes_on = self.to == next.from;
        if goes_on {
            self.to = next.to.clone();
        }
        goes_on
    }
}

/// A single-valued field of a ticket with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// One line, 1 to 200 characters.
    Title(String),
    /// Status, resolution and the moment of closing.
    Status(State),
    /// How much it matters.
    Priority(Priority),
    /// Who of us works on it.
    Assignee(Option<Person>),
    /// Who asked.
    Requester(Option<Person>),
    /// Whose customer the requester is.
    Customer(Option<String>),
    /// The support tier it is answered under.
    Tier(Option<String>),
    /// How it reached us.
    Channel(Channel),
    /// When it is due.
    DueAt(Option<Timestamp>),
    /// Hidden until then.
    SnoozedUntil(Option<Timestamp>),
    /// The ticket that it was merged into.
    Merged(Option<Uid>),
    /// A field that only its source knows, such as a milestone.
    Custom(String, Option<String>),
}

impl Field {
    /// The field's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Field::Title(_) => "title",
            Field::Status(_) => "status",
            Field::Priority(_) => "priority",
            Field::Assignee(_) => "assignee",
            Field::Requester(_) => "requester",
            Field::Customer(_) => "customer",
            Field::Tier(_) => "tier",
            Field::Channel(_) => "channel",
            Field::DueAt(_) => "due",
            Field::SnoozedUntil(_) => "snoozed",
            Field::Merged(_) => "merged",
            Field::Custom(name, _) => name,
        }
    }

    /// The value as messages say it.
    #[must_use]
    pub fn value(&self) -> String {
        let none = || "none".to_owned();
        match self {
            Field::Title(title) => title.clone(),
            Field::Status(State { status, resolution: Some(resolution), .. }) => {
                format!("{status} ({resolution})")
            }
            Field::Status(State { status, .. }) => status.to_string(),
            Field::Priority(priority) => priority.to_string(),
            Field::Channel(channel) => channel.to_string(),
            Field::Assignee(person) | Field::Requester(person) => {
                person.as_ref().map_or_else(none, ToString::to_string)
            }
            Field::Customer(text) | Field::Tier(text) | Field::Custom(_, text) => {
                text.clone().unwrap_or_else(none)
            }
            Field::DueAt(at) | Field::SnoozedUntil(at) => at.map_or_else(none, Timestamp::rfc3339),
            Field::Merged(into) => into.map_or_else(none, |into| into.to_string()),
        }
    }
}

/// Something that happened. Each has an opposite; nothing is ever deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The ticket came to be, with its number. Taken back by `Voided`.
    Opened {
        /// Given once, never reused.
        number: Number,
        /// The fields it opened with.
        opening: Box<Opening>,
    },
    /// The ticket has another number from now on: its machine's own, which it had none of when the
    /// ticket was opened. The old one leads to it where no other ticket has it. Its opposite is
    /// itself.
    Numbered(Swap<Number>),
    /// The ticket is gone from every list.
    Voided,
    /// The ticket is back.
    Restored,
    /// A field changed.
    Set(Box<Swap<Field>>),
    /// A label was put on.
    Labelled(String),
    /// A label was taken off.
    Unlabelled(String),
    /// An external reference was added.
    Referred(String),
    /// An external reference was removed.
    Unreferred(String),
    /// It has to do with another ticket.
    Linked(Link),
    /// It has no longer.
    Unlinked(Link),
    /// A message was added.
    Said(Box<Message>),
    /// A message was taken away.
    Unsaid(Number),
    /// A message is back.
    Resaid(Number),
    /// A message was edited.
    Reworded {
        /// Its number.
        message: Number,
        /// Its text before and after.
        swap: Box<Swap<Wording>>,
    },
    /// A file was added to a message.
    Attached {
        /// The message's number.
        message: Number,
        /// The file.
        file: Box<Attachment>,
    },
    /// A file was taken from a message.
    Detached {
        /// The message's number.
        message: Number,
        /// The file.
        file: Box<Attachment>,
    },
    /// On the desk itself: something that is kept under a name, such as a canned reply, changed.
    Kept {
        /// What it is and how it is called: `canned/thanks`.
        key: String,
        /// Its text before and after; none where there is none.
        swap: Box<Swap<Option<String>>>,
    },
    /// On the desk itself: an import was made. Its opposite is itself.
    Imported {
        /// The name of the format.
        format: String,
        /// The file or folder it was read from.
        from: String,
    },
    /// On a ticket or on the desk itself: texts were erased for good. It has no opposite.
    Purged(Box<Purge>),
    /// What it was, was erased for good. Its opposite is itself.
    #[serde(skip)]
    Erased,
    /// Something that a newer tix knows: kept and passed on, never applied. Its opposite is itself.
    #[serde(skip)]
    Unknown,
}

impl Event {
    /// The event that takes this one back.
    #[must_use]
    pub fn invert(self) -> Self {
        match self {
            Event::Opened { .. } | Event::Restored => Event::Voided,
            Event::Voided => Event::Restored,
            Event::Set(swap) => Event::Set(Box::new(Swap { from: swap.to, to: swap.from })),
            Event::Labelled(label) => Event::Unlabelled(label),
            Event::Unlabelled(label) => Event::Labelled(label),
            Event::Referred(source) => Event::Unreferred(source),
            Event::Unreferred(source) => Event::Referred(source),
            Event::Said(message) => Event::Unsaid(message.number),
            Event::Unsaid(number) => Event::Resaid(number),
            Event::Resaid(number) => Event::Unsaid(number),
            Event::Reworded { message, swap } => {
                Event::Reworded { message, swap: Box::new(Swap { from: swap.to, to: swap.from }) }
            }
            Event::Linked(link) => Event::Unlinked(link),
            Event::Unlinked(link) => Event::Linked(link),
            Event::Attached { message, file } => Event::Detached { message, file },
            Event::Detached { message, file } => Event::Attached { message, file },
            Event::Kept { key, swap } => {
                Event::Kept { key, swap: Box::new(Swap { from: swap.to, to: swap.from }) }
            }
            Event::Numbered(_)
            | Event::Imported { .. }
            | Event::Purged(_)
            | Event::Erased
            | Event::Unknown => self,
        }
    }

    /// Makes one change of this one and `next`, if that goes on where this one ends.
    pub fn join(&mut self, next: &Self) -> bool {
        match (self, next) {
            (Event::Set(swap), Event::Set(next)) => swap.join(next),
            (Event::Reworded { message, swap }, Event::Reworded { message: same, swap: next })
                if message == same =>
            {
                swap.join(next)
            }
            (Event::Kept { key, swap }, Event::Kept { key: same, swap: next }) if key == same => {
                swap.join(next)
            }
            _ => false,
        }
    }
}

/// That an entry takes back, or brings back, what another change did, or why else it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It takes back part of that change.
    Undoes(ChangeId),
    /// It brings back part of that change.
    Redoes(ChangeId),
    /// It follows from a message in the same change, or from what is known of a customer: no source
    /// said it.
    Follows,
}

/// A line of the journal: an event with its place, ticket, change and actor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the total order.
    pub stamp: Stamp,
    /// The ticket it is about; [`Uid::DESK`] for the desk itself.
    pub ticket: Uid,
    /// The change it is part of.
    pub change: ChangeId,
    /// What it says.
    pub content: Content,
}

impl Entry {
    /// When it happened: in its source if that is known, else when it was recorded.
    #[must_use]
    pub fn happened_at(&self) -> Timestamp {
        self.content.when.unwrap_or(self.stamp.at)
    }

    /// Since when it counts for its ticket: a message that was moved there counts since then, though
    /// it was written before.
    #[must_use]
    pub fn arrived_at(&self) -> Timestamp {
        let at = self.happened_at();
        match &self.content.event {
            Event::Said(message) => {
                message.origin.and_then(|origin| origin.moved_at).map_or(at, |moved| at.max(moved))
            }
            _ => at,
        }
    }
}

/// The part of an entry that can be erased: everything that somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Who did it.
    pub by: Person,
    /// When it happened, if that was not when it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Timestamp>,
    /// Set on the entries of an undo or redo, and on what follows from a message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// What happened.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_reads_back_from_its_json() {
        let json = r#"{"said":{"number":"b3","kind":"note","author":"Ada <a@b>","by":"us","wording":{"body":"x"}}}"#;
        let event: Event = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
        let json =
            r#"{"set":{"from":{"custom":["milestone",null]},"to":{"custom":["milestone","1"]}}}"#;
        let event: Event = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&event).unwrap(), json);
        assert_eq!(event.clone().invert().invert(), event);
    }
}
