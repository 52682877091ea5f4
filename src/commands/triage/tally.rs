//! What was done in a session.

use std::collections::BTreeSet;

use super::act::Act;
use crate::domain::ids::Uid;

/// What was seen and done, and what of it stands.
#[derive(Debug, Default)]
pub(super) struct Tally {
    seen: BTreeSet<Uid>,
    done: Vec<(Act, String, Uid)>,
    undone: usize,
}

impl Tally {
    pub(super) fn seen(&mut self, uid: Uid) {
        self.seen.insert(uid);
    }

    /// Is it as it is because something was done here?
    pub(super) fn has_changed(&self, uid: Uid) -> bool {
        self.done.iter().any(|(.., changed)| *changed == uid)
    }

    pub(super) fn did(&mut self, act: Act, change: String, uid: Uid) {
        self.done.push((act, change, uid));
    }

    /// The last change that stands, and its ticket.
    pub(super) fn last(&self) -> Option<(String, Uid)> {
        self.done.last().map(|(_, change, uid)| (change.clone(), *uid))
    }

    /// The last change was taken back.
    pub(super) fn undid(&mut self) {
        self.done.pop();
        self.undone += 1;
    }

    /// `4 seen: 2 replied, 1 closed, 1 snoozed`
    pub(super) fn summary(&self, empty: bool) -> String {
        if empty {
            return "nothing waits for you".to_owned();
        }
        let mut parts: Vec<String> = Vec::new();
        for act in Act::ALL {
            let count = self.done.iter().filter(|(done, ..)| *done == act).count();
            if count > 0 {
                parts.push(format!("{count} {}", act.past()));
            }
        }
        if self.undone > 0 {
            parts.push(format!("{} undone", self.undone));
        }
        let seen = format!("{} seen", self.seen.len());
        if parts.is_empty() { seen } else { format!("{seen}: {}", parts.join(", ")) }
    }
}
