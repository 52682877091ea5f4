//! A remote in memory, which does as git does, and can be cut short at every step.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use tix::error::{Error, Kind, Result};
use tix::sync::{Move, Moved, Remote};

/// A commit: its parent and its files.
#[derive(Clone)]
pub(crate) struct Commit {
    pub(crate) parent: Option<String>,
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

/// What lies on the remote, and what lay there before.
#[derive(Default)]
pub(crate) struct Hub {
    pub(crate) commits: BTreeMap<String, Commit>,
    pub(crate) branches: BTreeMap<String, String>,
    pub(crate) past: Vec<BTreeMap<String, String>>,
}

impl Hub {
    /// The commits that lead to `tip`, the oldest first.
    pub(crate) fn line(&self, tip: &str) -> Vec<String> {
        let (mut line, mut next) = (Vec::new(), Some(tip.to_owned()));
        while let Some(commit) = next {
            next = self.commits.get(&commit).and_then(|it| it.parent.clone());
            line.push(commit);
        }
        line.reverse();
        line
    }
}

/// A machine's way to the remote, with its cache.
pub(crate) struct Way {
    pub(crate) hub: Rc<RefCell<Hub>>,
    /// The commits that are in the cache.
    pub(crate) here: BTreeSet<String>,
    /// After how many more calls it is cut; none for never.
    pub(crate) left: Option<u32>,
}

impl Way {
    pub(crate) fn new(hub: &Rc<RefCell<Hub>>) -> Self {
        Self { hub: Rc::clone(hub), here: BTreeSet::new(), left: None }
    }

    fn step(&mut self) -> Result<()> {
        match &mut self.left {
            Some(0) => Err(Error::new(Kind::Partial, "cut")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Remote for Way {
    fn tips(&mut self) -> Result<BTreeMap<String, String>> {
        self.step()?;
        Ok(self.hub.borrow().branches.clone())
    }

    fn fetch(&mut self) -> Result<()> {
        self.step()?;
        let hub = self.hub.borrow();
        for tip in hub.branches.values() {
            self.here.extend(hub.line(tip));
        }
        Ok(())
    }

    fn has(&mut self, commit: &str) -> Result<bool> {
        Ok(self.here.contains(commit))
    }

    fn since(&mut self, known: Option<&str>, tip: &str) -> Result<Vec<String>> {
        self.step()?;
        let hub = self.hub.borrow();
        let known = known.filter(|known| self.here.contains(*known));
        let before: BTreeSet<String> =
            known.map_or_else(BTreeSet::new, |known| hub.line(known).into_iter().collect());
        let line = hub.line(tip);
        assert!(line.iter().all(|commit| self.here.contains(commit)), "asked for what is not here");
        Ok(line.into_iter().filter(|commit| !before.contains(commit)).collect())
    }

    fn read(&mut self, commit: &str, file: &str, most: u64) -> Result<Option<Vec<u8>>> {
        self.step()?;
        let hub = self.hub.borrow();
        let Some(it) = hub.commits.get(commit).filter(|_| self.here.contains(commit)) else {
            return Ok(None);
        };
        let found = it.files.iter().find(|(name, _)| name == file).map(|(_, bytes)| bytes.clone());
        Ok(found.filter(|bytes| bytes.len() as u64 <= most))
    }

    fn write(&mut self, parent: Option<&str>, files: &[(String, Vec<u8>)]) -> Result<String> {
        self.step()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(parent.unwrap_or_default().as_bytes());
        for (name, bytes) in files {
            hasher.update(name.as_bytes()).update(&bytes.len().to_be_bytes()).update(bytes);
        }
        let name = hasher.finalize().to_hex()[..40].to_owned();
        let commit = Commit { parent: parent.map(ToOwned::to_owned), files: files.to_vec() };
        self.hub.borrow_mut().commits.insert(name.clone(), commit);
        self.here.insert(name.clone());
        Ok(name)
    }

    fn push(&mut self, moves: &[Move]) -> Result<Vec<Moved>> {
        self.step()?;
        let mut done = Vec::new();
        {
            let mut hub = self.hub.borrow_mut();
            let before = hub.branches.clone();
            for Move { branch, to, over } in moves {
                let there = hub.branches.get(branch).cloned();
                let Some(to) = to else {
                    hub.branches.remove(branch);
                    done.push(Moved::Done);
                    continue;
                };
                assert!(self.here.contains(to), "sent what is not here");
                let follows = there.as_ref().is_none_or(|it| hub.line(to).contains(it));
                if follows || (over.is_some() && *over == there) {
                    hub.branches.insert(branch.clone(), to.clone());
                    done.push(Moved::Done);
                } else {
                    done.push(Moved::Late);
                }
            }
            if hub.branches != before {
                hub.past.push(before);
            }
        }
        // The remote may have it, and its answer may get lost.
        self.step()?;
        Ok(done)
    }
}
