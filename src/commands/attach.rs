//! `tix attach`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{bulk, reply};
use crate::cx::Cx;
use crate::domain::event::{Event, body_of};
use crate::domain::ids::Number;
use crate::domain::words::MessageKind;
use crate::error::{Error, Kind, Result, counted};
use crate::io::Out;
use crate::render;
use crate::store::{Reader, Writer};
use crate::view::{self, Changed, View};

mod found;
mod given;
mod name;
mod save;

pub(crate) use given::{Enclosed, Given};

use found::{Found, There};
use given::listed;
use save::Folder;

pub(super) use name::safe as safe_name;

/// Attach files to a ticket, list them, save them
///
/// On a ticket the files become an internal note, with --public a PUBLIC reply. On a message such as
/// 42.3 they join it, and whoever may read it may have them. Without FILE the files that are there
/// are listed.
#[expect(clippy::struct_excessive_bools, reason = "flags")]
#[derive(Args, Debug)]
pub(crate) struct Attach {
    /// The ticket or message: 42, 42.3, b7, a uid, github:owner/repo#1
    #[arg(value_name = "ID")]
    id: String,
    /// The files to attach, `-` for standard input; with --save, --stdout or --remove, names of files
    /// that are there
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A text for the note or the reply
    #[arg(short, long, value_name = "TEXT", allow_hyphen_values = true)]
    message: Option<String>,
    /// Make it a PUBLIC reply instead of a note; of files that are there, only those of public messages
    #[arg(long)]
    public: bool,
    /// What to call the one file
    #[arg(long, value_name = "FILENAME")]
    name: Option<String>,
    /// List the files
    #[arg(long, conflicts_with_all = ["save", "stdout", "remove", "message", "name", "files"])]
    list: bool,
    /// Save the files that are there, or those named; nothing is overwritten
    #[arg(long, conflicts_with_all = ["stdout", "remove", "message", "name"])]
    save: bool,
    /// The folder to save into, instead of this one
    #[arg(long, value_name = "FOLDER", requires = "save")]
    to: Option<PathBuf>,
    /// Write one file to standard output
    #[arg(long, conflicts_with_all = ["remove", "message", "name"])]
    stdout: bool,
    /// Take files from their messages
    #[arg(long, requires = "files", conflicts_with_all = ["message", "name"])]
    remove: bool,
    /// Say what would be done, and do nothing
    #[arg(short = 'n', long, conflicts_with_all = ["list", "save", "stdout"])]
    dry_run: bool,
}

impl Attach {
    /// Is its answer a list of files?
    pub(crate) fn lists(&self) -> bool {
        self.save || self.stdout || self.only_looks()
    }

    fn only_looks(&self) -> bool {
        let given = self.message.is_some() || self.name.is_some() || self.dry_run;
        self.files.is_empty() && !given
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        match () {
            () if self.save => self.save(cx),
            () if self.stdout => self.print(cx),
            () if self.remove => self.remove(cx),
            () if self.only_looks() => self.list(cx),
            () => self.add(cx),
        }
    }

