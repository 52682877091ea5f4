//! What a ticket opens with, and what its texts may be.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::event::Field;
use crate::domain::ids::{Timestamp, Uid};
use crate::domain::person::Person;
use crate::domain::words::{Channel, LinkKind, Priority, State, Status};
use crate::error::{Error, Result};

/// The longest title, in characters.
pub const TITLE_MAX: usize = 200;
/// The longest body of one message, in bytes: 16 MiB.
pub const BODY_MAX: usize = 16 << 20;
/// The longest label, in characters.
pub const LABEL_MAX: usize = 100;

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
    /// The ticket that it was merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged: Option<Uid>,
    /// What it has to do with other tickets.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub links: BTreeSet<Link>,
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
            merged: None,
            links: BTreeSet::new(),
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
            Field::Merged(self.merged),
        ];
        let custom =
            |(name, value): (&String, &String)| Field::Custom(name.clone(), Some(value.clone()));
        values.extend(self.fields.iter().map(custom));
        values
    }
}

/// What a ticket has to do with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link {
    /// How they hang together, read from this ticket: it `blocks` the other.
    pub kind: LinkKind,
    /// The other.
    pub to: Uid,
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

/// A line as a title: what is longer than [`TITLE_MAX`] characters is cut.
#[must_use]
pub fn cut_title(line: &str) -> String {
    if line.chars().count() <= TITLE_MAX {
        return line.to_owned();
    }
    line.chars().take(TITLE_MAX - 1).chain(['…']).collect()
}

/// The first line of a text as a title, if it has one.
#[must_use]
pub fn title_in(text: &str) -> Option<String> {
    let mut lines = text.split(['\r', '\n']);
    let line = lines.find(|line| !line.trim().is_empty())?;
    Some(cut_title(&line.split_whitespace().collect::<Vec<_>>().join(" ")))
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
    fn the_first_line_that_is_not_blank_may_be_a_title() {
        assert_eq!(title_in("\r\n \t\n  It   burns. \nAlways.").as_deref(), Some("It burns."));
        assert_eq!(title_in(" \n").as_deref(), None);
        let long = title_in(&"é".repeat(300)).unwrap();
        assert_eq!((long.chars().count(), title_of(&long).unwrap()), (200, long));
    }

    #[test]
    fn a_label_cannot_hold_what_lists_of_labels_are_cut_at() {
        assert_eq!(label_of(" good first issue ").unwrap(), "good first issue");
        for text in ["", "a,b", "a\x1b[1m", &"x".repeat(101)] {
            assert!(label_of(text).is_err(), "{text}");
        }
    }
}
