//! What messages are known by, so that one among many is found at once.

use std::collections::BTreeMap;

use crate::domain::event::Message;
use crate::domain::ids::{Number, Uid};

/// The names of a ticket's messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    references: BTreeMap<String, Number>,
    origins: BTreeMap<(Uid, Number), Number>,
    last: u32,
}

impl Names {
    /// Notes a message that is there from now on.
    pub(super) fn add(&mut self, message: &Message) {
        let number = message.number;
        if let Some(name) = &message.reference {
            self.references.insert(name.clone(), number);
        }
        if let Some(origin) = &message.origin {
            self.origins.insert((origin.ticket, origin.number), number);
        }
        self.take(number);
    }

    /// Notes that a number is taken.
    pub(super) fn take(&mut self, number: Number) {
        self.last = self.last.max(number.n);
    }

    /// The highest number that is taken on any machine.
    pub(super) fn last(&self) -> u32 {
        self.last
    }

    /// The message that came from the same place as `message`.
    pub(super) fn twin(&self, message: &Message) -> Option<Number> {
        let named = message.reference.as_ref().and_then(|name| self.named(name));
        let origin = message.origin.as_ref();
        let moved = origin.and_then(|it| self.origins.get(&(it.ticket, it.number)).copied());
        named.into_iter().chain(moved).min()
    }

    /// The message of this name where it came from.
    pub(super) fn named(&self, reference: &str) -> Option<Number> {
        self.references.get(reference).copied()
    }
}
