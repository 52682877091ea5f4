//! What was erased for good, and whether the journal is what was recorded.

use schemars::JsonSchema;
use serde::Serialize;

use super::Time;
use crate::domain::ids::ChangeId;

/// What `purge` did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Purged {
    /// The tickets that are gone as a whole.
    pub tickets: Vec<String>,
    /// The messages that are gone while their tickets stay, such as `42.3`.
    pub messages: Vec<String>,
    /// The customers whose records are gone.
    pub customers: Vec<String>,
    /// How many entries of the journal were erased.
    pub entries: u64,
    /// How many files' bytes were erased.
    pub files: u64,
    /// The drafts that were thrown away.
    pub drafts: Vec<String>,
    /// Where the same people are named, or the same texts are quoted, in what stays.
    pub still: Vec<Still>,
    /// The automatic copies of the desk that hold, or held, something of it.
    pub backups: Vec<HeldBy>,
    /// Where the desk without it, as it was before, is kept.
    pub before: Option<String>,
    /// What could not be taken away, and why: purging the same again goes on with it.
    pub left: Vec<String>,
    /// The change, unless all of it was gone already.
    pub change: Option<String>,
    /// It was only tried.
    pub dry_run: bool,
    /// What goes, one by one, for people.
    #[serde(skip)]
    pub lines: Vec<String>,
}

/// Where something still stands that belongs to what was purged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Still {
    /// The ticket, or what is kept on the desk: canned `thanks`.
    pub on: String,
    /// What stands there: an address, or that it is a quote.
    pub what: String,
    /// It is a ticket.
    #[serde(skip)]
    pub ticket: bool,
}

/// A copy of the desk that holds, or held, something of what was purged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HeldBy {
    /// Its file.
    pub file: String,
    /// It was taken away.
    pub removed: bool,
    /// It is there without what was purged.
    pub cleaned: bool,
}

/// What `verify` found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verified {
    /// Everything is what was recorded.
    pub sound: bool,
    /// Entries in the journal.
    pub entries: u64,
    /// Machines that recorded them.
    pub machines: u64,
    /// Entries whose text was erased, as a purge says.
    pub purged: u64,
    /// Files whose bytes are here.
    pub files: u64,
    /// What `--against` takes later: how far each machine's entries go, and what they end in.
    pub head: String,
    /// What is not as it was recorded.
    pub findings: Vec<Finding>,
    /// Files that entries name and whose bytes are not here.
    pub absent: Vec<String>,
    /// Entries that only a newer tix can read.
    #[serde(skip)]
    pub unknown: u64,
    /// Files that no entry names.
    #[serde(skip)]
    pub orphans: u64,
}

/// How something is not as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// What an entry says is not what was recorded.
    Content,
    /// Where an entry stands, its time, ticket or change, is not what was recorded.
    Head,
    /// An entry's hash is not the one that was recorded.
    Chain,
    /// An entry is not there.
    Missing,
    /// An entry is there that was not recorded.
    Added,
    /// Entries changed places.
    Reordered,
    /// An entry's text was erased, and no purge says so.
    Erased,
    /// What is noted of a machine is not what its entries end in.
    Machine,
    /// A file's bytes are not those that were stored.
    File,
    /// The history is not the one that was seen before.
    History,
}

/// One thing that is not as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// How it is wrong.
    pub kind: Fault,
    /// The machine whose entry it is, 16 hex digits.
    pub machine: Option<String>,
    /// Which of the machine's entries.
    pub seq: Option<u64>,
    /// The ticket's number, as the sound part of the journal says.
    pub ticket: Option<String>,
    /// The change's name.
    pub change: Option<ChangeId>,
    /// When it says it was recorded.
    pub at: Option<Time>,
    /// What is wrong, in words.
    pub what: String,
}
