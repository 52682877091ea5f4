//! The desk's file: the only SQL in tix, with one `open` and one `change` as its doors.
//!
//! The journal is the truth; the derived tables are written in the same transaction and can be
//! thrown away and rebuilt at any time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::domain::ids::{ChangeId, Machine, Replica, Timestamp};
use crate::domain::person::Person;
use crate::error::{Error, Result};

mod arrive;
mod articles;
mod blobs;
mod clocks;
mod copies;
mod customers;
mod derive;
mod disputes;
mod drafts;
mod joins;
mod journal;
mod kept;
mod links;
mod list;
mod log;
mod moved;
mod named;
mod next;
mod open;
mod read;
mod search;
mod similar;
mod sla;
mod stats;
mod surgery;
mod sync;
mod taking;
mod text;
mod undo;
mod words;
mod write;

pub use arrive::{Arrived, Effect, REOPEN};
pub use articles::Told;
pub use customers::Theirs;
pub use derive::Term;
pub use drafts::Met;
pub use journal::Line;
pub use kept::in_words as kept_in_words;
pub use log::Chosen;
pub use open::SCHEMA_VERSION;
pub use read::{Portion, Reader, Wants};
pub use similar::Likes;
pub use sla::{Fell, Running};
pub use stats::Stats;
pub use surgery::Merged;
pub use sync::{Logged, Mine};
pub use taking::Taker;
pub use undo::Target;
pub use words::Among;
pub use write::Writer;


/// Who makes a change, when, and the randomness for its names and salts.
#[derive(Clone, Debug)]
pub struct Author {
    /// Who.
    pub by: Person,
    /// When.
    pub now: Timestamp,
    /// 32 random bytes, never used twice.
    pub secret: [u8; 32],
}

impl Author {
    /// The name of the change that this author makes.
    #[must_use]
    pub fn change(&self) -> ChangeId {
        ChangeId(self.bytes("change", 0))
    }

    /// `N` of the random bytes, for one purpose and count.
    fn bytes<const N: usize>(&self, purpose: &str, count: u64) -> [u8; N] {
        let mut hasher = blake3::Hasher::new_keyed(&self.secret);
        hasher.update(purpose.as_bytes()).update(&count.to_be_bytes());
        let mut bytes = [0; N];
        hasher.finalize_xof().fill(&mut bytes);
        bytes
    }
}

/// An open desk.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    path: PathBuf,
    /// The file that was opened for changes: another one may take its place.
    file: Option<open::File>,
}

