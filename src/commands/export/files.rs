//! New files that an export makes: never over others, and none stays unless all could be written.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// What was made so far.
#[derive(Debug, Default)]
pub(super) struct Made {
    folder: Option<PathBuf>,
    files: Vec<PathBuf>,
}

impl Made {
    /// A new file that only its owner reads.
    pub(super) fn create(&mut self, path: &Path) -> Result<BufWriter<File>> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(file) => {
                self.files.push(path.to_owned());
                Ok(BufWriter::with_capacity(64 << 10, file))
            }
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {
                Err(Error::invalid(format!("{} is there already", path.display()))
                    .because("nothing is overwritten")
                    .hint("--to with another name"))
            }
            Err(e) => Err(cannot(path, &e)),
        }
    }

    /// A new file with these bytes.
    pub(super) fn write(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let mut out = self.create(path)?;
        out.write_all(bytes).map_err(|e| cannot(path, &e))?;
        self.finish(path, out)
    }

    /// Writes out what is still held of a file.
    #[expect(clippy::unused_self, reason = "a file of those that were made")]
    pub(super) fn finish(&self, path: &Path, mut out: BufWriter<File>) -> Result<()> {
        out.flush().map_err(|e| cannot(path, &e))
    }

    /// A folder, made if it is not there.
    pub(super) fn folder(&mut self, path: &Path) -> Result<()> {
        if path.is_dir() {
            return Ok(());
        }
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|e| {
            Error::failed(format!("cannot make the folder {}", path.display())).because(e)
        })?;
        self.folder = Some(path.to_owned());
        Ok(())
    }

    /// All was written; returns how many files.
    pub(super) fn keep(mut self) -> u64 {
        self.folder = None;
        std::mem::take(&mut self.files).len() as u64
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        // What cannot be taken away either is left.
        for path in &self.files {
            drop(std::fs::remove_file(path));
        }
        if let Some(folder) = &self.folder {
            drop(std::fs::remove_dir(folder));
        }
    }
}

fn cannot(path: &Path, e: &std::io::Error) -> Error {
    Error::failed(format!("cannot write {}", path.display())).because(e)
}
