//! Zip archives, read without ever writing under the names in them.

use std::cell::RefCell;
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use tempfile::SpooledTempFile;
use zip::ZipArchive;

use crate::error::{Error, Result};

/// How much more an archive may hold than it has bytes before it counts as a bomb. Text is packed to
/// a tenth; the method cannot do better than a thousandth.
const RATIO_MAX: u64 = 200;
/// What an archive may hold whatever its size, in bytes: 64 MiB.
const SMALL: u64 = 64 << 20;
/// The most files that an archive may hold.
const FILES_MAX: usize = 200_000;
/// What of a file is held in memory; of a larger one all is held on the disk: 8 MiB.
const HELD_MAX: usize = 8 << 20;

/// An archive whose list of files has been read.
pub(super) struct Archive {
    name: String,
    zip: RefCell<ZipArchive<File>>,
    sizes: Vec<u64>,
}

impl fmt::Debug for Archive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Archive").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Archive {
    /// Reads the list of files of an archive.
    ///
    /// # Errors
    /// Exit 4 when it is broken, or says that it holds far more than it could.
    pub(super) fn open(name: &str, file: File) -> Result<Self> {
        let length = file.metadata().map_or(0, |data| data.len());
        let broken = |e: zip::result::ZipError| {
            Error::invalid(format!("{name} is no archive that can be read")).because(e)
        };
        let mut zip = ZipArchive::new(file).map_err(broken)?;
        if zip.len() > FILES_MAX {
            let error = Error::invalid(format!("{name} holds too many files"));
            return Err(error.because(format!("{} of at most {FILES_MAX}", zip.len())));
        }
        let mut sizes = Vec::with_capacity(zip.len());
        for place in 0..zip.len() {
            sizes.push(zip.by_index_raw(place).map_err(broken)?.size());
        }
        let whole = sizes.iter().fold(0u64, |sum, size| sum.saturating_add(*size));
        if whole > SMALL.max(length.saturating_mul(RATIO_MAX)) {
            return Err(Error::invalid(format!("{name} is refused"))
                .because(format!("it says that its {} MiB hold {} MiB", length >> 20, whole >> 20))
                .hint("unpack it and import what is in it"));
        }
        Ok(Self { name: name.to_owned(), zip: RefCell::new(zip), sizes })
    }

    /// The files in it, by name.
    pub(super) fn files(&self) -> Vec<(usize, String)> {
        let zip = self.zip.borrow();
        let file = |place: usize| {
            let name = zip.name_for_index(place)?.ok()?.replace('\\', "/");
            let hidden = name.ends_with('/') || name.starts_with("__MACOSX/");
            (!hidden).then_some((place, name))
        };
        let mut files: Vec<(usize, String)> = (0..zip.len()).filter_map(file).collect();
        files.sort_by(|a, b| a.1.cmp(&b.1));
        files
    }

    /// How many bytes a file has.
    pub(super) fn size(&self, place: usize) -> u64 {
        self.sizes.get(place).copied().unwrap_or_default()
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// Exit 4 when it is broken, locked, or longer than the list says; exit 1 when it cannot be held.
    pub(super) fn read(&self, place: usize) -> Result<SpooledTempFile> {
        let mut zip = self.zip.borrow_mut();
        let broken = |e: &dyn fmt::Display| {
            Error::invalid(format!("{} is broken", self.name)).because(e.to_string())
        };
        let file = zip.by_index(place).map_err(|e| broken(&e))?;
        let mut held = SpooledTempFile::new(HELD_MAX);
        let size = self.size(place);
        let length = std::io::copy(&mut file.take(size + 1), &mut held).map_err(|e| broken(&e))?;
        if length > size {
            return Err(broken(&"a file is longer than its list says"));
        }
        held.seek(SeekFrom::Start(0)).map_err(|e| super::place::cannot(&self.name, &e))?;
        Ok(held)
    }
}
