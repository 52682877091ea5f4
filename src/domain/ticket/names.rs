//! What messages are known by, so that one among many is found at once.

use std::collections::BTreeMap;

use super::{Post, Ticket};
use crate::domain::event::{Event, Message, Swap};
use crate::domain::ids::{Machine, Number, Replica, Uid};

/// The names of a ticket's messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    references: BTreeMap<String, Number>,
    origins: BTreeMap<(Uid, Number), Number>,
    last: u32,
    /// Which copy of the desk gave a number.
    given: BTreeMap<Number, Replica>,
    /// What a copy calls by a number that another had given to something else.
    doubles: BTreeMap<(Replica, Number), Number>,
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

    /// `event` with the numbers of messages as the ticket has them, not as the copy of the desk
    /// that recorded it did.
    pub(super) fn meant(&self, by: Replica, mut event: Event) -> Event {
        if self.doubles.is_empty() {
            return event;
        }
        match &mut event {
            Event::Unsaid(number) | Event::Resaid(number) => *number = self.own(by, *number),
            Event::Reworded { message, .. }
            | Event::Attached { message, .. }
            | Event::Detached { message, .. } => *message = self.own(by, *message),
            Event::Said(message) => {
                message.answers = message.answers.map(|answered| self.own(by, answered));
            }
            _ => {}
        }
        event
    }

    fn own(&self, by: Replica, number: Number) -> Number {
        self.doubles.get(&(by, number)).copied().unwrap_or(number)
    }

    /// A free number beside `number`, the same wherever what `by` recorded is read.
    fn beside(&self, by: Replica, number: Number) -> Number {
        let hash = blake3::hash(&by.0.to_be_bytes());
        let [high, low, ..] = *hash.as_bytes();
        let place = u16::from_be_bytes([high, low]) % Machine::DOUBLES;
        let free = |step: &u16| {
            let machine = Machine(Machine::COUNT + (place + step) % Machine::DOUBLES);
            !self.given.contains_key(&Number { machine, ..number })
        };
        let step = (0..Machine::DOUBLES).find(free).unwrap_or(0);
        Number { machine: Machine(Machine::COUNT + (place + step) % Machine::DOUBLES), ..number }
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

impl Ticket {
    /// The number of a message which the copy `by` of the desk calls so.
    #[must_use]
    pub fn own(&self, by: Replica, number: Number) -> Number {
        self.names.own(by, number)
    }

    /// Which copy of the desk said a message.
    #[must_use]
    pub fn sayer(&self, number: Number) -> Option<Replica> {
        self.names.given.get(&number).copied()
    }

    /// What copies of the desk call by a number that another had given to something else, with the
    /// number that it has instead.
    pub fn doubles(&self) -> impl Iterator<Item = ((Replica, Number), Number)> {
        self.names.doubles.iter().map(|(called, number)| (*called, *number))
    }

    /// A message that is to be added, under a number of its own: two copies of one machine's desk
    /// may have given the same to different messages. None when it is here already.
    pub(super) fn told_apart(&mut self, mut post: Post) -> Option<Post> {
        let (by, number) = (post.text.replica, post.message.number);
        let Some(first) = self.names.given.get(&number) else {
            self.names.given.insert(number, by);
            return Some(post);
        };
        if *first == by {
            return None;
        }
        let twin = self.twin(&post.message);
        let own = twin.unwrap_or_else(|| self.names.beside(by, number));
        self.names.doubles.insert((by, number), own);
        if twin.is_some() {
            return None;
        }
        self.names.given.insert(own, by);
        post.message.number = own;
        Some(post)
    }

    /// Gives it another number for one that it has; the former still leads to it where nothing else has it.
    pub(super) fn renumber(&mut self, swap: &Swap<Number>) {
        if let Some(number) = self.numbers.iter_mut().find(|number| **number == swap.from) {
            *number = swap.to;
            self.former.push(swap.from);
        }
    }
}
