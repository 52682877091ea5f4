//! Sharing a desk: what machines recorded goes to the others through any git remote, sealed.
//!
//! Each machine writes a branch of its own, a commit for each time it had something to send: nobody
//! ever has to merge. What is sent is sealed ([`segment`]), so whoever hosts the repository reads
//! nothing; whose desk it is, and which machine has which letter, stands in signed records
//! ([`circle`]). The desk's own journal holds the truth: what lies in git only carries it, and neither
//! what a remote says nor what it lacks can change or lose an entry.

pub mod address;
mod begin;
pub mod circle;
mod commits;
mod exchange;
pub mod git;
mod members;
mod pack;
mod piece;
mod publish;
mod report;
pub mod segment;
mod take;

pub use begin::{found, join, move_to};
pub use exchange::{Exchange, State, state};
pub use members::Decision;
pub use report::{Report, Warning};

use std::collections::BTreeMap;

use crate::domain::ids::Replica;
use crate::error::Result;

/// The branch with the records that say whose desk it is.
pub const CIRCLE: &str = "circle";

/// How the branches begin through which people ask to join.
pub const ASKS: &str = "ask-";

/// The branch of a machine.
#[must_use]
pub fn branch_of(replica: Replica) -> String {
    format!("m-{:016x}", replica.0)
}

/// The machine whose branch it is.
#[must_use]
pub fn replica_of(branch: &str) -> Option<Replica> {
    let hex = branch.strip_prefix("m-").filter(|hex| hex.len() == 16)?;
    i64::from_str_radix(hex, 16).ok().map(Replica).filter(|it| branch_of(*it) == branch)
}

/// A branch that is to be elsewhere on the remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Its name.
    pub branch: String,
    /// The commit that it is to be at; none to take it away.
    pub to: Option<String>,
    /// The commit that it is at, if it may be moved to one that does not follow from that.
    pub over: Option<String>,
}

/// What became of a branch that was to be moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It was moved.
    Done,
    /// Somebody else was faster: look again.
    Late,
    /// The remote does not want it, in its own words.
    Refused(String),
}

/// Where branches of commits lie: a git remote with the cache of it on this machine.
pub trait Remote {
    /// The branches there are on the remote now, and their commits.
    ///
    /// # Errors
    /// When it cannot be reached.
    fn tips(&mut self) -> Result<BTreeMap<String, String>>;

    /// Brings all commits here.
    ///
    /// # Errors
    /// When it cannot be reached.
    fn fetch(&mut self) -> Result<()>;

    /// Takes in what was known of the remote that this one takes the place of, if there is one.
    ///
    /// # Errors
    /// When the cache cannot be written.
    fn inherit(&mut self) -> Result<()> {
        Ok(())
    }

    /// Is this commit here?
    ///
    /// # Errors
    /// When the cache cannot be read.
    fn has(&mut self, commit: &str) -> Result<bool>;

    /// The commits up to `tip` that do not lead to `known`, the oldest first.
    ///
    /// # Errors
    /// When the cache cannot be read.
    fn since(&mut self, known: Option<&str>, tip: &str) -> Result<Vec<String>>;

    /// The file of this name in a commit; none where there is none, or it is larger than `most`.
    ///
    /// # Errors
    /// When the cache cannot be read.
    fn read(&mut self, commit: &str, file: &str, most: u64) -> Result<Option<Vec<u8>>>;

    /// Makes a commit of these files after `parent`; returns its name.
    ///
    /// # Errors
    /// When the cache cannot be written.
    fn write(&mut self, parent: Option<&str>, files: &[(String, Vec<u8>)]) -> Result<String>;

    /// Moves branches on the remote; says for each what became of it.
    ///
    /// # Errors
    /// When it cannot be reached.
    fn push(&mut self, moves: &[Move]) -> Result<Vec<Moved>>;
}
