//! Other tools' files into drafts: bytes in, one item a record out, memory bounded by a record.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::domain::draft::Draft;
use crate::error::{Error, Result};
use crate::view::Rejected;

mod fields;
mod github;
mod halves;
mod ics;
mod jsonl;

pub use ics::{Events, holidays};

/// What a reader makes of one record.
#[derive(Clone, Debug)]
pub enum Item {
    /// A ticket.
    Draft(Box<Draft>),
    /// The bytes of a file of the ticket that comes next, or that is rejected next.
    Bytes(Vec<u8>),
    /// No ticket, and rightly so: the reason, as a plural noun (`pull requests`).
    Skipped(String),
    /// It should be a ticket but cannot be read.
    Rejected(Rejected),
    /// Something that the person should know of the whole file.
    Note(String),
}

/// Receives the items of an import, one at a time.
pub type Sink<'s> = dyn FnMut(Item) -> Result<()> + 's;

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// GitHub issues: REST lists, `gh … --json` output, GraphQL answers.
    Github,
    /// tix's own export.
    Jsonl,
}

/// What to read.
#[derive(Debug)]
pub enum Source {
    /// These bytes, under a name for messages.
    Bytes(String, &'static [u8]),
    /// A file, already open, its path, and what it may be called: by its folder and its own name,
    /// or for the files of one folder by that folder and the one around it.
    File(PathBuf, File, String),
    /// Standard input, read to its end.
    Stdin(File),
}

impl Source {
    /// The files to read for `path`: itself, or the `.json` and `.jsonl` files of a folder by name.
    ///
    /// # Errors
    /// Exit 1 when something cannot be opened, exit 3 when a folder holds no such file.
    pub fn at(path: &Path) -> Result<Vec<Self>> {
        let cannot = |path: &Path, e: &std::io::Error| {
            Error::failed(format!("cannot read {}", path.display())).because(e)
        };
        let called = called(path);
        let open = |path: PathBuf| {
            let file = File::open(&path).map_err(|e| cannot(&path, &e))?;
            Ok(Self::File(path, file, called.clone()))
        };
        if !path.is_dir() {
            return Ok(vec![open(path.to_owned())?]);
        }
        let mut files = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|e| cannot(path, &e))? {
            let file = entry.map_err(|e| cannot(path, &e))?.path();
            let wanted = file.extension().is_some_and(|name| name == "json" || name == "jsonl");
            if wanted && file.is_file() {
                files.push(file);
            }
        }
        if files.is_empty() {
            return Err(Error::not_found(format!("no .json file in {}", path.display())));
        }
        files.sort();
        files.into_iter().map(open).collect()
    }

    /// Its name in messages.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Source::Bytes(name, _) => name.clone(),
            Source::File(path, ..) => path.display().to_string(),
            Source::Stdin(_) => "standard input".to_owned(),
        }
    }

    /// What it may be called; standard input has no name.
    fn called(&self) -> Option<String> {
        match self {
            Source::Bytes(name, _) | Source::File(_, _, name) => Some(name.clone()),
            Source::Stdin(_) => None,
        }
    }

    /// Its bytes as UTF-8, whatever Unicode form they came in.
    fn bytes(self) -> BufReader<Box<dyn Read>> {
        let raw: Box<dyn Read> = match self {
            Source::Bytes(_, bytes) => Box::new(bytes),
            Source::File(_, file, _) | Source::Stdin(file) => Box::new(file),
        };
        let decoded = encoding_rs_io::DecodeReaderBytesBuilder::new()
            .bom_override(true)
            .utf8_passthru(true)
            .strip_bom(true)
            .build(raw);
        BufReader::with_capacity(64 << 10, Box::new(decoded))
    }
}

/// `folder/name` of a file, without its ending, or of a folder.
fn called(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let stem = if whole.is_dir() { whole.file_name() } else { whole.file_stem() };
    let folder = whole.parent().and_then(Path::file_name);
    let names = [folder, stem].into_iter().flatten().map(|name| name.to_string_lossy());
    names.collect::<Vec<_>>().join("/")
}

/// What a reader needs to know besides the file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `owner/name`, for GitHub files that do not say it.
    pub repo: Option<String>,
}

/// Reads `source` and hands over its records.
///
/// # Errors
/// Whatever `sink` returns, exit 4 when the file is broken beyond the current record, or exit 3
/// when it is sound but holds nothing of the format.
pub fn read(format: Format, source: Source, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    match format {
        Format::Github => github::read(source, options, sink),
        Format::Jsonl => jsonl::read(source, sink),
    }
}

/// The text of a file, which has at most so many bytes.
fn text_of(path: &Path, most: u64) -> Result<String> {
    let name = path.display().to_string();
    let cannot = |e: std::io::Error| Error::failed(format!("cannot read {name}")).because(e);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    file.take(most + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > most {
        return Err(Error::invalid(format!("{name} is too large"))
            .because(format!("it has more than {} MiB", most >> 20)));
    }
    String::from_utf8(bytes)
        .map_err(|e| Error::invalid(format!("{name} is not UTF-8 text")).because(e.utf8_error()))
}

#[cfg(test)]
mod tests {
    /// Copies of `whole`, each damaged in a few places, the same at every run.
    pub(super) fn damaged(whole: &[u8], count: usize) -> impl Iterator<Item = Vec<u8>> {
        let mut state = 1u64;
        let mut draw = move |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % below
        };
        std::iter::repeat_with(move || {
            let mut bytes = whole.to_vec();
            for _ in 0..=draw(4) {
                let (at, other) = (draw(bytes.len()), draw(whole.len()));
                match draw(5) {
                    0 => bytes.truncate(at + 1),
                    1 => bytes[at] = b"\"\\{}[]:,0-nu\0\xff"[draw(14)],
                    2 => _ = bytes.remove(at),
                    3 => bytes.insert(at, whole[other]),
                    _ => bytes.extend_from_slice(&whole[other..]),
                }
                bytes.push(b' ');
            }
            bytes
        })
        .take(count)
    }
}
