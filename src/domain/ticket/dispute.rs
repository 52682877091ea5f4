//! Values that lost against a concurrent change, until somebody who saw both decides.

use super::{Maker, Ticket};
use crate::domain::ids::ChangeId;

/// Two machines changed one field at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The field, or the message's number.
    pub field: String,
    /// The value that stands.
    pub kept: String,
    /// The value that does not.
    pub lost: String,
}

/// A conflict with the change that brought it and those that settled it: taken back, they no
/// longer count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dispute {
    conflict: Conflict,
    by: ChangeId,
    settled: Vec<ChangeId>,
}

impl Dispute {
    /// The field, or the message's number.
    pub(super) fn field(&self) -> &str {
        &self.conflict.field
    }
}

impl Ticket {
    /// Notes a conflict when a change expected another value than it found; settles earlier ones
    /// when it did not: whoever made it saw what stood.
    ///
    /// An undo or redo settles only what another one brought: what else is settled depends on
    /// whether the change itself stands.
    pub(super) fn note_conflict(
        &mut self,
        (change, mark): Maker,
        field: &str,
        values: [String; 3],
    ) {
        let [current, expected, to] = values;
        if current == expected {
            let changes: Vec<ChangeId> = self.steps.iter().map(|step| step.change).collect();
            let marked = mark.is_some();
            let here = |dispute: &&mut Dispute| {
                dispute.conflict.field == field && !(marked && changes.contains(&dispute.by))
            };
            self.disputes.iter_mut().filter(here).for_each(|it| it.settled.push(change));
        } else if current != to {
            self.dispute(change, field, to, current);
        }
    }

    pub(super) fn dispute(&mut self, by: ChangeId, field: &str, kept: String, lost: String) {
        let conflict = Conflict { field: field.to_owned(), kept, lost };
        self.disputes.push(Dispute { conflict, by, settled: Vec::new() });
    }

    /// Lists the conflicts that stand.
    pub(super) fn weigh(&mut self) {
        let stands =
            |change: &ChangeId| self.steps.iter().all(|step| step.on || step.change != *change);
        let open = |dispute: &&Dispute| stands(&dispute.by) && !dispute.settled.iter().any(stands);
        self.conflicts =
            self.disputes.iter().filter(open).map(|dispute| dispute.conflict.clone()).collect();
    }
}
