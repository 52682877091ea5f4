//! `tix backup`.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::NamedTempFile;

use super::watch::Watch;
use crate::backups::{self, Last};
use crate::cx::Cx;
use crate::error::{Error, Result, counted};
use crate::io;
use crate::seal::{self, Key, Recipient};
use crate::store::{self, Depth};
use crate::view::{self, Care, Fault, Proof, Time, View};

/// Copy the desk, while others may work on it, and check the copy
///
/// The copy is a whole desk in one file, which `sqlite3` opens too. It gets its name only once it was
/// opened anew and found sound: its pages, its journal and what is derived from that. Without FILE it
/// goes to the automatic copies, which tix makes before what no undo takes back; `--list` lists them,
/// and `tix help config` says how long they are kept.
#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// The new file; one that is sealed ends in `.age`
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Seal it to RECIPIENT (`age1…`), or to your own key with `me`; can be repeated
    #[arg(long, value_name = "RECIPIENT", requires = "file")]
    to: Vec<String>,
    /// Replace FILE if it is there already
    #[arg(short, long, requires = "file")]
    force: bool,
    /// List the automatic copies
    #[arg(long, conflicts_with = "file")]
    list: bool,
}

impl Backup {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        if self.list {
            let all = cx.safety()?.backups().all().into_iter();
            return Ok(View::Care(Care::Listed(all.map(automatic).collect())));
        }
        let desk = cx.desk()?.path.clone();
        if !desk.exists() {
            return Err(Error::no_desk(format!("no desk at {}", desk.display()))
                .because("there is nothing to copy yet"));
        }
        let Some(file) = self.file.clone() else {
            let watch = Watch::begin(cx);
            let safety = cx.safety()?;
            let file = safety.backups().begin()?;
            let notes = copy(&desk, file.path(), &watch)?;
            drop(watch);
            say(cx, &notes);
            let made = safety.keep(file, "backup")?;
            return Ok(View::Care(Care::Made(automatic(made))));
        };
        let recipients = self.recipients(cx, &file)?;
        self.check(&desk, &file)?;
        let watch = Watch::begin(cx);
        let folder = if recipients.is_empty() { folder(&file) } else { folder(&desk) };
        let plain = part(folder)?;
        let notes = copy(&desk, plain.path(), &watch)?;
        let (done, verified) = if recipients.is_empty() {
            (plain, Proof::Sound)
        } else {
            watch.step("sealing it");
            let key = cx.key(None).ok();
            sealed(&plain, &file, &recipients, key)?
        };
        drop(watch);
        say(cx, &notes);
        self.put(done, &file)?;
        answer(cx, &file, recipients, verified)
    }

    /// Whom it is to be sealed to.
    fn recipients(&self, cx: &Cx, file: &Path) -> Result<Vec<Recipient>> {
        let ends = file.extension().is_some_and(|end| end.eq_ignore_ascii_case("age"));
        let name = file.display();
        match (self.to.is_empty(), ends) {
            (true, true) => {
                return Err(Error::usage(format!("{name} would not be sealed"))
                    .because("its name ends in .age, and nobody is named to seal it to")
                    .hint("--to me seals it to your own key"));
            }
            (false, false) => {
                return Err(Error::usage(format!("{name} would be sealed"))
                    .because("the name of a sealed copy ends in .age, so that nobody mistakes it")
                    .hint(format!("name it {name}.age")));
            }
            _ => {}
        }
        let mut all: Vec<Recipient> = Vec::new();
        for to in &self.to {
            let one = if to == "me" { cx.key(None)?.public().recipient } else { to.parse()? };
            if !all.contains(&one) {
                all.push(one);
            }
        }
        Ok(all)
    }

    /// May the file be written?
    fn check(&self, desk: &Path, file: &Path) -> Result<()> {
        let name = file.display();
        if let Ok(meta) = std::fs::metadata(file) {
            let there = || Error::invalid(format!("{name} is there already"));
            if meta.is_dir() {
                let hint = format!("name a file in it: {}", file.join("tix-backup.db").display());
                return Err(Error::invalid(format!("{name} is a folder")).hint(hint));
            }
            if !self.force {
                return Err(there()
                    .because("nothing is overwritten")
                    .hint("name another file, or add --force"));
            }
        }
        let place = |path: &Path| -> Option<PathBuf> {
            Some(folder(path).canonicalize().ok()?.join(path.file_name()?))
        };
        let resolved = [Some(file.to_owned()), place(file), file.canonicalize().ok()];
        let desk = desk.canonicalize().unwrap_or_else(|_| desk.to_owned());
        let own = ["", "-wal", "-shm", "-journal"].map(|end| store::beside(&desk, end));
        if resolved.iter().flatten().any(|path| own.contains(path)) {
            return Err(Error::invalid(format!("{name} belongs to the desk itself"))
                .hint("name another file"));
        }
        Ok(())
    }

    /// Gives the copy its name.
    fn put(&self, copy: NamedTempFile, file: &Path) -> Result<()> {
        let cannot = |e: std::io::Error| {
            if e.kind() == std::io::ErrorKind::AlreadyExists {
                return Error::invalid(format!("{} is there already", file.display()));
            }
            Error::failed(format!("{} cannot be written", file.display())).because(e)
        };
        copy.as_file().sync_all().map_err(cannot)?;
        let named = if self.force { copy.persist(file) } else { copy.persist_noclobber(file) };
        named.map_err(|e| cannot(e.error))?;
        Ok(io::sync_folder(file)?)
    }
}

