//! What an import reads: a file, the files of a folder or a zip archive, standard input.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::archive::Archive;
use crate::error::{Error, Result};

/// Something that is read as a whole: what one argument of `import` names.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its name in messages, as it was given.
    pub name: String,
    /// Its files, by name: one of a file, all of a folder or an archive.
    pub sources: Vec<Source>,
    /// It is a folder or an archive, which may hold files of other kinds too.
    pub many: bool,
}

/// One file of a place. It can be read as often as needed, one reader at a time.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    inside: String,
    called: Option<String>,
    body: Body,
    /// How many bytes of the whole import were read so far.
    read: Rc<Cell<u64>>,
}

#[derive(Clone, Debug)]
enum Body {
    Bytes(Rc<[u8]>),
    Path(PathBuf),
    Held(Rc<File>),
    Zipped(Rc<Archive>, usize),
}

/// What is read from the beginning or from anywhere.
pub trait Seeking: Read + Seek {}

impl<T: Read + Seek> Seeking for T {}

/// How deep folders are gone into.
const DEPTH_MAX: usize = 32;

/// The largest file that is read as one piece of text or JSON, in MiB.
const WHOLE_MAX: u64 = 512;

impl Place {
    /// What `path` names: a file, a folder with all that is in it, or a zip archive.
    ///
    /// # Errors
    /// Exit 1 when something cannot be opened, exit 3 when a folder is empty, exit 4 when an archive
    /// is broken or holds far more than it could.
    pub fn at(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let read = Rc::new(Cell::new(0));
        if path.is_dir() {
            let mut paths = Vec::new();
            gather(path, DEPTH_MAX, &mut paths)?;
            if paths.is_empty() {
                return Err(Error::not_found(format!("there is no file in {name}")));
            }
            let called = called(path);
            let source = |file: PathBuf| Source {
                name: file.display().to_string(),
                inside: slashed(file.strip_prefix(path).unwrap_or(&file)),
                called: Some(called.clone()),
                body: Body::Path(file),
                read: Rc::clone(&read),
            };
            return Ok(Self { name, sources: paths.into_iter().map(source).collect(), many: true });
        }
        let mut file = File::open(path).map_err(|e| cannot(&name, &e))?;
        let mut head = [0; 4];
        let begins = file.read(&mut head).map_err(|e| cannot(&name, &e))?;
        if head[..begins] == *b"PK\x03\x04" || head[..begins] == *b"PK\x05\x06" {
            return Self::zipped(name, &called(path), file, &read);
        }
        let source = Source {
            name: name.clone(),
            inside: path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            called: Some(called(path)),
            body: Body::Path(path.to_owned()),
            read,
        };
        Ok(Self { name, sources: vec![source], many: false })
    }

    fn zipped(name: String, called: &str, file: File, read: &Rc<Cell<u64>>) -> Result<Self> {
        let archive = Rc::new(Archive::open(&name, file)?);
        let source = |(place, inside): (usize, String)| Source {
            name: format!("{name}, {inside}"),
            inside,
            called: Some(called.to_owned()),
            body: Body::Zipped(Rc::clone(&archive), place),
            read: Rc::clone(read),
        };
        let sources: Vec<Source> = archive.files().into_iter().map(source).collect();
        if sources.is_empty() {
            return Err(Error::not_found(format!("there is no file in {name}")));
        }
        Ok(Self { name, sources, many: true })
    }

    /// Standard input, held in a file that is read from its beginning.
    ///
    /// # Errors
    /// Exit 1 when it cannot be read, and what [`Place::at`] says of an archive.
    pub fn stdin(mut file: File) -> Result<Self> {
        let name = "standard input".to_owned();
        let read = Rc::new(Cell::new(0));
        let mut head = [0; 4];
        file.rewind().map_err(|e| cannot(&name, &e))?;
        let begins = file.read(&mut head).map_err(|e| cannot(&name, &e))?;
        if head[..begins] == *b"PK\x03\x04" {
            return Self::zipped(name, "", file, &read);
        }
        let body = Body::Held(Rc::new(file));
        let source = Source { name: name.clone(), inside: String::new(), called: None, body, read };
        Ok(Self { name, sources: vec![source], many: false })
    }