impl Store {
    /// Opens the desk at `path` for reading.
    ///
    /// # Errors
    /// Exit 8 when there is none, or it cannot be read by this version.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Self { conn: open::read(path)?, path: path.to_owned(), file: None })
    }

    /// Opens the desk at `path` for a glance: it waits for nobody, and leaves no trace.
    ///
    /// # Errors
    /// When there is none, or it cannot be read at once.
    pub fn glance(path: &Path) -> Result<Self> {
        Ok(Self { conn: open::glance(path)?, path: path.to_owned(), file: None })
    }

    /// Opens the desk at `path` for changes, made if need be; the flag says that it was made.
    ///
    /// # Errors
    /// Exit 8 when what is there is no desk or cannot be written by this version.
    pub fn create(path: &Path, author: &Author) -> Result<(Self, bool)> {
        let (conn, made) = open::write(path, replica(author))?;
        Ok((Self { conn, path: path.to_owned(), file: open::File::at(path) }, made))
    }

    /// Opens the desk at `path` for changes, where one was before.
    ///
    /// # Errors
    /// Exit 8 when it is gone, or as [`Store::create`].
    pub fn again(path: &Path, author: &Author) -> Result<Self> {
        let there = std::fs::metadata(path).is_ok_and(|meta| meta.len() > 0);
        if !there {
            return Err(Error::no_desk(format!("the desk {} is gone", path.display()))
                .because("it was there when this began")
                .hint("put it back, or check --db and TIX_DB"));
        }
        Self::create(path, author).map(|(store, _)| store)
    }

    /// Opens the desk at `path` for reading, and where it can be at once for the change that is to
    /// follow: opened twice it would be set up twice.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_to_change(path: &Path) -> Result<Self> {
        let file = open::File::at(path);
        match file.and_then(|_| open::to_change(path)) {
            Some(conn) => Ok(Self { conn, path: path.to_owned(), file }),
            None => Self::open(path),
        }
    }

    /// Can a change be made with it, in what is the file of that name now?
    #[must_use]
    pub fn changes(&self) -> bool {
        self.file.is_some() && self.file == open::File::at(&self.path)
    }

    /// A desk in memory, numbering as `machine`: for tests.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn in_memory(author: &Author, machine: Machine) -> Result<Self> {
        Ok(Self { conn: open::memory(replica(author), machine)?, path: PathBuf::new(), file: None })
    }

    /// Makes one change: whatever `decide` records, or nothing when it fails.
    ///
    /// # Errors
    /// Whatever `decide` returns, or when the desk cannot be written; then nothing was.
    pub fn change<T>(
        &mut self,
        author: &Author,
        decide: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        self.decide(author, decide, true)
    }

    /// Does the same as `change` and then takes all of it back.
    ///
    /// # Errors
    /// As for [`Store::change`].
    pub fn rehearse<T>(
        &mut self,
        author: &Author,
        decide: impl FnOnce(&mut Writer<'_>) -> Result<T>,
    ) -> Result<T> {
        self.decide(author, decide, false)
    }

    fn decide<T>(
        &mut self,
        author: &Author,
        decide: impl FnOnce(&mut Writer<'_>) -> Result<T>,
        keep: bool,
    ) -> Result<T> {
        let tx = self.begin()?;
        let mut writer = Writer::new(&tx, author)?;
        let answer = decide(&mut writer)?;
        let changed = writer.finish()?;
        if keep && changed {
            tx.commit()?;
            open::rest(&self.conn, &self.path)?;
        } else {
            tx.rollback()?;
        }
        Ok(answer)
    }

    fn begin(&mut self) -> Result<Transaction<'_>> {
        Ok(self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    /// The lines that a machine which has seen `seen` of each other machine lacks.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn lines_after(&self, seen: &BTreeMap<Replica, u64>) -> Result<Vec<Line>> {
        journal::lines_after(&self.conn, seen)
    }

    /// How far each machine's entries are known.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn seen(&self) -> Result<BTreeMap<Replica, u64>> {
        let mut statement = self.conn.prepare("SELECT id, seq FROM replica")?;
        let seen = statement.query_map([], |row| {
            Ok((Replica(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
        })?;
        Ok(seen.collect::<rusqlite::Result<_>>()?)
    }

    /// Throws the derived tables away and folds the journal anew.
    ///
    /// # Errors
    /// When the desk cannot be written; then nothing was changed.
    pub fn rebuild(&mut self) -> Result<()> {
        let tx = self.begin()?;
        derive::rebuild(&tx)?;
        tx.commit()?;
        Ok(())
    }

    /// Every derived row as text by table: equal on machines that have seen the same entries, and
    /// before and after a rebuild.
    ///
    /// # Errors
    /// When the desk cannot be read.
    pub fn derived(&self) -> Result<BTreeMap<String, Vec<String>>> {
        derive::dump(&self.conn)
    }

    /// Checks every machine's chain; returns the number of entries.
    ///
    /// # Errors
    /// Exit 8, naming the first entry that is not what was recorded.
    pub fn verify(&self) -> Result<u64> {
        journal::verify(&self.conn)
    }

    /// The questions a desk can be asked.
    #[must_use]
    pub fn read(&self) -> Reader<'_> {
        Reader::new(&self.conn)
    }
}

fn replica(author: &Author) -> Replica {
    Replica(i64::from_be_bytes(author.bytes("replica", 0)) & i64::MAX)
}