    fn add(self, cx: &mut Cx) -> Result<View<'_>> {
        self.check()?;
        let found = Found::at(cx, &self.id, false)?;
        let given = Given::read(cx, &self.files, self.name.as_deref())?;
        if let Some((message, kind)) = found.message {
            return self.join(cx, &found, (message, kind), &given);
        }
        let text = body_of(self.message.as_deref().unwrap_or_default())?;
        let kind = if self.public { MessageKind::Reply } else { MessageKind::Note };
        let what = if self.public { "PUBLIC reply" } else { "NOTE" };
        change(cx, self.dry_run, &found, |desk| {
            let number = reply::say(desk, found.uid, kind, text)?;
            let with = given.with(desk, found.uid, number)?;
            reply::looked_at(desk, found.uid)?;
            Ok(vec![format!("#{} {what} added ({}){with}", found.ticket, found.id(number))])
        })
    }

    fn check(&self) -> Result<()> {
        let piped = self.files.iter().any(|path| path == "-");
        Err(match (self.files.len(), &self.name) {
            (0, _) => Error::usage("no file to attach is given"),
            (2.., Some(_)) => Error::usage("--name is for one file, and several are given"),
            (_, None) if piped => {
                Error::usage("standard input has no name").hint("give it one with --name")
            }
            _ => return Ok(()),
        })
    }

    /// Adds files to a message that is there.
    fn join(
        &self,
        cx: &mut Cx,
        found: &Found,
        (message, kind): (Number, MessageKind),
        given: &Given,
    ) -> Result<View<'static>> {
        let id = found.id(message);
        if self.message.is_some() || self.public {
            return Err(Error::usage(format!("{id} has a text of its own, and its own readers"))
                .hint("leave out -m and --public, or name the ticket instead of the message"));
        }
        let view = change(cx, self.dry_run, found, |desk| {
            let added = given.to(desk, found.uid, message)?;
            let line = format!("#{} {} {id}: added {}", found.ticket, word(kind), listed(&added));
            Ok(if added.is_empty() { Vec::new() } else { vec![line] })
        })?;
        if let View::Changed(Changed { change: None, .. }) = &view {
            cx.say(&format!("{id} has that already"));
        }
        Ok(view)
    }

    fn remove(self, cx: &mut Cx) -> Result<View<'_>> {
        let found = Found::at(cx, &self.id, self.public)?;
        let files = found.named(&self.files)?;
        change(cx, self.dry_run, &found, |desk| {
            let mut lines = Vec::with_capacity(files.len());
            for There { message, kind, file } in files {
                let (word, id) = (word(kind), found.id(message));
                lines.push(format!("#{} {word} {id}: removed {}", found.ticket, file.name));
                let file = Box::new(file);
                desk.record(found.uid, Event::Detached { message, file })?;
            }
            Ok(lines)
        })
    }

    fn list(self, cx: &mut Cx) -> Result<View<'_>> {
        let found = Found::at(cx, &self.id, self.public)?;
        let reader = bulk::there(cx)?;
        let files = found.files.iter().map(|there| shown(reader, &found, there, None));
        let files = files.collect::<Result<_>>()?;
        Ok(View::Files(view::Files { of: found.called(), files, saved: false }))
    }

    fn save(self, cx: &mut Cx) -> Result<View<'_>> {
        let found = Found::at(cx, &self.id, self.public)?;
        let wanted = found.wanted(&self.files)?;
        let mut folder = Folder::at(self.to.as_deref().unwrap_or(Path::new("")))?;
        let (files, missing) = saved(bulk::there(cx)?, &found, &wanted, &mut folder)?;
        cx.partial = match missing.as_slice() {
            [] => None,
            [first, ..] if files.is_empty() => return Err(first.clone()),
            [first, ..] => {
                let many = counted(missing.len() as u64, "file");
                Some(Error::new(Kind::Partial, format!("{many} could not be saved")).because(first))
            }
        };
        folder.keep();
        Ok(View::Files(view::Files { of: found.called(), files, saved: true }))
    }

    /// Writes one file to standard output, bit for bit; on a terminal only text, through the gate.
    fn print(self, cx: &mut Cx) -> Result<View<'_>> {
        if cx.rows() {
            return Err(Error::usage("--stdout writes the file as it is")
                .hint("leave out the other output flags"));
        }
        let found = Found::at(cx, &self.id, self.public)?;
        let wanted = found.wanted(&self.files)?;
        let [there] = wanted.as_slice() else {
            let many = counted(wanted.len() as u64, "file");
            return Err(Error::invalid(format!("--stdout writes one file, not {many}"))
                .hint(format!("name one; `tix attach {}` lists them", found.ticket)));
        };
        let terminal = cx.io.stdout;
        let bytes = bytes(bulk::there(cx)?, &found, there)?;
        if !terminal {
            let mut out = Out::new(None);
            out.write_all(&bytes)?;
            out.finish()?;
            return Ok(View::text(""));
        }
        match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Ok(View::text(render::block(&text))),
            _ => Err(Error::invalid(format!("{} is not text", there.file.name))
                .because("standard output is a terminal")
                .hint("save it with --save, or send it through a pipe")),
        }
    }
}

/// Makes one change to the ticket that was found; the lines say what it did.
fn change(
    cx: &mut Cx,
    dry_run: bool,
    found: &Found,
    act: impl FnOnce(&mut Writer<'_>) -> Result<Vec<String>>,
) -> Result<View<'static>> {
    let rows = cx.rows();
    let (lines, tickets, change) = cx.change(dry_run, |desk| {
        let lines = act(desk)?;
        let tickets = if rows { desk.shown(&[found.uid])? } else { Vec::new() };
        let change = (desk.recorded() > 0).then(|| desk.change().to_string());
        Ok((lines, tickets, change))
    })?;
    Ok(View::Changed(Changed { lines, tickets, change, dry_run, announce: false }))
}

/// Saves what is here of the `wanted` files; the others come as errors.
fn saved(
    reader: Reader<'_>,
    found: &Found,
    wanted: &[There],
    folder: &mut Folder<'_>,
) -> Result<(Vec<view::File>, Vec<Error>)> {
    let (mut files, mut missing) = (Vec::new(), Vec::new());
    for there in wanted {
        match bytes(reader, found, there) {
            Ok(bytes) => {
                let path = folder.save(&there.file.name, &bytes)?;
                files.push(shown(reader, found, there, Some(path))?);
            }
            Err(e) if e.kind == Kind::NotFound => missing.push(e),
            Err(e) => return Err(e),
        }
    }
    Ok((files, missing))
}

/// The bytes of a file.
fn bytes(reader: Reader<'_>, found: &Found, there: &There) -> Result<Vec<u8>> {
    let (name, id) = (&there.file.name, found.id(there.message));
    let bytes = reader.blob(there.file.hash).map_err(|e| match e.kind {
        Kind::NoDesk => Error { what: format!("{name} of {id} is damaged"), ..e },
        _ => e,
    })?;
    bytes.ok_or_else(|| {
        Error::not_found(format!("{name} of {id}: its bytes are not here"))
            .because("it was imported without them")
            .hint("import an export that has them, or attach the file again")
    })
}

fn shown(
    reader: Reader<'_>,
    found: &Found,
    there: &There,
    path: Option<PathBuf>,
) -> Result<view::File> {
    let file = there.file.clone();
    Ok(view::File {
        name: file.name,
        size: file.size,
        media: file.media,
        message: found.id(there.message),
        kind: there.kind,
        hash: file.hash,
        here: reader.has_blob(file.hash)?,
        path: path.map(|path| path.to_string_lossy().into_owned()),
    })
}

/// Who may read a message.
fn word(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Reply => "PUBLIC",
        MessageKind::Note => "NOTE",
    }
}
