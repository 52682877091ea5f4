//! Is a desk that something was done to still a whole history?

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use tix::store::Store;

use crate::session::{self, Mark};

/// The count of a change that comes after everything.
const AFTER: u64 = 1_000_000;

/// Holds desks against the history they were made by.
pub(crate) struct Judge<'a> {
    marks: &'a [Mark],
    seed: u64,
    by_chain: HashMap<[u8; 32], usize>,
    /// What was found in a file that held these bytes when its log was folded in: nothing that is
    /// checked depends on more.
    known: HashMap<blake3::Hash, Found>,
}

/// The change that a desk stands after, none where there is no desk; or what is wrong with it.
pub(crate) type Found = Result<Option<usize>, String>;

impl<'a> Judge<'a> {
    pub(crate) fn new(marks: &'a [Mark], seed: u64) -> Self {
        let by_chain = marks.iter().zip(0..).map(|(mark, n)| (mark.chain, n)).collect();
        Self { marks, seed, by_chain, known: HashMap::new() }
    }

    /// How many different desks were seen.
    pub(crate) fn states(&self) -> u64 {
        self.known.len() as u64
    }

    /// Opens the desk as the next command would, and checks all of it.
    pub(crate) fn look(&mut self, path: &Path) -> Found {
        self.open(path).map_err(|e| e.to_string())?;
        if !path.exists() {
            return Ok(None);
        }
        let conn = rusqlite::Connection::open(path).map_err(|e| e.to_string())?;
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(|e| e.to_string())?;
        drop(conn);
        let print = blake3::hash(&std::fs::read(path).unwrap());
        if let Some(found) = self.known.get(&print) {
            return found.clone();
        }
        let found = self.check(path);
        self.known.insert(print, found.clone());
        found
    }

    /// First for reading, then for a change.
    fn open(&self, path: &Path) -> tix::error::Result<()> {
        if !path.exists() {
            return Ok(());
        }
        // What no command has finished making is made by the next one.
        let empty = std::fs::metadata(path)?.len() == 0;
        match Store::open(path) {
            Err(e) if e.why.as_deref() == Some("the file holds no tables") => {}
            Err(e) if !empty => return Err(e),
            _ => {}
        }
        Store::create(path, &session::author(self.seed, 0)).map(drop)
    }

    /// All that can be checked of a desk. Once there is a command for it, it belongs here.
    fn check(&self, path: &Path) -> Found {
        let chain = sound(path)?;
        let Some(n) = self.by_chain.get(&chain) else {
            return Err("what it holds is no whole number of changes".to_owned());
        };
        let mark = &self.marks[*n];
        let author = session::author(self.seed, AFTER);
        let (mut store, _) = Store::create(path, &author).map_err(|e| e.to_string())?;
        let now = Mark::of(path, &store).map_err(|e| e.to_string())?;
        if now != *mark {
            return Err(format!("after change {n} it is not what it was"));
        }
        for hash in &mark.files {
            let bytes = store.read().blob(*hash).map_err(|e| e.to_string())?;
            bytes.ok_or_else(|| format!("after change {n} the file {hash} is gone"))?;
        }
        // It can be worked with.
        session::change(&mut store, self.seed, AFTER)
            .map_err(|e| format!("the next change: {e}"))?;
        drop(store);
        sound(path).map_err(|e| format!("after the next change: {e}"))?;
        Ok(Some(*n))
    }
}

/// Finds out whether a desk's pages, journal and derived tables agree; returns the chain's head.
pub(crate) fn sound(path: &Path) -> Result<[u8; 32], String> {
    let said = |e: tix::error::Error| e.to_string();
    let conn = rusqlite::Connection::open(path).map_err(|e| e.to_string())?;
    let pages: String = conn
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .map_err(|e| e.to_string())?;
    if pages != "ok" {
        return Err(format!("integrity_check: {pages}"));
    }
    let chain = session::chain(&conn).map_err(said)?;
    drop(conn);
    let (mut store, _) = Store::create(path, &session::author(0, 0)).map_err(said)?;
    store.verify().map_err(said)?;
    files(path, &store)?;
    let derived = session::derived(&store).map_err(said)?;
    store.rebuild().map_err(said)?;
    if session::derived(&store).map_err(said)? != derived {
        return Err("the derived tables are not what the journal adds up to".to_owned());
    }
    Ok(chain)
}

/// Are the bytes of each file that is kept those that were stored?
fn files(path: &Path, store: &Store) -> Result<(), String> {
    let kept = session::files(path).map_err(|e| e.to_string())?;
    for hash in kept {
        store.read().blob(hash).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Writes files into an empty folder; returns where the desk is.
pub(crate) fn lay(folder: &Path, files: &tix_vfs::Image) -> PathBuf {
    for entry in std::fs::read_dir(folder).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    folder.join("tix.db")
}
