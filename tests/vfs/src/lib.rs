//! A file system that remembers and fails, below SQLite.
//!
//! [`Tape::on`] a folder records what SQLite does to the files in it: each one that is made,
//! written, cut, flushed and removed, and the marks that a test sets. A [`Disk`] plays that back to
//! any moment and says what could be found there after a power loss. A [`Fault`] makes calls fail.
//! It stands in front of SQLite's own file system and is the default of the process, so what is
//! tested needs no door for it. Files elsewhere are SQLite's own affair: for them nothing is here.

mod disk;
mod shim;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use disk::{Disk, Image, Left};

/// Something that was done to a file of the folder, or a mark of the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A file of this name was made; it is the file of this count from now on.
    Made(usize, String),
    /// These bytes were written at this place.
    Wrote(usize, u64, Arc<[u8]>),
    /// It was cut, or stretched with zeros, to this length.
    Cut(usize, u64),
    /// All of it was flushed to the disk; and the folder's list of names, if so it says.
    Flushed(usize, bool),
    /// The name was removed; and the folder's list of names flushed, if so it says.
    Removed(String, bool),
    /// The test's own: this was acknowledged.
    Acked(u64),
}

/// Which calls fail, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Any call: an I/O error, nothing done.
    Io,
    /// A write, after half of it, or a file that grows: the disk is full.
    Full,
    /// A file cannot be opened.
    Open,
    /// A read ends half way, in an error.
    Short,
    /// The memory that processes share cannot be had or locked.
    Shared,
}

/// What is to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which calls.
    pub failing: Failing,
    /// The first of those calls that fails, counted from 0.
    pub at: u64,
    /// Does every later one fail, too?
    pub for_ever: bool,
}

/// How much SQLite is made to flush, whatever it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushes {
    /// As it is asked.
    AsAsked,
    /// As with `synchronous = NORMAL`.
    Fewer,
    /// As with `synchronous = OFF`.
    Never,
}

#[derive(Debug)]
struct State {
    names: BTreeMap<String, usize>,
    files: usize,
    events: Vec<Event>,
    recording: bool,
    flushes: Flushes,
    fault: Option<Fault>,
    calls: u64,
    struck: u64,
}

impl State {
    fn push(&mut self, event: Event) {
        if self.recording {
            self.events.push(event);
        }
    }

    /// The count of the file of this name; none where there is none.
    fn file(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    fn make(&mut self, name: &str) -> usize {
        let file = self.files;
        self.files += 1;
        self.names.insert(name.to_owned(), file);
        self.push(Event::Made(file, name.to_owned()));
        file
    }

    /// Does this call fail, of a kind that `kinds` are?
    fn strikes(&mut self, kinds: &[Failing]) -> Option<Failing> {
        let fault = self.fault.filter(|fault| kinds.contains(&fault.failing))?;
        let call = self.calls;
        self.calls += 1;
        let strikes = if fault.for_ever { call >= fault.at } else { call == fault.at };
        self.struck += u64::from(strikes);
        strikes.then_some(fault.failing)
    }
}

/// What happens in a folder, from when it is made until it is dropped.
#[derive(Debug)]
pub struct Tape {
    folder: PathBuf,
    base: BTreeMap<String, Vec<u8>>,
    state: Arc<Mutex<State>>,
}

impl Tape {
    /// Begins to record what SQLite does in `folder`; what is there counts as flushed.
    ///
    /// # Panics
    /// When the folder cannot be read.
    #[must_use]
    pub fn on(folder: &Path) -> Self {
        let folder = folder.canonicalize().expect("the folder is there");
        let mut base = BTreeMap::new();
        for entry in std::fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !name.ends_with("-shm") && path.is_file() {
                base.insert(name, std::fs::read(&path).expect("the file can be read"));
            }
        }
        let names: BTreeMap<String, usize> = base.keys().cloned().zip(0..).collect();
        let files = names.len();
        let state = State {
            names,
            files,
            events: Vec::new(),
            recording: true,
            flushes: Flushes::AsAsked,
            fault: None,
            calls: 0,
            struck: 0,
        };
        let state = Arc::new(Mutex::new(state));
        shim::watch(&folder, &state);
        Self { folder, base, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        held(&self.state)
    }

    /// Nothing is recorded from now on; calls fail all the same.
    #[must_use]
    pub fn unrecorded(self) -> Self {
        self.state().recording = false;
        self
    }

    /// SQLite flushes so from now on.
    #[must_use]
    pub fn flushing(self, flushes: Flushes) -> Self {
        self.state().flushes = flushes;
        self
    }

    /// Sets the test's mark.
    pub fn ack(&self, mark: u64) {
        self.state().push(Event::Acked(mark));
    }

    /// Makes calls fail from now on, or none.
    pub fn fail(&self, fault: Option<Fault>) {
        let mut state = self.state();
        (state.fault, state.calls, state.struck) = (fault, 0, 0);
    }

    /// How many calls have failed since [`Tape::fail`].
    #[must_use]
    pub fn struck(&self) -> u64 {
        self.state().struck
    }

    /// What was there at the beginning.
    #[must_use]
    pub fn base(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.base
    }

    /// What was recorded.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.state().events.clone()
    }
}

impl Drop for Tape {
    fn drop(&mut self) {
        shim::forget(&self.folder);
    }
}

/// A test that failed with it is no reason for others to fail.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
