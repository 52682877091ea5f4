//! Which desk is in use, and what is in it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::Time;

/// What `info` says of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Info {
    /// The desk's file.
    pub desk: String,
    /// Why this one.
    pub why: String,
    /// Does it exist yet?
    pub exists: bool,
    /// Bytes on disk, the write-ahead log included.
    pub size: u64,
    /// Tickets by status.
    pub tickets: BTreeMap<String, u64>,
    /// Entries in the journal.
    pub entries: u64,
    /// Changes in the journal.
    pub changes: u64,
    /// The schema's version; none where there is no desk yet.
    pub schema: Option<i64>,
    /// Who acts.
    pub user: String,
    /// Where that is set.
    pub user_from: String,
    /// The zone that times are read and shown in.
    pub timezone: String,
    /// The config file.
    pub config: String,
    /// The version of tix.
    pub version: String,
    /// When a copy of the desk was last made and found sound; none where that was never.
    pub backup_at: Option<Time>,
}

/// The desk that `init` made or found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Initialised {
    /// Its file.
    pub desk: String,
    /// It was made just now.
    #[serde(skip)]
    pub made: bool,
}