/// Says what was made, and notes it for `tix info`.
fn answer<'a>(
    cx: &mut Cx,
    file: &Path,
    recipients: Vec<Recipient>,
    verified: Proof,
) -> Result<View<'a>> {
    let place = std::path::absolute(file)?.display().to_string();
    let last = Last { at: cx.clock.now, file: place };
    if let Err(e) = cx.safety()?.backups().note(&last) {
        cx.say(&format!("`tix info` will not know of this copy: {e}"));
    }
    Ok(View::Care(Care::Made(view::Backup {
        file: file.display().to_string(),
        at: Time(cx.clock.now),
        reason: "backup".to_owned(),
        size: std::fs::metadata(file)?.len(),
        verified,
        recipients: recipients.into_iter().map(String::from).collect(),
    })))
}

fn say(cx: &Cx, notes: &[String]) {
    for note in notes {
        cx.say(note);
    }
}

/// An automatic copy as it is shown: it has its name because it was found sound.
pub(super) fn automatic(backup: backups::Backup) -> view::Backup {
    view::Backup {
        file: backup.path.display().to_string(),
        at: Time(backup.at),
        reason: backup.reason,
        size: backup.size,
        verified: Proof::Sound,
        recipients: Vec::new(),
    }
}

/// The folder that a file lies in.
pub(super) fn folder(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// An empty file in `folder` that may become something.
pub(super) fn part(folder: &Path) -> Result<NamedTempFile> {
    backups::part(folder).map_err(|e| {
        Error::failed(format!("nothing can be written in {}", folder.display())).because(e)
    })
}

/// Copies the desk into a file and looks whether the copy is sound; returns what is to be said of it.
fn copy(desk: &Path, to: &Path, watch: &Watch) -> Result<Vec<String>> {
    watch.step("copying");
    store::copy(desk, to)?;
    let step = &mut |what: &str| watch.step(&format!("checking the copy: {what}"));
    let exam = store::examine(to, Depth::Truth, step)?;
    exam.truth().map_err(|e| {
        Error::no_desk(format!("the copy of {} is not sound", desk.display())).because(e).hint(
            "`tix doctor` says what is wrong with the desk, `tix salvage` saves what it holds",
        )
    })?;
    let mut notes = Vec::new();
    if let Err(e) = exam.whole() {
        notes.push(format!("the copy is as the desk is: {e} (`tix doctor --fix` mends that)"));
    }
    let damaged = exam.verified?.findings.iter().filter(|it| it.kind == Fault::File).count();
    if damaged > 0 {
        let files = counted(damaged as u64, "file");
        notes.push(format!(
            "{files} on the desk are damaged, in the copy too: `tix doctor` says which"
        ));
    }
    Ok(notes)
}

/// Seals a copy into a file beside `file`, and takes the plain one away.
fn sealed(
    plain: &NamedTempFile,
    file: &Path,
    recipients: &[Recipient],
    key: Option<Key>,
) -> Result<(NamedTempFile, Proof)> {
    let out = part(folder(file))?;
    let mut sealing = seal::seal(recipients, Hashing::new(BufWriter::new(out)))?;
    let mut from = BufReader::with_capacity(1 << 16, File::open(plain.path())?);
    std::io::copy(&mut from, &mut sealing)?;
    let Hashing { inner, hasher } = sealing.finish()?;
    let out = inner.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    out.as_file().sync_all()?;
    let own = key.filter(|key| recipients.contains(&key.public().recipient));
    let reread = BufReader::with_capacity(1 << 16, File::open(out.path())?);
    let (sound, verified) = match own {
        Some(key) => {
            let same = hash(key.open(reread)?)? == hash(File::open(plain.path())?)?;
            (same, Proof::Opened)
        }
        None => (hash(reread)? == hasher.finalize(), Proof::Written),
    };
    if !sound {
        return Err(Error::failed("the sealed copy does not read back as it was written")
            .hint("is the disk sound? Nothing was kept"));
    }
    Ok((out, verified))
}

fn hash(mut from: impl Read) -> Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    std::io::copy(&mut from, &mut hasher)?;
    Ok(hasher.finalize())
}

/// Hashes what is written through it.
struct Hashing<W> {
    inner: W,
    hasher: blake3::Hasher,
}

impl<W: Write> Hashing<W> {
    fn new(inner: W) -> Self {
        Self { inner, hasher: blake3::Hasher::new() }
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}
