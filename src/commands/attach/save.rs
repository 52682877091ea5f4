//! Files written out: never over another, never where their names would lead.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::name;
use crate::error::{Error, Result};

/// How many files of one name a folder may have.
const SAME_MAX: u32 = 10_000;

/// A folder that files are saved into. Unless all of them could be, none stays.
pub(super) struct Folder<'p> {
    path: &'p Path,
    saved: Vec<PathBuf>,
}

impl<'p> Folder<'p> {
    /// The folder at `path`, which must be there.
    pub(super) fn at(path: &'p Path) -> Result<Self> {
        let name = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let cannot = || Error::failed(format!("cannot save into {}", name.display()));
        match std::fs::metadata(name) {
            Ok(about) if about.is_dir() => Ok(Self { path, saved: Vec::new() }),
            Ok(_) => Err(cannot().because("it is not a folder")),
            Err(e) => Err(cannot().because(e)),
        }
    }

    /// Saves `bytes` under what is safe of `name`; returns where.
    pub(super) fn save(&mut self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let (path, mut file) = self.create(name)?;
        self.saved.push(path.clone());
        let cannot = |e| Error::failed(format!("cannot write {}", path.display())).because(e);
        file.write_all(bytes).and_then(|()| file.flush()).map_err(cannot)?;
        Ok(path)
    }

    fn create(&self, name: &str) -> Result<(PathBuf, File)> {
        let safe = name::safe(name);
        for count in 1..SAME_MAX {
            let path = self.path.join(name::numbered(&safe, count));
            // A new one or none: what is there already may be somebody's link.
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(file) => return Ok((path, file)),
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => {
                    let what = format!("cannot write {}", path.display());
                    return Err(Error::failed(what).because(e));
                }
            }
        }
        Err(Error::failed(format!("there are too many files called {safe}"))
            .hint("--to DIR saves into another folder"))
    }

    /// All were saved.
    pub(super) fn keep(mut self) {
        self.saved.clear();
    }
}

impl Drop for Folder<'_> {
    fn drop(&mut self) {
        for path in &self.saved {
            // What cannot be taken away either is left.
            drop(std::fs::remove_file(path));
        }
    }
}
