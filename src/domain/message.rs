//! Messages: what is said on a ticket, and the files that belong to it.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{Hash, Number, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::words::{By, MessageKind};

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
    /// Whom a public message of ours is for, as far as that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Person>,
    /// The message on the same ticket that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<Number>,
    /// Where it first stood, if a merge or a split brought it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// Where a message first stood: however often it is moved on, this is how it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The ticket.
    pub ticket: Uid,
    /// Its number there.
    pub number: Number,
    /// When one of us moved it; none where a source brought it along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_at: Option<Timestamp>,
}

impl Origin {
    /// The same place, whenever the message was moved.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        (self.ticket, self.number) == (other.ticket, other.number)
    }
}

impl Message {
    /// Was it the description of the ticket that it was moved from?
    #[must_use]
    pub fn described(&self) -> bool {
        self.origin.is_some_and(|origin| origin.number.n == 1)
    }
}

/// A file that belongs to a message. Its bytes lie beside the journal, under their hash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Attachment {
    /// What its sender calls it: a stranger's text, no path.
    pub name: String,
    /// The hash of its bytes.
    pub hash: Hash,
    /// How many bytes it has.
    pub size: u64,
    /// What its sender says it is, such as `image/png`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
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
