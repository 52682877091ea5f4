//! The desk's file: the only SQL in tix, with one `open` and one `change` as its doors.
//!
//! The journal is the truth; the derived tables are written in the same transaction and can be
//! thrown away and rebuilt at any time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::domain::ids::{ChangeId, Machine, Replica, Timestamp};
use crate::domain::person::Person;
use crate::error::{Error, Kind, Result};

mod arrive;
mod articles;
mod backup;
mod blobs;
mod bounds;
mod check;
mod clocks;
mod copies;
mod customers;
mod derive;
mod disputes;
mod drafts;
mod erase;
mod joins;
mod journal;
mod kept;
mod layout;
mod links;
mod list;
mod log;
mod made;
mod moved;
mod named;
mod next;
mod open;
mod place;
mod purge;
mod read;
mod salvage;
mod search;
mod similar;
mod sla;
mod stats;
mod surgery;
mod swap;
mod sync;
mod taking;
mod text;
mod tidy;
mod undo;
mod verify;
mod words;
mod write;

pub use arrive::{Arrived, Effect, REOPEN};
pub use articles::Told;
pub use backup::{copy, copy_without};
pub use bounds::bound_memory;
pub use check::{Depth, Exam, examine, journal_mode, mend, sqlite_version};
pub use customers::Theirs;
pub use derive::Term;
pub use disputes::Crossed;
pub use drafts::Met;
pub use journal::Line;
pub use kept::in_words as kept_in_words;
pub use log::Chosen;
pub use open::SCHEMA_VERSION;
pub use place::{beside, notes as notes_of_place};
pub use purge::{Doomed, Part, Remain, Scope, holds};
pub use read::{Portion, Reader, Wants};
pub use salvage::{Missing, Saved, salvage};
pub use similar::Likes;
pub use sla::{Fell, Running};
pub use stats::Stats;
pub use surgery::Merged;
pub use swap::{last_number, ready, replace, set_aside};
pub use sync::{Logged, Mine};
pub use taking::Taker;
pub use undo::Target;
pub use words::Among;
pub use write::Writer;

use clocks::Measures;

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
    /// The database or its disk failed: what SQLite remembers of the file may be wrong.
    spent: bool,
}

