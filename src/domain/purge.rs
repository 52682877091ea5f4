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
    /// The messages that are gone, each as the copy of the desk calls it that said it, or as `by` does,
    /// who recorded this: two copies may have given one number to different messages.
    pub fn meant(&self, by: Replica) -> impl Iterator<Item = (Replica, Number)> {
        let mut said: BTreeMap<Number, BTreeSet<Replica>> = BTreeMap::new();
        for it in &self.entries {
            if let Some(stub) = &it.said {
                let whose = said.entry(stub.number).or_default();
                whose.extend(Some(it.replica).filter(|_| it.seq != NOWHERE));
            }
        }
        let whose = move |number: &Number| said.get(number).cloned().unwrap_or_else(|| [by].into());
        let messages: BTreeSet<Number> = self.messages.iter().copied().collect();
        messages.into_iter().flat_map(move |number| {
            whose(&number).into_iter().map(move |replica| (replica, number))
        })
    }

    /// Lists the messages' entries where they stand by now, going by their hashes.
    pub fn place(&mut self, places: &BTreeMap<Hash, Vec<(Replica, u64)>>) {
        for it in std::mem::take(&mut self.entries) {
            let Some(digest) = it.digest.filter(|_| it.said.is_some()) else {
                self.entries.push(it);
                continue;
            };
            match places.get(&digest) {
                Some(places) => self.entries.extend(places.iter().map(|(replica, seq)| Remains {
                    replica: *replica,
                    seq: *seq,
                    ..it.clone()
                })),
                None => self.entries.push(Remains { seq: NOWHERE, ..it }),
            }
        }
    }

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

/// Where an entry stands that is not here.
const NOWHERE: u64 = 0;

/// An entry that was erased, and what stays of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remains {
    /// Whose entry it is.
    #[serde(rename = "of")]
    pub replica: Replica,
    /// Which one.
    pub seq: u64,
    /// The salted hash of what it said, which its head keeps: it is known by that wherever it stands,
    /// since lines of one machine may become another's. Older versions did not list it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Hash>,
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
    /// Messages, by the numbers that they have by now.
    pub messages: BTreeSet<(Uid, Number)>,
    /// What copies of the desk call by a number that another had given to something else.
    pub doubles: BTreeMap<(Uid, Replica, Number), Number>,
    /// Names in sources.
    pub names: BTreeSet<Hash>,
    /// Entries that purges list, by their hashes.
    pub digests: BTreeSet<(Uid, Hash)>,
    /// Those that older versions listed, by their places.
    pub entries: BTreeSet<(Replica, u64)>,
    /// Keys, each with the place in the order until which its versions are gone.
    pub keys: BTreeMap<Hash, Stamp>,
}

impl Known {
    /// Adds what a purge of `uid` says that was recorded with this stamp. What copies call by numbers
    /// of others is known before, and where the entries stand.
    pub fn add(&mut self, uid: Uid, stamp: Stamp, purge: &Purge) {
        if !purge.numbers.is_empty() {
            self.tickets.entry(uid).or_default().extend(&purge.numbers);
        }
        for it in &purge.entries {
            match it.digest {
                Some(digest) => drop(self.digests.insert((uid, digest))),
                None => drop(self.entries.insert((it.replica, it.seq))),
            }
        }
        for (by, number) in purge.meant(stamp.replica) {
            self.messages.insert((uid, self.own(uid, by, number)));
        }
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
            && self.digests.is_empty()
    }

    /// The number of a message by now which a copy of the desk calls so.
    fn own(&self, uid: Uid, by: Replica, number: Number) -> Number {
        self.doubles.get(&(uid, by, number)).copied().unwrap_or(number)
    }

    /// Does a purge list this entry?
    #[must_use]
    pub fn lists(&self, uid: Uid, digest: Hash, dot: (Replica, u64)) -> bool {
        self.digests.contains(&(uid, digest)) || self.entries.contains(&dot)
    }

    /// Does `entry` hold text of what is gone? Its content has this salted hash.
    ///
    /// That depends on nothing but the entry and what is gone, so that it does not matter in which
    /// order a machine learns of the two; and where copies of a desk gave one number to two messages, on
    /// who called it so. What is kept on the desk under a key that is gone may be
    /// kept anew: only versions from before count.
    #[must_use]
    pub fn covers(&self, entry: &Entry, digest: Hash) -> bool {
        let (uid, Stamp { replica: by, seq, .. }) = (entry.ticket, entry.stamp);
        let gone = |on, number| self.messages.contains(&(on, self.own(on, by, number)));
        match &entry.content.event {
            Event::Purged(_) | Event::Erased => false,
            _ if self.tickets.contains_key(&uid) => true,
            _ if self.lists(uid, digest, (by, seq)) => true,
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
    /// What stays of `entry`, whose content has this salted hash.
    #[must_use]
    pub fn of(entry: &Entry, digest: Hash) -> Self {
        let said = match &entry.content.event {
            Event::Said(message) => Some(Stub::of(message, entry.happened_at(), entry.ticket)),
            _ => None,
        };
        let Stamp { replica, seq, .. } = entry.stamp;
        Self { replica, seq, digest: Some(digest), said }
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
