//! Copies of the desk, and how it is.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::Time;

/// Whether a copy was found to be what it should be, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// It was opened anew, and its pages, its journal and its tables are sound.
    Sound,
    /// It was sealed, opened again with your key, and holds what was found sound before.
    Opened,
    /// It was sealed to others: on the disk is what was sealed, which was found sound before.
    Written,
}

/// A copy of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Backup {
    /// Its file.
    pub file: String,
    /// When it was made.
    pub at: Time,
    /// Before what tix made it by itself: import, upgrade, restore, fix, purge; else `backup`.
    pub reason: String,
    /// Bytes.
    pub size: u64,
    /// How it was verified after it was written: without that it is none.
    pub verified: Proof,
    /// Whom it is sealed to; nobody where it is not sealed.
    pub recipients: Vec<String>,
}

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Restored {
    /// The desk's file.
    pub desk: String,
    /// The copy it was restored from.
    pub from: String,
    /// Entries in its journal.
    pub entries: u64,
    /// The copy of the desk that was there before; none where there was none.
    pub before: Option<String>,
    /// It was only tried.
    pub dry_run: bool,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Ok,
    /// Worth knowing; nothing is damaged.
    Note,
    /// Damaged.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Check {
    /// What.
    pub check: String,
    /// How it is.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to do.
    pub hint: Option<String>,
}

/// Entries of one machine that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gap {
    /// The machine.
    pub machine: String,
    /// The first that is missing.
    pub first: u64,
    /// The last that is missing; none where nobody knows how many there were.
    pub last: Option<u64>,
}

/// What was saved from a damaged desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Salvaged {
    /// The damaged file, which is as it was.
    pub from: String,
    /// The new desk.
    pub to: String,
    /// Entries that are what was recorded, provably: each machine's from its first on.
    pub proven: u64,
    /// Entries after a gap, recorded anew; each fits the one before it, but nobody can prove the
    /// first after a gap.
    pub recovered: u64,
    /// Tickets in the new desk.
    pub tickets: u64,
    /// What is missing.
    pub missing: Vec<Gap>,
    /// Entries that are kept in the journal and shown nowhere, by reason.
    pub left_out: BTreeMap<String, u64>,
    /// Files of attachments that were saved.
    pub files: u64,
    /// Files that entries name and whose bytes are lost, by name.
    pub files_lost: Vec<String>,
    /// It was only tried.
    pub dry_run: bool,
}

/// What was done about copies of the desk, or found out about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Care {
    /// A copy was made.
    Made(Backup),
    /// The automatic copies.
    Listed(Vec<Backup>),
    /// A copy became the desk.
    Restored(Restored),
    /// The desk was looked at.
    Checked(Vec<Check>),
    /// A damaged desk was saved.
    Salvaged(Salvaged),
}
