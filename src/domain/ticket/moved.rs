//! Messages that a merge or a split moves to another ticket: where they are known from, and what of
//! a ticket can be split off.

use std::collections::BTreeSet;

use super::{Post, Ticket};
use crate::domain::draft::{Draft, Posting, Says};
use crate::domain::event::{Link, Opening, Origin, title_in};
use crate::domain::ids::{Number, Timestamp, Uid};
use crate::domain::words::{By, LinkKind, MessageKind, State, Status};
use crate::error::{Error, Result};

impl Post {
    /// Where it first stood; it stands on `ticket`.
    #[must_use]
    pub fn place_from(&self, ticket: Uid) -> Origin {
        let number = self.message.number;
        self.message.origin.unwrap_or(Origin { ticket, number, moved_at: None })
    }

    /// The same message as it is said on another ticket. What it answers is known there by another
    /// number, if at all.
    #[must_use]
    pub fn moved(&self, from: Uid, moved_at: Option<Timestamp>) -> Posting {
        let message = self.message.clone();
        Posting {
            number: None,
            kind: message.kind,
            author: message.author,
            by: message.by,
            wording: message.wording,
            reference: message.reference,
            created_at: Some(self.created_at),
            to: message.to,
            answers: None,
            origin: Some(Origin { moved_at, ..self.place_from(from) }),
            attachments: self.attachments.iter().cloned().collect(),
            automatic: message.automatic,
        }
    }
}

impl Ticket {
    /// The message here, taken away or not, that is the same as `post` on the ticket `from`.
    #[must_use]
    pub fn copy_of(&self, post: &Post, from: Uid) -> Option<&Post> {
        let place = post.place_from(from);
        let own = (place.ticket == self.uid).then(|| self.post(place.number)).flatten();
        let moved = |there: &&Post| there.message.origin.is_some_and(|origin| origin.is(&place));
        let named = |there: &&Post| {
            there.message.reference.is_some() && there.message.reference == post.message.reference
        };
        let find = |is: &dyn Fn(&&Post) -> bool| self.messages.values().find(is);
        own.or_else(|| find(&moved)).or_else(|| find(&named))
    }

    /// The messages that are there and that `into` has never seen.
    pub fn unknown_to<'a>(&'a self, into: &'a Ticket) -> impl Iterator<Item = &'a Post> {
        let there = self.messages.values().filter(|post| !post.removed && post.purged.is_none());
        there.filter(|post| into.copy_of(post, self.uid).is_none())
    }

    /// The ticket that these messages make when they are split off, without them.
    ///
    /// Its title is the first line of its first public message: what is internal names nothing.
    ///
    /// # Errors
    /// Exit 3 when one of them is not there, exit 4 when without them the ticket would be empty.
    pub fn split_off(&self, messages: &BTreeSet<Number>, title: Option<&str>) -> Result<Draft> {
        let ticket = self.number();
        let id = |number: Number| format!("{ticket}.{}", number.within(ticket));
        if messages.is_empty() {
            return Err(Error::usage("no message is given").hint("name them: tix split 42 42.3"));
        }
        let gone = |number: &&Number| self.post(**number).is_none_or(|post| post.removed);
        if let Some(gone) = messages.iter().find(gone) {
            return Err(Error::not_found(format!("no message {}", id(*gone)))
                .hint(format!("`tix show {ticket}` shows the messages there are")));
        }
        let purged = |number: &&Number| self.post(**number).is_some_and(|it| it.purged.is_some());
        if let Some(purged) = messages.iter().find(purged) {
            return Err(Error::invalid(format!("message {} was purged", id(*purged)))
                .because("what is gone cannot be split off"));
        }
        let conversation = self.conversation();
        let (go, stay): (Vec<&Post>, Vec<&Post>) =
            conversation.into_iter().partition(|post| messages.contains(&post.message.number));
        if stay.is_empty() {
            return Err(Error::invalid(format!("these are all messages of #{ticket}"))
                .because("a ticket cannot be without one")
                .hint("keep the description, which is the first, and what belongs to it"));
        }
        let first = self.first().map(|post| post.message.number);
        if let Some(first) = first.filter(|first| messages.contains(first)) {
            return Err(Error::invalid(format!("{} cannot be split off #{ticket}", id(first)))
                .because("it is the description, and a ticket cannot be without one")
                .hint("split off what came later"));
        }
        let title = title.map_or_else(|| self.title_of(&go), ToOwned::to_owned);
        Ok(Draft {
            uid: None,
            number: None,
            opening: self.like(&go, Opening::new(&title)?),
            created_at: go.first().map(|post| post.created_at),
            state: None,
            messages: Vec::new(),
            says: Says::ALL,
        })
    }

    /// What to call a ticket with these messages.
    fn title_of(&self, posts: &[&Post]) -> String {
        let mut public = posts.iter().filter(|post| post.message.kind == MessageKind::Reply);
        let title = public.find_map(|post| title_in(&post.message.wording.body));
        title.unwrap_or_else(|| self.now.title.clone())
    }

    /// `opening` for a ticket with these messages, in all that it takes over from this one.
    fn like(&self, posts: &[&Post], opening: Opening) -> Opening {
        let public = |post: &&&Post| post.message.kind == MessageKind::Reply;
        let asked = posts.iter().filter(public).find(|post| post.message.by != By::Us);
        let asked = asked.map(|post| post.message.author.clone());
        Opening {
            state: State::of(Status::Open),
            priority: self.now.priority,
            channel: self.now.channel,
            requester: asked.or_else(|| self.now.requester.clone()),
            customer: self.now.customer.clone(),
            tier: self.now.tier.clone(),
            links: BTreeSet::from([Link { kind: LinkKind::Relates, to: self.uid }]),
            ..opening
        }
    }
}
