//! What stays of texts that were erased for good: numbers and places, no text.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::event::{Entry, Event, Message, Origin, Wording};
use crate::domain::ids::{Hash, Number, Replica, Stamp, Timestamp, Uid};
use crate::domain::mail_id;
use crate::domain::person::Person;
use crate::domain::words::{By, MessageKind};

/// That texts of a ticket, or of the desk itself, were erased for good.
///
/// It covers what it lists, and whatever says the same and arrives later: see [`Known::covers`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purge {
    /// The numbers of the ticket, if all of it is gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<Number>,
    /// The messages that are gone, by all of their numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Number>,
    /// The entries that were erased; those of a ticket that is gone as a whole are not listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Remains>,
    /// Hashes of the names in their sources of what is gone, so that no import brings it again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Hash>,
    /// On the desk itself: hashes of the keys whose versions are gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Hash>,
}

impl Purge {
    /// What is gone, as messages name it; `ticket` is the number of the ticket it is recorded on.
    #[must_use]
    pub fn said(&self, ticket: Option<Number>) -> String {
        let Some(on) = self.numbers.first().copied().or(ticket) else {
            return "a customer".to_owned();
        };
        if self.messages.is_empty() {
            return format!("#{on}");
        }
        let ids = self.messages.iter().map(|number| format!("{on}.{}", number.within(on)));
        ids.collect::<Vec<_>>().join(", ")
    }
}

/// An entry that was erased, and what stays of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remains {
    /// Whose entry it is.
    #[serde(rename = "of")]
    pub replica: Replica,
    /// Which one.
    pub seq: u64,
    /// The message that it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Stub>,
}

/// A message without its text: whose turn it is, and what promises were kept, does not change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stub {
    /// Its number on the ticket.
    pub number: Number,
    /// Public reply or internal note.
    pub kind: MessageKind,
    /// Whose words they were.
    pub by: By,
    /// When it was written.
    pub at: Timestamp,
    /// Where it first stood, if it was moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// A machine wrote it on its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
    /// What its name in its source is known by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Hash>,
}

/// Who erased something for good, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
}

/// All that is known to be gone.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Whole tickets, with their numbers.
    pub tickets: BTreeMap<Uid, BTreeSet<Number>>,
    /// Messages.
    pub messages: BTreeSet<(Uid, Number)>,
    /// Names in sources.
    pub names: BTreeSet<Hash>,
    /// Entries that purges list.
    pub entries: BTreeSet<(Replica, u64)>,
    /// Keys, each with the place in the order until which its versions are gone.
    pub keys: BTreeMap<Hash, Stamp>,
}

impl Known {
    /// Adds what a purge of `uid` says that was recorded with this stamp.
    pub fn add(&mut self, uid: Uid, stamp: Stamp, purge: &Purge) {
        if !purge.numbers.is_empty() {
            self.tickets.entry(uid).or_default().extend(&purge.numbers);
        }
        self.entries.extend(purge.entries.iter().map(|it| (it.replica, it.seq)));
        self.messages.extend(purge.messages.iter().map(|number| (uid, *number)));
        let stubs = purge.entries.iter().filter_map(|it| it.said.as_ref());
        self.names.extend(purge.names.iter().chain(stubs.filter_map(|it| it.name.as_ref())));
        for key in &purge.keys {
            let until = self.keys.entry(*key).or_insert(stamp);
            *until = stamp.max(*until);
        }
    }

    /// Is nothing gone?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty()
            && self.messages.is_empty()
            && self.keys.is_empty()
            && self.entries.is_empty()
    }

    /// Does `entry` hold text of what is gone?
    ///
    /// That depends on nothing but the entry and what is gone, so that it does not matter in which
    /// order a machine learns of the two. What is kept on the desk under a key that is gone may be
    /// kept anew: only versions from before count.
    #[must_use]
    pub fn covers(&self, entry: &Entry) -> bool {
        let (uid, gone) = (entry.ticket, |on, number| self.messages.contains(&(on, number)));
        match &entry.content.event {
            Event::Purged(_) | Event::Erased => false,
            _ if self.tickets.contains_key(&uid) => true,
            _ if self.entries.contains(&(entry.stamp.replica, entry.stamp.seq)) => true,
            Event::Said(message) => {
                let name = message.reference.as_deref();
                gone(uid, message.number)
                    || name.is_some_and(|name| self.has_name(uid, name))
                    || message.origin.is_some_and(|origin| {
                        self.tickets.contains_key(&origin.ticket)
                            || gone(origin.ticket, origin.number)
                    })
            }
            Event::Reworded { message, .. }
            | Event::Attached { message, .. }
            | Event::Detached { message, .. } => gone(uid, *message),
            Event::Kept { key, .. } => {
                let until = self.keys.get(&key_hash(key));
                until.is_some_and(|until| entry.stamp <= *until)
            }
            _ => false,
        }
    }

    /// Is what a source calls so on this ticket gone?
    #[must_use]
    pub fn has_name(&self, uid: Uid, name: &str) -> bool {
        self.names.contains(&name_hash(uid, name))
    }
}

/// What a key that is gone is known by.
#[must_use]
pub fn key_hash(key: &str) -> Hash {
    Hash::of(format!("kept {key}").as_bytes())
}

/// What a message's name in its source is known by once it is gone: names other than those of mails
/// are unique on their ticket only.
#[must_use]
pub fn name_hash(uid: Uid, name: &str) -> Hash {
    let on = if name.starts_with(mail_id::SYSTEM) { Uid::DESK } else { uid };
    Hash::of(format!("name {on} {name}").as_bytes())
}

/// What begins the names of messages that are gone; what follows is the [`name_hash`].
const PURGED: &str = "purged:";

/// The name that a message bears once it is gone which its source calls so.
#[must_use]
pub fn name_of_gone(uid: Uid, name: &str) -> String {
    format!("{PURGED}{}", name_hash(uid, name))
}

impl Remains {
    /// What stays of `entry`.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let said = match &entry.content.event {
            Event::Said(message) => Some(Stub::of(message, entry.happened_at(), entry.ticket)),
            _ => None,
        };
        Self { replica: entry.stamp.replica, seq: entry.stamp.seq, said }
    }
}

impl Stub {
    /// What stays of a message that was written `at` that time on the ticket `uid`.
    #[must_use]
    pub fn of(message: &Message, at: Timestamp, uid: Uid) -> Self {
        let name = message.reference.as_deref().map(|name| match name.strip_prefix(PURGED) {
            Some(hash) => hash.parse().unwrap_or_else(|_| name_hash(uid, name)),
            None => name_hash(uid, name),
        });
        let Message { number, kind, by, origin, automatic, .. } = *message;
        Self { number, kind, by, at, origin, automatic, name }
    }

    /// The message as it is shown.
    #[must_use]
    pub fn message(&self) -> Message {
        Message {
            number: self.number,
            kind: self.kind,
            author: Person { name: Some("purged".to_owned()), email: None },
            by: self.by,
            wording: Wording::default(),
            reference: self.name.map(|name| format!("{PURGED}{name}")),
            to: Vec::new(),
            answers: None,
            origin: self.origin,
            automatic: self.automatic,
        }
    }
}