    /// These bytes, under a name.
    #[must_use]
    pub fn bytes(name: &str, bytes: &[u8]) -> Self {
        Self { name: name.to_owned(), sources: vec![Source::of(name, bytes)], many: false }
    }

    /// How many bytes it has, as far as that is known before it is read.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.sources.iter().map(Source::size).sum()
    }

    /// Counts what is read from it on `read`, together with other places.
    pub fn count_on(&mut self, read: &Rc<Cell<u64>>) {
        self.sources.iter_mut().for_each(|source| source.read = Rc::clone(read));
    }

    /// The file that bears this name inside, whatever folder the place begins with.
    #[must_use]
    pub fn file(&self, inside: &str) -> Option<&Source> {
        let is = |source: &&Source| {
            let rest = source.inside.strip_suffix(inside);
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        self.sources.iter().filter(is).min_by_key(|source| source.inside.len())
    }

    /// The same place with only the files that `wanted` picks.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&Source) -> bool) -> Self {
        let sources = self.sources.iter().filter(|source| wanted(source)).cloned().collect();
        Self { sources, ..self.clone() }
    }
}

impl Source {
    /// These bytes, under a name.
    #[must_use]
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            inside: name.to_owned(),
            called: Some(name.to_owned()),
            body: Body::Bytes(bytes.into()),
            read: Rc::default(),
        }
    }

    /// Its name in messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its name inside the place it belongs to, with slashes; never a place to write to.
    #[must_use]
    pub fn inside(&self) -> &str {
        &self.inside
    }

    /// Its name without the folders.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.inside.rsplit('/').next().unwrap_or(&self.inside)
    }

    /// Does its name end in one of these, after a dot, in whatever case?
    #[must_use]
    pub fn ends_in(&self, ends: &[&str]) -> bool {
        let end = self.file_name().rsplit_once('.').map_or("", |(_, end)| end);
        ends.iter().any(|known| known.eq_ignore_ascii_case(end))
    }

    /// What it may be called: by its folder and its own name, or for the files of one folder by that
    /// folder and the one around it. Standard input has no name.
    #[must_use]
    pub fn called(&self) -> Option<&str> {
        self.called.as_deref()
    }

    /// The file on the disk that it is.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        if let Body::Path(path) = &self.body { Some(path) } else { None }
    }

    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        match &self.body {
            Body::Bytes(bytes) => bytes.len() as u64,
            Body::Path(path) => std::fs::metadata(path).map_or(0, |data| data.len()),
            Body::Held(file) => file.metadata().map_or(0, |data| data.len()),
            Body::Zipped(archive, place) => archive.size(*place),
        }
    }

    /// Its bytes as they are, from the beginning.
    ///
    /// # Errors
    /// Exit 1 when it cannot be opened, exit 4 when it is part of a broken archive.
    pub fn open(&self) -> Result<Box<dyn Seeking>> {
        let failed = |e: std::io::Error| cannot(&self.name, &e);
        let from: Box<dyn Seeking> = match &self.body {
            Body::Bytes(bytes) => Box::new(std::io::Cursor::new(Rc::clone(bytes))),
            Body::Path(path) => Box::new(File::open(path).map_err(failed)?),
            Body::Held(file) => {
                let mut file = file.try_clone().map_err(failed)?;
                file.rewind().map_err(failed)?;
                Box::new(file)
            }
            Body::Zipped(archive, place) => Box::new(archive.read(*place)?),
        };
        Ok(Box::new(Counted { from, read: Rc::clone(&self.read) }))
    }

    /// Its bytes as UTF-8, whatever Unicode form they came in.
    ///
    /// # Errors
    /// Those of [`Source::open`].
    pub fn bytes(&self) -> Result<BufReader<Box<dyn Read>>> {
        let decoded = encoding_rs_io::DecodeReaderBytesBuilder::new()
            .bom_override(true)
            .utf8_passthru(true)
            .strip_bom(true)
            .build(self.open()?);
        Ok(BufReader::with_capacity(64 << 10, Box::new(decoded)))
    }

    /// The whole of it as text: UTF-8 or UTF-16, else Windows-1252, which is said by the flag.
    ///
    /// # Errors
    /// Exit 1 when it cannot be read, exit 4 when it is larger than 512 MiB.
    pub fn text(&self) -> Result<(String, bool)> {
        let mut bytes = Vec::new();
        let mut from = self.open()?.take((WHOLE_MAX << 20) + 1);
        from.read_to_end(&mut bytes).map_err(|e| cannot(&self.name, &e))?;
        if bytes.len() as u64 > WHOLE_MAX << 20 {
            return Err(Error::invalid(format!("{} is larger than {WHOLE_MAX} MiB", self.name)));
        }
        Ok(decoded(bytes))
    }

    /// The beginning of it, at most `most` bytes, as text.
    ///
    /// # Errors
    /// Exit 1 when it cannot be read.
    pub fn head(&self, most: usize) -> Result<String> {
        let mut bytes = Vec::new();
        let mut from = self.open()?.take(most as u64);
        from.read_to_end(&mut bytes).map_err(|e| cannot(&self.name, &e))?;
        if let Err(e) = std::str::from_utf8(&bytes)
            && e.error_len().is_none()
        {
            bytes.truncate(e.valid_up_to());
        }
        Ok(decoded(bytes).0)
    }

    /// Its lines, cut at `\n` only, each with its number from 1, at most `most` bytes each.
    ///
    /// # Errors
    /// Whatever `give` returns, exit 1 when it cannot be read, exit 4 when a line is too long.
    pub fn lines(&self, most: u64, give: &mut dyn FnMut(u64, &[u8]) -> Result<()>) -> Result<()> {
        let mut bytes = super::halves::Mended::new(self.bytes()?);
        let mut line = Vec::new();
        for number in 1u64.. {
            line.clear();
            let read = bytes.by_ref().take(most + 1).read_until(b'\n', &mut line);
            if read.map_err(|e| cannot(&self.name, &e))? == 0 {
                break;
            }
            if line.len() as u64 > most && line.last() != Some(&b'\n') {
                let place = format!("{}, line {number}", self.name);
                return Err(Error::invalid(format!("{place} is longer than {} MiB", most >> 20)));
            }
            give(number, line.trim_ascii())?;
        }
        Ok(())
    }
}

