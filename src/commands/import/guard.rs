//! A copy of the desk before a large import, made once the import turns out to be one.
//!
//! The change is under way by then, but nobody sees it before it is committed: the copy is the desk
//! as it was.

use crate::backups::Backup;
use crate::cx::{Safety, copied};
use crate::error::Result;
use crate::store::Writer;

/// An import of more tickets is large.
const TICKETS: u64 = 1000;

/// An import of more bytes is large.
const BYTES: u64 = 10 << 20;

/// What is on guard over an import.
pub(super) struct Guard {
    safety: Option<Safety>,
    tickets: u64,
    size: u64,
    made: Option<Backup>,
}

impl Guard {
    /// Over an import of files of `size` bytes; with no `safety` nothing is to be kept.
    pub(super) fn of(safety: Option<Safety>, size: u64) -> Self {
        Self { safety, tickets: 0, size, made: None }
    }

    /// Another ticket comes.
    pub(super) fn step(&mut self, desk: &Writer<'_>) -> Result<()> {
        self.tickets += 1;
        if self.tickets <= TICKETS && self.size <= BYTES {
            return Ok(());
        }
        if let Some(safety) = self.safety.take().filter(|_| !desk.is_first()) {
            self.made = safety.copy("import")?;
        }
        Ok(())
    }

    /// What to say of the copy.
    pub(super) fn said(&self) -> Option<String> {
        self.made.as_ref().map(copied)
    }
}
