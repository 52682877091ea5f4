//! `tix export`.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::asked;
use crate::cx::Cx;
use crate::domain::ids::Timestamp;
use crate::domain::query::{Query, Sort, SortKey};
use crate::error::{Error, Result, counted};
use crate::render::{self, Output};
use crate::store::Reader;
use crate::view::{Foreign, Messages, Rows, Shape, Ticket, View, Written};

/// Write tickets out: whole, or in someone else's format
///
/// All tickets, closed ones too, or those that match QUERY. `jsonl` is tix's own format: one JSON
/// object a line with the conversation, internal notes and the bytes of all files included;
/// `tix import jsonl` reads it back. Formats for others leave internal notes out.
#[derive(Args, Debug)]
pub(crate) struct Export {
    /// The format
    #[arg(value_name = "FORMAT")]
    format: Format,
    /// Which tickets; `tix help query` says what a query can be
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// Write to a new FILE instead of standard output; only you can read it
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Keep internal notes in, each marked as one
    #[arg(long)]
    with_notes: bool,
    /// jsonl: leave out the bytes of files, and write only what they are
    #[arg(long)]
    no_data: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// tix's own: one JSON object a line, nothing left out
    Jsonl,
    /// The same objects as one array, without the bytes of files
    Json,
    /// A table, a row a ticket
    Csv,
    /// One Markdown document, a section a ticket
    Md,
    /// What GitHub's issue importer takes, one issue a line
    Github,
    /// What Jira's CSV importer takes
    Jira,
    /// What `task import` takes
    Taskwarrior,
    /// A line a ticket
    Todotxt,
}

impl Format {
    /// Whose format it is, if not ours.
    fn foreign(self) -> Option<Foreign> {
        Some(match self {
            Format::Jsonl => return None,
            Format::Json => Foreign::Json,
            Format::Csv => Foreign::Csv,
            Format::Md => Foreign::Markdown,
            Format::Github => Foreign::Github,
            Format::Jira => Foreign::Jira,
            Format::Taskwarrior => Foreign::Taskwarrior,
            Format::Todotxt => Foreign::Todotxt,
        })
    }

    /// Does it hold what only we may read, whatever the flags?
    fn is_internal(self) -> bool {
        matches!(self, Format::Jsonl | Format::Json)
    }
}

impl Export {
    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        let mut query = cx.query(&self.query)?;
        if query.sort.is_empty() {
            query.sort.push(Sort { key: SortKey::Id, descending: false });
        }
        let notes = self.with_notes || self.format.is_internal();
        if self.with_notes && !self.format.is_internal() {
            cx.say("internal notes are in this export; they are not for the requester");
        }
        let (now, look) = (cx.clock.now, cx.look.clone());
        let wanted = cx.wants(None);
        let data = self.format == Format::Jsonl && !self.no_data && wanted.has("messages");
        let Some(to) = self.to else {
            let Some(reader) = cx.reader()? else { return Ok(none(self.format)) };
            let tell = Tell { reader, query, now, notes, data };
            return Ok(match self.format.foreign() {
                None => View::Exported(tell.rows()),
                Some(format) => {
                    let widest = tell.widest(format)?;
                    View::Written(tell.rows(), Written { format, widest })
                }
            });
        };
        let count = match cx.reader()? {
            None => file(&to, |out| write(None, self.format, &look, out))?,
            Some(reader) => {
                let tell = Tell { reader, query, now, notes, data };
                file(&to, |out| write(Some(tell), self.format, &look, out))?
            }
        };
        let tickets = counted(count, "ticket");
        Ok(View::text(format!("✓ {tickets} written to {}\n", render::line(&to.to_string_lossy()))))
    }
}

/// What an empty desk exports.
fn none(format: Format) -> View<'static> {
    let rows = asked::none(None, Shape::default());
    match format.foreign() {
        None => View::Exported(rows),
        Some(format) => View::Written(rows, Written { format, widest: (0, 0) }),
    }
}

/// What is exported.
struct Tell<'a> {
    reader: Reader<'a>,
    query: Query,
    now: Timestamp,
    notes: bool,
    data: bool,
}

impl<'a> Tell<'a> {
    fn each(&self, sink: &mut dyn FnMut(Ticket) -> Result<()>) -> Result<()> {
        let Self { reader, query, now, .. } = self;
        let mut one = |mut ticket: Ticket| {
            if self.data {
                reader.with_bytes(&mut ticket)?;
            }
            sink(ticket)
        };
        if self.notes {
            reader.export(query, *now, &mut one)
        } else {
            reader.export_public(query, *now, &mut one)
        }
    }

    fn rows(self) -> Rows<'a> {
        Rows {
            limit: None,
            count: Box::new(|| Ok(0)),
            each: Box::new(move |sink| self.each(sink)),
            shape: Shape::default(),
            articles: None,
        }
    }

    /// How many labels and messages a ticket has at most, where the format needs to know.
    fn widest(&self, format: Foreign) -> Result<(usize, usize)> {
        let mut widest = (0, 0);
        if format == Foreign::Jira {
            self.each(&mut |ticket| {
                let Messages::All(messages) = &ticket.messages else { return Ok(()) };
                widest = (widest.0.max(ticket.labels.len()), widest.1.max(messages.len()));
                Ok(())
            })?;
        }
        Ok(widest)
    }
}

/// Writes what is told; returns how many tickets.
fn write(
    tell: Option<Tell<'_>>,
    format: Format,
    look: &Output,
    out: &mut dyn Write,
) -> Result<u64> {
    let widest = match (&tell, format.foreign()) {
        (Some(tell), Some(format)) => tell.widest(format)?,
        _ => (0, 0),
    };
    let rows = tell.map_or_else(|| asked::none(None, Shape::default()), Tell::rows);
    match format.foreign() {
        Some(format) => render::export(rows, &Written { format, widest }, look, out),
        None => {
            let mut count = 0;
            let Rows { limit, count: total, each, shape, articles } = rows;
            let each: crate::view::Each<'_> = Box::new(|sink| {
                each(&mut |ticket| {
                    count += 1;
                    sink(ticket)
                })
            });
            let rows = Rows { limit, count: total, each, shape, articles };
            render::render(View::Exported(rows), look, out)?;
            Ok(count)
        }
    }
}

/// Writes a new file that only its owner can read; of one that cannot be written nothing is left.
fn file(path: &Path, tell: impl FnOnce(&mut dyn Write) -> Result<u64>) -> Result<u64> {
    let name = render::line(&path.to_string_lossy()).into_owned();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file: File = options.open(path).map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => Error::invalid(format!("{name} is there already"))
            .hint("--to takes the name of a new file"),
        _ => Error::failed(format!("cannot write {name}")).because(e),
    })?;
    let mut out = BufWriter::with_capacity(64 << 10, file);
    let written = tell(&mut out).and_then(|count| {
        let flushed = out.flush().and_then(|()| out.get_ref().sync_all());
        flushed.map_err(|e| Error::failed(format!("cannot write {name}")).because(e))?;
        Ok(count)
    });
    if written.is_err() {
        drop(std::fs::remove_file(path));
    }
    written
}
