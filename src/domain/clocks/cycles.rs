//! The cycles of a ticket's clocks, as its entries tell them.

use super::{Cycle, Name, Terms};
use crate::domain::ids::{ChangeId, Stamp, Timestamp};
use crate::domain::ticket::Ticket;
use crate::domain::words::{By, MessageKind, Priority, Resolution, State, Status};

/// A moment at which something that the clocks heed changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Where it stands in the order of entries.
    pub stamp: Stamp,
    /// When it happened.
    pub at: Timestamp,
    /// The change that did it: one that was taken back counts no more.
    pub change: ChangeId,
    /// What it became.
    pub to: Became,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// Where the ticket stands.
    State(State),
    /// How much it matters.
    Priority(Priority),
    /// Under which tier it is.
    Tier(Option<String>),
}

/// What the clocks heed, in order.
#[derive(Clone, Copy)]
enum Step {
    /// A public message.
    Said(By),
    /// Pending or not, closed or not.
    Stands(Status),
}

/// The clocks while they are gone through.
#[derive(Default)]
struct Going {
    response: Option<(Name, Timestamp)>,
    /// Ended cycles of responses.
    ended: Vec<(Name, Timestamp, Timestamp)>,
    /// The requester wrote while it was closed.
    wrote: bool,
    pauses: Vec<(Timestamp, Option<Timestamp>)>,
    closed_at: Option<Timestamp>,
    reopens: u32,
}

impl Ticket {
    /// The cycles of its clocks, the oldest first; none where nothing is promised: without a tier,
    /// or for a duplicate, an invalid or a merged ticket.
    #[must_use]
    pub fn cycles(&self) -> Vec<Cycle> {
        let void =
            matches!(self.now.state.resolution, Some(Resolution::Duplicate | Resolution::Invalid));
        let turns = self.turns();
        let tiered = turns.iter().any(|turn| matches!(turn.to, Became::Tier(Some(_))));
        if void || !tiered || self.now.merged.is_some() {
            return Vec::new();
        }
        let going = self.went();
        let resolution = (Name::Resolution, self.created_at, going.closed_at);
        let ended = going.ended.iter().map(|(name, start, end)| (*name, *start, Some(*end)));
        let runs = going.response.map(|(name, start)| (name, start, None));
        let all = ended.chain(runs).chain([resolution]);
        let cycles = all.filter_map(|(name, start, end)| {
            let terms = terms(&turns, end)?;
            let pauses = if name == Name::Resolution { going.pauses.clone() } else { Vec::new() };
            Some(Cycle { name, start, end, pauses, terms })
        });
        cycles.collect()
    }

    /// How often it was opened again.
    #[must_use]
    pub fn reopens(&self) -> u32 {
        self.went().reopens
    }

    fn went(&self) -> Going {
        let mut going = Going::default();
        if self.opened_by_requester() {
            going.response = Some((Name::FirstResponse, self.created_at));
        }
        for (at, step) in self.steps() {
            match step {
                Step::Said(by) => going.said(at, by),
                Step::Stands(status) => going.stands(at, status),
            }
        }
        going
    }

    /// Did somebody else bring it up? A ticket of our own owes nobody a first response.
    fn opened_by_requester(&self) -> bool {
        match self.first() {
            Some(post) => post.message.by != By::Us && !post.message.automatic,
            None => self.now.requester.is_some(),
        }
    }

    /// The public messages that move the turn, oldest first: by us or the requester. A description
    /// of our own answers nothing, moved here or not.
    fn moves(&self) -> Vec<(Timestamp, By)> {
        let first = self.first().map(|post| post.message.number);
        let conversation = self.conversation();
        let moves = conversation.iter().filter(|post| {
            let message = &post.message;
            let describes = Some(message.number) == first || message.described();
            let own = message.by == By::Us && describes;
            let said = message.kind == MessageKind::Reply && !message.automatic;
            said && message.by != By::Other && !own
        });
        moves.map(|post| (post.created_at, post.message.by)).collect()
    }

    fn steps(&self) -> Vec<(Timestamp, Step)> {
        let said = self.moves().into_iter().map(|(at, by)| (at, Step::Said(by)));
        let stands = self.turns().into_iter().filter_map(|turn| match turn.to {
            Became::State(state) => {
                Some((state.closed_at.unwrap_or(turn.at), Step::Stands(state.status)))
            }
            _ => None,
        });
        // Of what is said and done at once, the words come first: they are why.
        let mut steps: Vec<_> = said.chain(stands).collect();
        steps.sort_by_key(|(at, _)| *at);
        steps
    }
}

impl Going {
    fn said(&mut self, at: Timestamp, by: By) {
        match (by, self.response) {
            // Thanks for a closed ticket ask for no answer, unless they open it again.
            (By::Requester, None) if self.closed_at.is_some() => self.wrote = true,
            (By::Requester, None) => self.response = Some((Name::NextResponse, at)),
            (By::Us, Some(_)) => self.answered(at),
            (By::Us, None) => self.wrote = false,
            _ => {}
        }
    }

    fn answered(&mut self, at: Timestamp) {
        if let Some((name, start)) = self.response.take() {
            self.ended.push((name, start, at.max(start)));
        }
    }

    fn stands(&mut self, at: Timestamp, status: Status) {
        let paused = self.pauses.last().is_some_and(|(_, end)| end.is_none());
        match status {
            Status::Closed => {
                self.answered(at);
                if paused {
                    self.resume(at);
                }
                if self.closed_at.is_none() {
                    self.closed_at = Some(at);
                }
                return;
            }
            Status::Pending if !paused => self.pauses.push((at, None)),
            Status::New | Status::Open | Status::Hold if paused => self.resume(at),
            _ => {}
        }
        if let Some(closed) = self.closed_at.take() {
            self.reopens += 1;
            self.exclude(closed, at);
            if std::mem::take(&mut self.wrote) {
                self.response = Some((Name::NextResponse, at));
            }
        }
    }

    fn resume(&mut self, at: Timestamp) {
        if let Some((_, end)) = self.pauses.last_mut() {
            *end = Some(at);
        }
    }

    /// Leaves out the time it was closed.
    fn exclude(&mut self, from: Timestamp, to: Timestamp) {
        let place = self.pauses.partition_point(|(start, _)| *start < from);
        self.pauses.insert(place, (from, Some(to)));
    }
}

/// What a cycle is measured by that ended then, or goes on.
fn terms(turns: &[Turn], end: Option<Timestamp>) -> Option<Terms> {
    let by_then = |turn: &&Turn| end.is_none_or(|end| turn.at <= end);
    let mut terms = None;
    let mut priority = Priority::Normal;
    for turn in turns.iter().filter(by_then) {
        match &turn.to {
            Became::Tier(tier) => terms = tier.clone().map(|tier| (tier, turn.stamp)),
            Became::Priority(to) => priority = *to,
            Became::State(_) => {}
        }
    }
    let (tier, since) = terms?;
    Some(Terms { tier, priority, since })
}
