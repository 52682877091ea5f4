//! What the tickets of one import have to do with each other.
//!
//! A source may say it on either of two tickets, and of tickets that it does not hold. So it is
//! gathered before the first ticket is handed over, and only what leads to one that comes counts.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::domain::words::LinkKind;

/// The links among the tickets of an import.
#[derive(Debug, Default)]
pub(super) struct Ties {
    known: HashSet<String>,
    from: HashMap<String, BTreeSet<(LinkKind, String)>>,
}

impl Ties {
    /// Notes that a ticket of this reference comes.
    pub(super) fn comes(&mut self, reference: String) {
        self.known.insert(reference);
    }

    /// Notes that `from` has to do with `to`; that two relate stands on the one that says it first.
    pub(super) fn tie(&mut self, from: &str, kind: LinkKind, to: &str) {
        let link = |to: &str| (kind, to.to_owned());
        let back = self.from.get(to).is_some_and(|links| links.contains(&link(from)));
        if from != to && !(back && kind == LinkKind::Relates) {
            self.from.entry(from.to_owned()).or_default().insert(link(to));
        }
    }

    /// The links that stand on a ticket.
    pub(super) fn of(&self, reference: &str) -> Vec<(LinkKind, String)> {
        let links = self.from.get(reference).into_iter().flatten();
        links.filter(|(_, to)| self.known.contains(to)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tickets_that_come_are_linked_and_relating_goes_one_way() {
        let mut ties = Ties::default();
        for name in ["x:1", "x:2"] {
            ties.comes(name.to_owned());
        }
        ties.tie("x:1", LinkKind::Relates, "x:2");
        ties.tie("x:2", LinkKind::Relates, "x:1");
        ties.tie("x:2", LinkKind::Blocks, "x:1");
        ties.tie("x:1", LinkKind::Blocks, "x:1");
        ties.tie("x:1", LinkKind::Duplicates, "x:3");
        assert_eq!(ties.of("x:1"), [(LinkKind::Relates, "x:2".to_owned())]);
        assert_eq!(ties.of("x:2"), [(LinkKind::Blocks, "x:1".to_owned())]);
        assert_eq!(ties.of("x:3"), []);
    }
}
