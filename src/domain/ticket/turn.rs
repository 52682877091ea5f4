//! Whose turn it is, since when, and by when somebody of us should have acted.

use super::Ticket;
use crate::domain::ids::Timestamp;
use crate::domain::words::{By, MessageKind, Priority, Status};

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
    /// Pending waits for the requester; otherwise whoever of the two wrote publicly last has made
    /// their move. A ticket without a word from the requester is ours.
    #[must_use]
    pub fn turn(&self) -> Option<By> {
        match self.now.state.status {
            Status::Closed | Status::Hold => return None,
            Status::Pending => return Some(By::Requester),
            Status::New | Status::Open => {}
        }
        let moves = self.moves();
        let ours = moves.last().is_some_and(|(_, by)| *by == By::Us);
        Some(if ours { By::Requester } else { By::Us })
    }

    /// Since when it is our turn: when the oldest message was written that we have not answered.
    #[must_use]
    pub fn waits_since(&self) -> Option<Timestamp> {
        if self.turn() != Some(By::Us) {
            return None;
        }
        let moves = self.moves();
        let unanswered = moves.iter().rev().take_while(|(_, by)| *by == By::Requester).last();
        Some(unanswered.map_or(self.created_at, |(at, _)| *at))
    }

    /// By when somebody of us should have acted: its due time, or if that comes earlier, what its
    /// priority leaves after the requester began to wait. None when nothing is to be done.
    #[must_use]
    pub fn owed_at(&self) -> Option<Timestamp> {
        if self.now.state.status == Status::Closed {
            return None;
        }
        let patience = patience(self.now.priority);
        let waited = self.waits_since().map(|Timestamp(at)| Timestamp(at.saturating_add(patience)));
        [self.now.due_at, waited].into_iter().flatten().min()
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
            message.kind == MessageKind::Reply && message.by != By::Other && !own
        });
        moves.map(|post| (post.created_at, post.message.by)).collect()
    }
}
