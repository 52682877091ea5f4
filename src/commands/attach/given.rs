//! Files that somebody hands over: each is read as a whole before anything is changed.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::config::ATTACHMENT_MAX;
use crate::cx::Cx;
use crate::domain::event::{Attachment, Event, FILES_MAX, size_in_words};
use crate::domain::ids::{Number, Uid};
use crate::error::{Error, Result, counted};
use crate::store::Writer;

/// The files that go with a message.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Enclosed {
    /// Attach FILE to the message; may be given several times
    #[arg(long = "attach", value_name = "FILE")]
    attach: Vec<PathBuf>,
}

impl Enclosed {
    /// These files.
    pub(crate) fn of(attach: Vec<PathBuf>) -> Self {
        Self { attach }
    }

    /// Where they are, from any folder: a draft may be gone on with in another.
    pub(crate) fn paths(&self) -> Result<Vec<PathBuf>> {
        self.attach.iter().map(|path| Ok(std::path::absolute(path)?)).collect()
    }

    /// Reads them.
    pub(crate) fn read(&self, cx: &Cx) -> Result<Given> {
        if self.attach.iter().any(|path| path == "-") {
            return Err(Error::usage("--attach takes a file, not standard input")
                .hint("`tix attach ID - --name NAME` attaches what is piped in"));
        }
        Given::read(cx, &self.attach, None)
    }
}

/// Files with their bytes.
pub(crate) struct Given(Vec<(Attachment, Vec<u8>)>);

impl Given {
    /// Reads `paths`, of which `-` is standard input; `name` is what a single one is to be called.
    pub(super) fn read(cx: &Cx, paths: &[PathBuf], name: Option<&str>) -> Result<Self> {
        let most = cx.config.attachment_max.unwrap_or(ATTACHMENT_MAX) << 20;
        let name = name.map(checked).transpose()?;
        let (mut files, mut total) = (Vec::with_capacity(paths.len()), 0);
        for path in paths {
            let bytes = match path.to_str() {
                Some("-") => all_of("standard input", &mut std::io::stdin(), most)?,
                _ => read(path, most)?,
            };
            total += bytes.len() as u64;
            if total > FILES_MAX {
                let most = size_in_words(FILES_MAX);
                return Err(Error::invalid(format!("the files have more than {most} together"))
                    .hint("attach them to several tickets, or where others can fetch them"));
            }
            let own = || path.file_name().map(|name| name.to_string_lossy().into_owned());
            let name = name.map(ToOwned::to_owned).or_else(own).unwrap_or_default();
            files.push((Attachment::of(&name, &bytes), bytes));
        }
        Ok(Self(files))
    }

    /// Are there none?
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds them to a message; returns the names of those that it did not have.
    pub(crate) fn to(&self, desk: &mut Writer<'_>, uid: Uid, message: Number) -> Result<Vec<&str>> {
        let mut added = Vec::new();
        for (file, bytes) in &self.0 {
            desk.store_blob(bytes)?;
            let event = Event::Attached { message, file: Box::new(file.clone()) };
            if desk.record(uid, event)? {
                added.push(file.name.as_str());
            }
        }
        let ticket = desk.ticket(uid)?;
        let files = ticket.messages.values().flat_map(|post| &post.attachments);
        let total = files.fold(0, |total: u64, file| total.saturating_add(file.size));
        if total > FILES_MAX && !added.is_empty() {
            let (number, most) = (ticket.number(), size_in_words(FILES_MAX));
            let total = size_in_words(total);
            return Err(Error::invalid(format!("#{number} would have {total} of files"))
                .because(format!("a ticket holds at most {most}, so that it can be exported"))
                .hint("attach less, or put it where others can fetch it"));
        }
        Ok(added)
    }

    /// Adds them to a message that was just written; returns what its line says of them.
    pub(crate) fn with(&self, desk: &mut Writer<'_>, uid: Uid, message: Number) -> Result<String> {
        let added = self.to(desk, uid, message)?;
        Ok(if added.is_empty() { String::new() } else { format!(" with {}", listed(&added)) })
    }
}

/// A few names, or how many there are.
pub(super) fn listed(names: &[&str]) -> String {
    if names.len() > 3 { counted(names.len() as u64, "file") } else { names.join(", ") }
}

/// A name as somebody may give it to a file.
fn checked(name: &str) -> Result<&str> {
    let wrong = match name.trim() {
        "" => "it is empty",
        "." | ".." => "it is a folder's",
        _ if name.len() > 255 => "it is longer than 255 bytes",
        _ if name.contains(['/', '\\']) => "it is a path",
        _ if name.contains(char::is_control) => "it holds a control character",
        _ => return Ok(name.trim()),
    };
    Err(Error::invalid(format!("`{name}` cannot be the name of a file")).because(wrong))
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>> {
    let name = path.display().to_string();
    let cannot = |e: std::io::Error| Error::failed(format!("cannot read {name}")).because(e);
    // Asked before it is opened: a pipe would wait for somebody to write.
    let about = std::fs::metadata(path).map_err(cannot)?;
    if about.is_dir() {
        return Err(Error::invalid(format!("{name} is a folder"))
            .hint("attach the files in it, or pack it into one file"));
    }
    if !about.is_file() {
        return Err(Error::invalid(format!("{name} is a pipe or a device, not a file"))
            .hint("`tix attach ID - --name NAME` attaches what is piped in"));
    }
    if about.len() > most {
        return Err(too_large(&name, Some(about.len()), most));
    }
    all_of(&name, &mut std::fs::File::open(path).map_err(cannot)?, most)
}

/// Everything that `from` holds, but not without end.
fn all_of(name: &str, from: &mut dyn Read, most: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| Error::failed(format!("cannot read {name}")).because(e))?;
    if bytes.len() as u64 > most { Err(too_large(name, None, most)) } else { Ok(bytes) }
}

fn too_large(name: &str, size: Option<u64>, most: u64) -> Error {
    let limit = size_in_words(most);
    let what = match size {
        Some(size) if size_in_words(size) == limit => format!("{name} has {size} bytes"),
        Some(size) => format!("{name} has {}", size_in_words(size)),
        None => format!("{name} has more than {limit}"),
    };
    Error::invalid(what)
        .because(format!("a file that is attached has at most {limit} ({most} bytes)"))
        .hint("`attachment_max` in the config raises that to as much as 60 MiB")
}
