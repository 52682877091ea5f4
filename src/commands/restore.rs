//! `tix restore`.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use tempfile::NamedTempFile;

use super::backup::{folder, part};
use super::watch::Watch;
use crate::cx::Cx;
use crate::error::{Error, Kind, Result, counted};
use crate::store::{self, Depth};
use crate::view::{Care, Restored, View};
use crate::{io, prompt};

/// How a file begins that was sealed.
const SEALED: &[u8] = b"age-encryption.org/v1";

/// Make a copy of the desk the desk
///
/// The copy is checked first; then what is there is copied to the automatic copies, and the new one
/// takes its place at once. A desk that is too damaged to be copied is kept beside it under another
/// name. Numbers that were given are not given again.
#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// The copy: what `tix backup` made, sealed or not
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The file of the key that it is sealed to, if not your usual one
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// Say what would be restored, and change nothing
    #[arg(short = 'n', long)]
    dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

impl Restore {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let desk = cx.desk()?.path.clone();
        let there = desk.exists();
        if there && same(&self.file, &desk) {
            return Err(Error::invalid(format!("{} is the desk itself", self.file.display())));
        }
        make_folder(folder(&desk))?;
        let watch = Watch::begin(cx);
        let new = self.opened(cx, &desk, &watch)?;
        let entries = self.checked(new.path(), &watch)?;
        drop(watch);
        self.confirm(cx, &desk, (there, entries))?;
        let before = if self.dry_run { None } else { swap(cx, &desk, new)? };
        Ok(View::Care(Care::Restored(Restored {
            desk: desk.display().to_string(),
            from: self.file.display().to_string(),
            entries,
            before,
            dry_run: self.dry_run,
        })))
    }

    /// The copy in a file beside the desk, opened if it is sealed.
    fn opened(&self, cx: &Cx, desk: &Path, watch: &Watch) -> Result<NamedTempFile> {
        let name = self.file.display();
        let cannot = |e: std::io::Error| Error::failed(format!("{name} cannot be read")).because(e);
        let mut head = Vec::new();
        File::open(&self.file).map_err(cannot)?.take(64).read_to_end(&mut head).map_err(cannot)?;
        let beside = desk.canonicalize().unwrap_or_else(|_| desk.to_owned());
        let new = part(folder(&beside))?;
        if !head.starts_with(SEALED) {
            watch.step("reading the copy");
            store::copy(&self.file, new.path()).map_err(|e| no_copy(&self.file, e))?;
            return Ok(new);
        }
        watch.step("opening the copy");
        let key = cx.key(self.identity.as_deref())?;
        let sealed = BufReader::new(File::open(&self.file).map_err(cannot)?);
        let not = |e: &dyn std::fmt::Display| {
            Error::no_desk(format!("{name} cannot be opened")).because(e)
        };
        let mut plain = key.open(sealed).map_err(|e| Error { hint: e.hint.clone(), ..not(&e) })?;
        let mut out = new.as_file();
        std::io::copy(&mut plain, &mut out).map_err(|e| match e.kind() {
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                not(&"it was changed, or a part of it is missing")
            }
            _ => e.into(),
        })?;
        Ok(new)
    }

    /// Is it sound? How many entries does it have?
    fn checked(&self, new: &Path, watch: &Watch) -> Result<u64> {
        let step = &mut |what: &str| watch.step(&format!("checking the copy: {what}"));
        let exam = store::examine(new, Depth::Truth, step);
        exam.and_then(|exam| exam.truth()).map_err(|e| no_copy(&self.file, e))
    }

    /// Asks, where a desk is there.
    fn confirm(&self, cx: &Cx, desk: &Path, (there, entries): (bool, u64)) -> Result<()> {
        if !there || self.yes || self.dry_run {
            return Ok(());
        }
        let entries = counted(entries, "entry");
        let question = format!("replace the desk {} by the copy ({entries})?", desk.display());
        if !cx.io.person {
            return Err(Error::needs_input(question)
                .because("nobody is there to confirm")
                .hint("add --yes; what is there is kept among the automatic copies"));
        }
        if prompt::confirm(&question, false)? { Ok(()) } else { Err(Error::cancelled()) }
    }
}

/// Makes the copy the desk; returns where what was there is kept.
fn swap(cx: &mut Cx, desk: &Path, new: NamedTempFile) -> Result<Option<String>> {
    let author = cx.author()?;
    // Held until it is done.
    let (_held, new) = new.into_parts();
    store::ready(&new, &author, store::last_number(desk))?;
    cx.forget_store();
    let mark = format!("set-aside-{}", cx.clock.now.utc().format("%Y%m%dT%H%M%SZ"));
    if !desk.exists() {
        store::set_aside(desk, &new, &mark)?;
        return Ok(None);
    }
    let (safety, mut kept) = (cx.safety()?, None);
    // From here on it is done or not done, whoever has had enough of it.
    let peace = io::Peace::begin();
    let done = store::replace(desk, &new, &mut || {
        kept = safety.copy("restore")?;
        Ok(())
    });
    let kept = match done {
        Ok(()) => kept.map(|backup| backup.path),
        Err(e) if e.kind == Kind::NoDesk => {
            cx.say(&format!("what was there could not be copied, and is kept as it was: {e}"));
            store::set_aside(desk, &new, &mark)?
        }
        Err(e) => return Err(e),
    };
    drop(peace);
    Ok(kept.map(|path| path.display().to_string()))
}

/// It is no copy that can become the desk.
fn no_copy(file: &Path, e: Error) -> Error {
    let error =
        Error { kind: e.kind, ..Error::no_desk(format!("{} cannot be restored", file.display())) };
    error.because(&e).hint(match e.hint {
        Some(hint) => hint,
        None => "nothing was changed; `tix salvage` saves what a damaged copy holds".to_owned(),
    })
}

fn same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// Makes the desk's folder, for this user only.
fn make_folder(folder: &Path) -> Result<()> {
    io::private_folder(folder).map_err(|e| {
        Error::failed(format!("the folder {} cannot be made", folder.display())).because(e)
    })
}
