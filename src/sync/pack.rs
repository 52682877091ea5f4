//! Everything that is known here in a file, and what another's file holds.

use std::collections::BTreeMap;

use super::report::{Report, Warning};
use super::{CIRCLE, Exchange, branch_of, commits};
use crate::error::{Error, Kind, Result};

impl Exchange<'_> {
    /// Puts everything that was recorded here into commits; returns the branches with all that is
    /// known here.
    ///
    /// # Errors
    /// Exit 7 where this machine has not been brought together with the others once.
    pub fn pack(&mut self) -> Result<BTreeMap<String, String>> {
        let circle = self.learn(&BTreeMap::new())?;
        let mine = branch_of(self.store.mine()?.replica);
        if self.store.shared("lettered")?.as_deref() != Some(mine.as_bytes()) {
            return Err(Error::new(
                Kind::Partial,
                "this machine has no place on the shared desk yet",
            )
            .hint("run `tix sync` once where the remote can be reached"));
        }
        self.write(&circle)?;
        let tip = commits::write(self.remote, None, &self.store.records()?)?;
        let mut branches = BTreeMap::from([(CIRCLE.to_owned(), tip)]);
        for (replica, log) in self.store.logs()? {
            if self.remote.has(&log.tip)? {
                branches.insert(branch_of(replica), log.tip);
            }
        }
        Ok(branches)
    }

    /// Takes in the branches that came in a file.
    ///
    /// # Errors
    /// Exit 7 when they are not right or of another desk.
    pub fn unpack(&mut self, tips: &BTreeMap<String, String>) -> Result<Report> {
        let mut report = Report::default();
        let circle = self.learn(tips)?;
        self.take(tips, (&circle, false), &mut report)?;
        report.warnings.retain(|warning| !matches!(warning, Warning::Rewound { .. }));
        Ok(report)
    }
}
