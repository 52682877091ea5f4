//! Tickets and messages as people and imports supply them.

use crate::domain::event::{Attachment, Opening, Origin, Wording};
use crate::domain::ids::{Number, Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::words::{By, MessageKind, State};

/// A ticket as a person or an import supplies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Its identity; random when not given. Imports make it from their source.
    pub uid: Option<Uid>,
    /// The number it had on the desk it comes from, kept where it is free.
    pub number: Option<Number>,
    /// The fields it opens with.
    pub opening: Opening,
    /// When it was created, if not now.
    pub created_at: Option<Timestamp>,
    /// Where it ended up, when that is not where it opened.
    pub state: Option<State>,
    /// Its conversation; the first is the description.
    pub messages: Vec<Posting>,
    /// What it says something about. What it does not is no reason to change what is known of a
    /// ticket that is there already.
    pub says: Says,
}

/// A message as a person or an import supplies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The number it had on the desk it comes from.
    pub number: Option<Number>,
    /// Public reply or internal note.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author: Person,
    /// Whose words they are.
    pub by: By,
    /// What it says.
    pub wording: Wording,
    /// Its name where it came from.
    pub reference: Option<String>,
    /// When it was written, if not now.
    pub created_at: Option<Timestamp>,
    /// Whom it is for, if it is a public message of ours.
    pub to: Vec<Person>,
    /// The message on the same ticket that it answers.
    pub answers: Option<Number>,
    /// Where it stood before it was moved here.
    pub origin: Option<Origin>,
    /// The files that belong to it.
    pub attachments: Vec<Attachment>,
    /// A machine wrote it on its own: nobody has answered, and nobody waits for an answer.
    pub automatic: bool,
}

impl Posting {
    /// A message that somebody writes now.
    #[must_use]
    pub fn new(kind: MessageKind, author: Person, by: By, body: String) -> Self {
        Self {
            number: None,
            kind,
            author,
            by,
            wording: Wording { body, edited_at: None },
            reference: None,
            created_at: None,
            to: Vec::new(),
            answers: None,
            origin: None,
            attachments: Vec::new(),
            automatic: false,
        }
    }

    /// Leaves out whom it is for, unless that is one of `people`, who wrote on the ticket: what went
    /// to a list reached all of them.
    pub fn narrow<'p>(&mut self, people: impl IntoIterator<Item = &'p Person>) {
        if !people.into_iter().any(|person| self.to.iter().any(|to| to.same(person))) {
            self.to.clear();
        }
    }

    /// A message that one of us writes now.
    #[must_use]
    pub fn ours(kind: MessageKind, author: Person, body: String) -> Self {
        Self::new(kind, author, By::Us, body)
    }
}

/// The parts of a ticket that a draft speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Says(u16);

impl Says {
    /// The names of the parts: those of the fields, and four more.
    const NAMES: [&'static str; 15] = [
        "title",
        "status",
        "priority",
        "assignee",
        "requester",
        "customer",
        "tier",
        "channel",
        "due",
        "snoozed",
        "merged",
        "labels",
        "links",
        "description",
        "fields",
    ];

    /// Every part.
    pub const ALL: Says = Says((1 << Self::NAMES.len()) - 1);

    /// No part: only the messages count.
    pub const NOTHING: Says = Says(0);

    /// The messages, the first among them, and nothing else.
    pub const MESSAGES: Says = Says(1 << 13);

    fn bit(name: &str) -> u16 {
        let place = Self::NAMES.iter().position(|known| *known == name);
        1 << place.unwrap_or(Self::NAMES.len() - 1)
    }

    /// Does it speak of this part? A name that is none of ours is that of a custom field.
    #[must_use]
    pub fn about(self, name: &str) -> bool {
        self.0 & Self::bit(name) != 0
    }

    /// The same without some parts.
    #[must_use]
    pub fn without<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        names.into_iter().fold(self, |says, name| Self(says.0 & !Self::bit(name)))
    }

    /// What this speaks of and `other` does not.
    #[must_use]
    pub fn beyond(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What either speaks of.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_speaks_of_what_its_source_said() {
        let says = Says::ALL.without(["labels", "status"]);
        assert!(says.about("title") && says.about("milestone"));
        assert!(!says.about("labels") && !says.about("status"));
        assert_eq!(Says::ALL.beyond(says).with(says), Says::ALL);
        assert!(Says::ALL.beyond(says).about("labels") && !Says::ALL.beyond(says).about("title"));
        assert!(!Says::NOTHING.about("milestone"));
        assert!(Says::MESSAGES.about("description"));
        assert_eq!(Says::MESSAGES.without(["description"]), Says::NOTHING);
    }
}
