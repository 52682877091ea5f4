//! Who answers whom: the message that a public reply answers, and whom it reaches.

use std::collections::BTreeSet;

use crate::domain::event::Wording;
use crate::domain::ids::Number;
use crate::domain::person::Person;
use crate::domain::ticket::{Post, Ticket};
use crate::domain::words::{By, MessageKind};

impl Ticket {
    /// The message that a public reply answers: the last public one that is not ours, else the last
    /// public one. Never a note, nor what a machine wrote on its own.
    #[must_use]
    pub fn answered(&self) -> Option<&Post> {
        let public =
            |post: &&Post| post.message.kind == MessageKind::Reply && !post.message.automatic;
        let theirs = |post: &&&Post| post.message.by != By::Us;
        let posts: Vec<&Post> = self.conversation().into_iter().filter(public).collect();
        posts.iter().rev().find(theirs).or(posts.last()).copied()
    }

    /// The public messages of others that we have not answered, oldest first: no reply of ours that
    /// reached their author came later. One that names nobody was for all.
    #[must_use]
    pub fn unanswered(&self) -> Vec<&Post> {
        let ours: BTreeSet<Number> = self.our_replies().map(|post| post.message.number).collect();
        let (mut reached, mut open): (Vec<&Person>, Vec<&Post>) = (Vec::new(), Vec::new());
        for post in self.conversation().into_iter().rev() {
            let message = &post.message;
            if ours.contains(&message.number) {
                if message.to.is_empty() {
                    break;
                }
                add(&mut reached, &message.to);
            } else if message.kind == MessageKind::Reply
                && message.by != By::Us
                && !message.automatic
                && !reached.iter().any(|who| who.same(&message.author))
            {
                open.push(post);
            }
        }
        open.reverse();
        open
    }

    /// Whom a public reply to the message `answered` reaches: its author unless that is us, and all
    /// who wrote publicly and have no answer, the latest first; else the requester. Nobody when none
    /// is named.
    #[must_use]
    pub fn reached<'t>(&'t self, answered: Option<&'t Post>) -> Vec<&'t Person> {
        let theirs = answered.filter(|post| post.message.by != By::Us);
        let waiting = self.unanswered().into_iter().rev();
        let mut reached = Vec::new();
        add(&mut reached, theirs.into_iter().chain(waiting).map(|post| &post.message.author));
        if reached.is_empty() {
            reached.extend(&self.now.requester);
        }
        reached
    }

    /// Is it `author` who asks here: the requester, or who asked in a message that was moved here?
    #[must_use]
    pub fn asked_by(&self, author: &Person) -> bool {
        let moved = self.messages.values().filter(|post| post.message.origin.is_some());
        let asked = moved.filter(|post| post.message.by == By::Requester && !post.removed);
        let asked = asked.map(|post| &post.message.author).chain(&self.now.requester);
        asked.into_iter().any(|who| who.same(author))
    }

    /// The ticket without its notes, as it may be handed on: neither their texts nor what was once
    /// in dispute about them.
    #[must_use]
    pub fn without_notes(mut self) -> Self {
        let own = self.number();
        let notes = self.messages.values_mut().filter(|it| it.message.kind == MessageKind::Note);
        for post in notes {
            // Its place stays taken: another message does not become the description.
            (post.removed, post.message.wording) = (true, Wording::default());
            let name = post.message.number.within(own);
            self.conflicts.retain(|conflict| conflict.field != name);
        }
        self
    }
}

/// Adds those who are not among `people` yet.
fn add<'t>(people: &mut Vec<&'t Person>, more: impl IntoIterator<Item = &'t Person>) {
    for person in more {
        if !people.iter().any(|there| there.same(person)) {
            people.push(person);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{Content, Entry, Event, Message, Opening};
    use crate::domain::ids::{ChangeId, Number, Replica, Stamp, Timestamp, Uid};

    /// A ticket by Ada with these messages: `note`, or whose words a public one holds.
    fn ticket(messages: &[(MessageKind, By, &str)]) -> Ticket {
        let ada: Person = "Ada <ada@acme.example>".parse().unwrap();
        let mut opening = Opening::new("One").unwrap();
        opening.requester = Some(ada.clone());
        let number = |n| Number { machine: crate::domain::ids::Machine(0), n };
        let opened = Event::Opened { number: number(1), opening: Box::new(opening) };
        let said = (1..).zip(messages).map(|(n, (kind, by, author))| {
            let wording = Wording { body: format!("message {n}"), edited_at: None };
            let author = author.parse().unwrap();
            let message = Message {
                number: number(n),
                kind: *kind,
                author,
                by: *by,
                wording,
                reference: None,
                to: Vec::new(),
                answers: None,
                origin: None,
                automatic: false,
            };
            Event::Said(Box::new(message))
        });
        let events: Vec<Event> = std::iter::once(opened).chain(said).collect();
        let entries = (1u64..).zip(events).map(|(seq, event)| Entry {
            stamp: Stamp { at: Timestamp(seq.cast_signed()), replica: Replica(1), seq },
            ticket: Uid([1; 16]),
            change: ChangeId([1; 8]),
            content: Content { by: ada.clone(), when: None, mark: None, event },
        });
        Ticket::fold(entries).unwrap()
    }

    fn told(messages: &[(MessageKind, By, &str)]) -> (Option<String>, Vec<String>) {
        let ticket = ticket(messages);
        let answered = ticket.answered();
        let reached = ticket.reached(answered).iter().map(ToString::to_string).collect();
        (answered.map(|post| post.message.wording.body.clone()), reached)
    }

    #[test]
    fn a_reply_answers_the_last_public_message_of_others_and_reaches_its_author() {
        use By::{Other, Requester, Us};
        use MessageKind::{Note, Reply};
        let first = (Reply, Requester, "Ada <ada@acme.example>");
        let ours = (Reply, Us, "Mira");
        let bo = (Reply, Other, "Bo <bo@acme.example>");
        let said = |n: u8, who: &str| (Some(format!("message {n}")), vec![who.to_owned()]);
        let (ada, bob) = ("Ada <ada@acme.example>", "Bo <bo@acme.example>");
        assert_eq!(told(&[first]), said(1, ada));
        assert_eq!(told(&[first, ours, (Note, Us, "Mira"), (Note, Other, "Cy")]), said(1, ada));
        assert_eq!(told(&[first, bo, ours]), said(2, bob));
        let both = (Some("message 3".to_owned()), vec![ada.to_owned(), bob.to_owned()]);
        assert_eq!(told(&[first, bo, first]), both);
        let both = (Some("message 2".to_owned()), vec![bob.to_owned(), ada.to_owned()]);
        assert_eq!(told(&[first, bo]), both);
        assert_eq!(told(&[ours, ours]), said(2, ada));
        assert_eq!(told(&[(Note, Requester, "Cy")]), (None, vec![ada.to_owned()]));
    }

    #[test]
    fn nobody_is_reached_where_nobody_is_named() {
        let mut ticket = ticket(&[(MessageKind::Reply, By::Us, "Mira")]);
        ticket.now.requester = None;
        assert!(ticket.reached(ticket.answered()).is_empty());
    }
}