impl Store {
    /// Opens the desk at `path` for reading.
    ///
    /// # Errors
    /// Exit 8 when there is none, or it cannot be read by this version.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_after(path, &mut || Ok(()))
    }

    /// The same; `before` is done before a desk of an older version is brought up to date.
    ///
    /// # Errors
    /// As [`Store::open`], and whatever `before` returns.
    pub fn open_after(path: &Path, before: &mut dyn FnMut() -> Result<()>) -> Result<Self> {
        let conn = open::read(path, before)?;
        Ok(Self { conn, path: path.to_owned(), file: None, spent: false })
    }

    /// Opens the desk at `path` for a glance: it waits for nobody, and leaves no trace.
    ///
    /// # Errors
    /// When there is none, or it cannot be read at once.
    pub fn glance(path: &Path) -> Result<Self> {
        Ok(Self { conn: open::glance(path)?, path: path.to_owned(), file: None, spent: false })
    }

    /// Opens the desk at `path` for changes, made if need be; the flag says that it was made.
    ///
    /// # Errors
    /// Exit 8 when what is there is no desk or cannot be written by this version.
    pub fn create(path: &Path, author: &Author) -> Result<(Self, bool)> {
        Self::create_after(path, author, &mut || Ok(()))
    }

    /// The same; `before` is done before a desk of an older version is brought up to date.
    ///
    /// # Errors
    /// As [`Store::create`], and whatever `before` returns.
    pub fn create_after(
        path: &Path,
        author: &Author,
        before: &mut dyn FnMut() -> Result<()>,
    ) -> Result<(Self, bool)> {
        let (conn, made, file) = open::write(path, replica(author), before)?;
        Ok((Self { conn, path: path.to_owned(), file, spent: false }, made))
    }

    /// Opens the desk at `path` for changes, where one was before.
    ///
    /// # Errors
    /// Exit 8 when it is gone, or as [`Store::create`].
    pub fn again(path: &Path, author: &Author) -> Result<Self> {
        Self::again_after(path, author, &mut || Ok(()))
    }

    /// The same; `before` is done before a desk of an older version is brought up to date.
    ///
    /// # Errors
    /// As [`Store::again`], and whatever `before` returns.
    pub fn again_after(
        path: &Path,
        author: &Author,
        before: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Self> {
        let there = std::fs::metadata(path).is_ok_and(|meta| meta.len() > 0);
        if !there {
            return Err(Error::no_desk(format!("the desk {} is gone", path.display()))
                .because("it was there when this began")
                .hint("put it back, or check --db and TIX_DB"));
        }
        Self::create_after(path, author, before).map(|(store, _)| store)
    }

    /// Opens the desk at `path` for reading, and where it can be at once for the change that is to
    /// follow: opened twice it would be set up twice.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_to_change(path: &Path) -> Result<Self> {
        Self::open_to_change_after(path, &mut || Ok(()))
    }

    /// The same; `before` is done before a desk of an older version is brought up to date.
    ///
    /// # Errors
    /// As [`Store::open_after`].
    pub fn open_to_change_after(
        path: &Path,
        before: &mut dyn FnMut() -> Result<()>,
    ) -> Result<Self> {
        match open::to_change(path) {
            Some((conn, file)) => {
                Ok(Self { conn, path: path.to_owned(), file: Some(file), spent: false })
            }
            None => Self::open_after(path, before),
        }
    }

    /// Can a change be made with it, in what is the file of that name now?
    #[must_use]
    pub fn changes(&self) -> bool {
        !self.spent && self.file.is_some() && self.file == open::File::at(&self.path)
    }

    /// Has its database or its disk failed? Then it is to be opened anew, even to be read.
    #[must_use]
    pub fn spent(&self) -> bool {
        self.spent
    }

    /// A desk in memory, numbering as `machine`: for tests.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn in_memory(author: &Author, machine: Machine) -> Result<Self> {
        let conn = open::memory(replica(author), machine)?;
        Ok(Self { conn, path: PathBuf::new(), file: None, spent: false })
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
        let made = self.decide(author, decide, true);
        self.noting(made)
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
        let tried = self.decide(author, decide, false);
        self.noting(tried)
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
        if !keep || !changed {
            tx.rollback()?;
            return Ok(answer);
        }
        commit(tx)?;
        // The change is made, whatever becomes of its log: a later command folds that in.
        self.spent = tidy::rest(&mut self.conn, &self.path).is_err();
        Ok(answer)
    }

    /// Notes that the database or its disk failed: it is never used again.
    fn noting<T>(&mut self, done: Result<T>) -> Result<T> {
        done.map_err(|e| {
            self.spent |= matches!(e.kind, Kind::Failed | Kind::NoDesk);
            if e.is_full() { e.hint(tidy::room(&self.path)) } else { e }
        })
    }

    /// Takes the lock. Whoever restores a copy holds it while the file is replaced, so what is
    /// recorded under it is recorded in the desk's own file.
    fn begin(&mut self) -> Result<Transaction<'_>> {
        if self.spent {
            return Err(Error::failed("the desk's database failed before; nothing was changed")
                .hint("open the desk anew"));
        }
        bounds::writing(&mut self.conn)?;
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if self.file.is_some() && self.file != open::File::at(&self.path) {
            return Err(open::replaced(&self.path));
        }
        Ok(tx)
    }

    /// Takes away what is left of texts that were erased: words in the indexes, pages that are free,
    /// the write-ahead log. Says whether nothing is left in the desk's files; else another process
    /// still reads them as they were.
    ///
    /// # Errors
    /// When the desk cannot be written.
    pub fn clean(&mut self) -> Result<bool> {
        let cleaned = tidy::clean(&mut self.conn).map_err(|e| {
            // The change is made: only its remains are left.
            let why = if e.is_full() { "the disk is full".to_owned() } else { e.to_string() };
            Error { what: "what was erased is left in free parts of the file".to_owned(), ..e }
                .because(why)
                .hint(tidy::room(&self.path))
        });
        self.noting(cleaned)
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
        let rebuilt = self.begin().and_then(|tx| {
            derive::rebuild(&tx)?;
            commit(tx)
        });
        self.noting(rebuilt)
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
        let verified = self.read().verify(None)?;
        let Some(first) = verified.findings.first() else { return Ok(verified.entries) };
        let (machine, seq) = (first.machine.clone().unwrap_or_default(), first.seq.unwrap_or(0));
        let what = format!("entry {seq} of machine {machine} is not what was recorded");
        Err(Error::no_desk(what).because(&first.what))
    }

    /// The questions a desk can be asked.
    #[must_use]
    pub fn read(&self) -> Reader<'_> {
        Reader::new(&self.conn)
    }
}

/// Carries out what purges say of `new` lines and writes what all of that adds up to, for the tickets
/// and changes touched, and the desk itself if that was; returns how many entries were erased.
fn settle(
    tx: &Connection,
    new: &[&Line],
    (mut touched, mut steps, of_desk): (erase::Touched, BTreeSet<i64>, bool),
) -> Result<u64> {
    let mut erased = erase::carry_out(tx, new, &mut touched)?;
    steps.append(&mut erased.changes);
    let of_desk = of_desk || erased.of_desk;
    if of_desk {
        kept::rebuild(tx)?;
    }
    let measures = Measures::new(tx);
    for (row, before) in touched {
        derive::anew(&measures, row, &before)?;
    }
    if of_desk {
        clocks::renew(tx, &measures)?;
    }
    for change in steps {
        derive::step_of(tx, change)?;
    }
    Ok(erased.entries)
}

/// Commits. Where the disk fails just then, nobody can say what a later command finds.
fn commit(tx: Transaction<'_>) -> Result<()> {
    tx.commit().map_err(|e| match Error::from(e) {
        e if e.is_full() => e,
        e => Error { what: "the disk failed: the change may be made or not".to_owned(), ..e }
            .hint("make room on it, and look at `tix log` before you make the change again"),
    })
}

fn replica(author: &Author) -> Replica {
    Replica(i64::from_be_bytes(author.bytes("replica", 0)) & i64::MAX)
}
