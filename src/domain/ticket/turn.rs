//! Whose turn it is, since when, and by when somebody of us should have acted.

use super::{Post, Ticket};
use crate::domain::clocks::Name;
use crate::domain::dates::roughly;
use crate::domain::ids::Timestamp;
use crate::domain::words::{By, Priority, Status};

/// How long after its requester wrote a ticket without a due time may wait for us, in milliseconds:
/// what orders `tix next`. It promises nothing to anybody.
#[must_use]
pub fn patience(priority: Priority) -> i64 {
    const DAY: i64 = 86_400_000;
    match priority {
        Priority::Urgent => 0,
        Priority::High => DAY,
        Priority::Normal => 3 * DAY,
        Priority::Low => 7 * DAY,
    }
}

impl Ticket {
    /// Whose turn it is: ours, the requester's, or nobody's.
    ///
    /// Pending waits for the requester; otherwise it is ours while somebody who asks has no answer
    /// that reached them. A ticket without a word from either is ours.
    #[must_use]
    pub fn turn(&self) -> Option<By> {
        match self.now.state.status {
            Status::Closed | Status::Hold => return None,
            Status::Pending => return Some(By::Requester),
            Status::New | Status::Open => {}
        }
        let answered = self.waiting().is_none() && self.our_replies().next().is_some();
        Some(if answered { By::Requester } else { By::Us })
    }

    /// Since when it is our turn: when the oldest message was written that we have not answered.
    #[must_use]
    pub fn waits_since(&self) -> Option<Timestamp> {
        if self.turn() != Some(By::Us) {
            return None;
        }
        Some(self.waiting().unwrap_or(self.created_at))
    }

    /// By when somebody of us should have acted, but for its clocks: see [`Pressing::owed_at`].
    #[must_use]
    pub fn owed_at(&self) -> Option<Timestamp> {
        Pressing::of(self).owed_at()
    }

    /// When the oldest message was written by which somebody asks and has no answer.
    fn waiting(&self) -> Option<Timestamp> {
        let unanswered = self.unanswered();
        let asks = |post: &&&Post| post.message.by == By::Requester;
        unanswered.iter().find(asks).map(|post| post.created_at)
    }
}

/// What a ticket's urgency rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressing {
    /// Where it stands.
    pub status: Status,
    /// How much it matters.
    pub priority: Priority,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// Since when it is our turn.
    pub waits_since: Option<Timestamp>,
    /// The clock that is due first.
    pub clock: Option<Due>,
}

/// A clock that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// What it measures.
    pub name: Name,
    /// When its target is used up.
    pub due_at: Timestamp,
    /// The moment after which it is breached: the next opening where `due_at` is a closing.
    pub breach_at: Timestamp,
}

impl Pressing {
    /// Of the ticket as it stands.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        Self {
            status: ticket.now.state.status,
            priority: ticket.now.priority,
            due_at: ticket.now.due_at,
            waits_since: ticket.waits_since(),
            clock: None,
        }
    }

    /// By when somebody of us should have acted: its due time or that of its first clock, or if that
    /// comes earlier, what its priority leaves after the requester began to wait. None when nothing
    /// is to be done.
    #[must_use]
    pub fn owed_at(&self) -> Option<Timestamp> {
        if self.status == Status::Closed {
            return None;
        }
        let clock = self.clock.map(|clock| clock.due_at);
        [self.due_at, clock, self.patience_ends()].into_iter().flatten().min()
    }

    fn patience_ends(&self) -> Option<Timestamp> {
        let patience = patience(self.priority);
        self.waits_since.map(|Timestamp(at)| Timestamp(at.saturating_add(patience)))
    }

    /// Why somebody of us should act, in words: `first response breached 3h`, `next response due in
    /// 2h`, `overdue 3h`, `due in 2h`, `urgent, waits for us
    /// 2d`, `new 3h`. None when nothing is to be done.
    ///
    /// What comes first counts, as in [`Ticket::owed_at`]: both know the same reasons.
    #[must_use]
    pub fn reason(&self, now: Timestamp) -> Option<String> {
        if self.status == Status::Closed {
            return None;
        }
        let first = self.owed_at()?;
        if let Some(clock) =
            self.clock.filter(|clock| clock.due_at <= first || clock.breach_at < now)
        {
            let name = clock.name.said();
            return Some(if clock.breach_at < now {
                with_length(&format!("{name} breached"), now, clock.due_at)
            } else {
                with_length(&format!("{name} due in"), clock.due_at, now)
            });
        }
        match (self.due_at, self.waits_since) {
            (Some(due), _) if due < now => Some(with_length("overdue", now, due)),
            (Some(due), _) if due <= first => Some(with_length("due in", due, now)),
            (_, Some(since)) => {
                let what = if self.status == Status::New { "new" } else { "waits for us" };
                let pressed = match self.priority {
                    Priority::Urgent | Priority::High => format!("{}, ", self.priority),
                    Priority::Normal | Priority::Low => String::new(),
                };
                Some(format!("{pressed}{}", with_length(what, now, since)))
            }
            (_, None) => None,
        }
    }
}

/// `overdue 3h`: what is so for the time from `since` to `until`.
fn with_length(what: &str, until: Timestamp, since: Timestamp) -> String {
    match roughly(until.0.saturating_sub(since.0)) {
        Some(length) => format!("{what} {length}"),
        None if what.ends_with("due in") => what.replace("due in", "due now"),
        None => what.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_what_comes_first() {
        use {Priority::*, Status::*};
        const HOUR: i64 = 3_600_000;
        let now = Timestamp(1_000 * HOUR);
        let reason = |status, priority, due: Option<i64>, waits: Option<i64>| {
            let at = |hours: i64| Timestamp(now.0 + hours * HOUR);
            let (due_at, waits_since) = (due.map(at), waits.map(at));
            Pressing { status, priority, due_at, waits_since, clock: None }
                .reason(now)
                .unwrap_or_default()
        };
        for (status, priority, due, waits, wanted) in [
            (Open, Normal, Some(-3), Some(-100), "overdue 3h"),
            (Pending, Low, Some(-3), None, "overdue 3h"),
            (Open, Normal, Some(2), Some(-5), "due in 2h"),
            (Open, Normal, Some(2), Some(-100), "waits for us 4d"),
            (Hold, Normal, Some(2), None, "due in 2h"),
            (Open, Urgent, Some(2), Some(-5), "urgent, waits for us 5h"),
            (Open, High, None, Some(-5), "high, waits for us 5h"),
            (Open, Low, None, Some(-5), "waits for us 5h"),
            (New, Normal, None, Some(-3), "new 3h"),
            (New, Urgent, None, Some(-3), "urgent, new 3h"),
            (Open, Normal, None, Some(0), "waits for us"),
            (Open, Normal, Some(0), None, "due now"),
            (Pending, Normal, None, None, ""),
            (Closed, Urgent, Some(-3), None, ""),
        ] {
            let found = reason(status, priority, due, waits);
            assert_eq!(found, wanted, "{status} {priority} {due:?} {waits:?}");
        }
    }
}
