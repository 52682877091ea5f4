//! What changes did to the moment of a ticket's last update, and which of them stand.

use super::Ticket;
use crate::domain::event::Mark;
use crate::domain::ids::{ChangeId, Timestamp};

/// What one change did to the moment of the last update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) change: ChangeId,
    at: Timestamp,
    pub(super) on: bool,
}

impl Ticket {
    /// When it was last changed, changes that were taken back not counted.
    #[must_use]
    pub fn updated_at(&self) -> Timestamp {
        let on = self.steps.iter().filter(|step| step.on).map(|step| step.at);
        on.max().unwrap_or(self.created_at).max(self.created_at)
    }

    /// The latest change other than `change` that still stands after it, if any.
    #[must_use]
    pub fn worked_on_since(&self, change: ChangeId) -> Option<ChangeId> {
        let mut after = self.steps.iter().skip_while(|step| step.change != change);
        after.next();
        after.filter(|step| step.on).last().map(|step| step.change)
    }

    pub(super) fn step(&mut self, change: ChangeId, mark: Option<Mark>, at: Timestamp) {
        let mut set = |change: ChangeId, on: bool| {
            self.steps
                .iter_mut()
                .filter(|step| step.change == change)
                .for_each(|step| step.on = on);
        };
        match mark {
            Some(Mark::Undoes(change)) => return set(change, false),
            Some(Mark::Redoes(change)) => return set(change, true),
            Some(Mark::Follows) | None => {}
        }
        match self.steps.iter_mut().find(|step| step.change == change) {
            Some(step) => step.at = step.at.max(at),
            None => self.steps.push(Step { change, at, on: true }),
        }
    }
}