/// Bytes as text; true when they were neither UTF-8 nor UTF-16.
fn decoded(bytes: Vec<u8>) -> (String, bool) {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(&bytes) {
        return (encoding.decode_with_bom_removal(&bytes).0.into_owned(), false);
    }
    // Without a mark UTF-16 shows by every other byte of its beginning.
    let zeros =
        |from: usize| bytes.iter().skip(from).step_by(2).take(64).filter(|c| **c == 0).count();
    if bytes.len() > 8 && zeros(1) > 32.min(bytes.len() / 4) && zeros(0) == 0 {
        return (encoding_rs::UTF_16LE.decode_without_bom_handling(&bytes).0.into_owned(), false);
    }
    String::from_utf8(bytes).map_or_else(
        |e| {
            let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(e.as_bytes()).0;
            (text.into_owned(), true)
        },
        |text| (text, false),
    )
}

/// A reader that counts what is read.
struct Counted {
    from: Box<dyn Seeking>,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let count = self.from.read(to)?;
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.from.seek(to)
    }
}

/// The files below `path`, by name; links to folders are not followed.
fn gather(path: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<()> {
    let failed = |e: std::io::Error| cannot(&path.display().to_string(), &e);
    let mut entries: Vec<(PathBuf, bool)> = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let folder = entry.file_type().map_err(failed)?.is_dir();
        entries.push((entry.path(), folder));
    }
    entries.sort();
    for (path, folder) in entries {
        if folder && depth > 0 && !path.ends_with(".git") {
            gather(&path, depth - 1, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn slashed(path: &Path) -> String {
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// `folder/name` of a file, without its ending, or of a folder.
fn called(path: &Path) -> String {
    let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let stem = if whole.is_dir() { whole.file_name() } else { whole.file_stem() };
    let folder = whole.parent().and_then(Path::file_name);
    let names = [folder, stem].into_iter().flatten().map(|name| name.to_string_lossy());
    names.collect::<Vec<_>>().join("/")
}

/// Something cannot be read.
pub(super) fn cannot(name: &str, e: &std::io::Error) -> Error {
    Error::failed(format!("cannot read {name}")).because(e)
}
