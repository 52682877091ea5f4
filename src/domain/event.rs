//! What can happen to a ticket, each with its opposite, and the journal entry that records it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChangeId, Number, Stamp, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::words::{By, Channel, MessageKind, Priority, State, Status};
use crate::error::{Error, Result};

/// The longest title, in characters.
pub const TITLE_MAX: usize = 200;
/// The longest body of one message, in bytes: 16 MiB.
pub const BODY_MAX: usize = 16 << 20;
/// The longest label, in characters.
pub const LABEL_MAX: usize = 100;

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
        }
    }
}

/// A message on a ticket, as first said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its number on the ticket.
    pub number: Number,
    /// Public reply or internal note.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author: Person,
    /// Whose words they are.
    pub by: By,
    /// What it says.
    pub wording: Wording,
    /// Its name where it came from.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// The text of a message, and since when it reads so if it was edited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// The text.
    pub body: String,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Timestamp>,
}

/// The fields that a ticket opens with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// One line, 1 to 200 characters.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// How much it matters.
    pub priority: Priority,
    /// How it reached us.
    pub channel: Channel,
    /// Labels.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub labels: BTreeSet<String>,
    /// External references.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub refs: BTreeSet<String>,
    /// Who of us works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Person>,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<Person>,
    /// Whose customer the requester is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The support tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// Hidden until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Timestamp>,
    /// Fields that only the source knows.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// The last change in the source, when that is later than anything recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

impl Opening {
    /// A ticket of this title with everything else as `tix new` leaves it.
    ///
    /// # Errors
    /// Exit 4 when the title is empty, longer than [`TITLE_MAX`] characters or not one line.
    pub fn new(title: &str) -> Result<Self> {
        Ok(Self {
            title: title_of(title)?,
            state: State::of(Status::New),
            priority: Priority::Normal,
            channel: Channel::Cli,
            labels: BTreeSet::new(),
            refs: BTreeSet::new(),
            assignee: None,
            requester: None,
            customer: None,
            tier: None,
            due_at: None,
            snoozed_until: None,
            fields: BTreeMap::new(),
            updated_at: None,
        })
    }

    /// Its single-valued fields, each as a [`Field`].
    #[must_use]
    pub fn values(&self) -> Vec<Field> {
        let mut values = vec![
            Field::Title(self.title.clone()),
            Field::Status(self.state),
            Field::Priority(self.priority),
            Field::Channel(self.channel),
            Field::Assignee(self.assignee.clone()),
            Field::Requester(self.requester.clone()),
            Field::Customer(self.customer.clone()),
            Field::Tier(self.tier.clone()),
            Field::DueAt(self.due_at),
            Field::SnoozedUntil(self.snoozed_until),
        ];
        let custom =
            |(name, value): (&String, &String)| Field::Custom(name.clone(), Some(value.clone()));
        values.extend(self.fields.iter().map(custom));
        values
    }
}

/// A title as it may be stored: one line, trimmed, 1 to [`TITLE_MAX`] characters.
///
/// # Errors
/// Exit 4, saying which of these it is not.
pub fn title_of(text: &str) -> Result<String> {
    let title = text.trim();
    let length = title.chars().count();
    if title.is_empty() {
        return Err(Error::invalid("a title cannot be empty"));
    }
    if title.contains(['\n', '\r']) {
        return Err(Error::invalid("a title is one line")
            .hint("put the rest into the description with -m or -F"));
    }
    if length > TITLE_MAX {
        return Err(Error::invalid(format!(
            "the title has {length} characters; at most {TITLE_MAX} fit"
        ))
        .hint("put the rest into the description with -m or -F"));
    }
    Ok(title.to_owned())
}

/// A label as it may be stored: one word or phrase without commas or control characters.
///
/// # Errors
/// Exit 4, saying what is wrong with it.
pub fn label_of(text: &str) -> Result<String> {
    let label = text.trim();
    let wrong = if label.is_empty() {
        "it is empty"
    } else if label.chars().count() > LABEL_MAX {
        "it is longer than 100 characters"
    } else if label.contains(',') || label.chars().any(char::is_control) {
        "it holds a comma or a control character"
    } else {
        return Ok(label.to_owned());
    };
    let shown: String = text.chars().take(40).collect();
    Err(Error::invalid(format!("`{shown}` cannot be a label")).because(wrong))
}

/// A body as it may be stored: line ends as `\n`, no trailing white space, at most [`BODY_MAX`].
///
/// # Errors
/// Exit 4 when it is too large.
pub fn body_of(text: &str) -> Result<String> {
    if text.len() > BODY_MAX {
        return Err(Error::invalid(format!(
            "the text is {} MiB; a message holds at most {} MiB",
            text.len() >> 20,
            BODY_MAX >> 20
        ))
        .hint("attach it as a file, or cut it to what matters"));
    }
    let text = if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_owned() };
    Ok(text.trim_end().to_owned())
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
    /// On the desk itself: an import was made. Its opposite is itself.
    Imported {
        /// The name of the format.
        format: String,
        /// The file or folder it was read from.
        from: String,
    },
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
            Event::Imported { .. } | Event::Unknown => self,
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
            _ => false,
        }
    }
}

/// That an entry takes back, or brings back, what another change did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It takes back part of that change.
    Undoes(ChangeId),
    /// It brings back part of that change.
    Redoes(ChangeId),
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
}

/// The part of an entry that can be erased: everything that somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Who did it.
    pub by: Person,
    /// When it happened, if that was not when it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Timestamp>,
    /// Set on the entries of an undo or redo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// What happened.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_of_1_to_200_characters() {
        assert_eq!(title_of("  Crash ").unwrap(), "Crash");
        assert_eq!(title_of(&"é".repeat(200)).unwrap().chars().count(), 200);
        for text in ["", " \n", "two\nlines", &"x".repeat(201)] {
            assert!(title_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_label_cannot_hold_what_lists_of_labels_are_cut_at() {
        assert_eq!(label_of(" good first issue ").unwrap(), "good first issue");
        for text in ["", "a,b", "a\x1b[1m", &"x".repeat(101)] {
            assert!(label_of(text).is_err(), "{text}");
        }
    }

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
