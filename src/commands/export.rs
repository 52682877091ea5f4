//! `tix export`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{asked, bulk};
use crate::cx::Cx;
use crate::domain::query::{Query, Sort, SortKey};
use crate::domain::words::MessageKind;
use crate::error::{Error, Result};
use crate::export::{self, Format, Gate, Options, Widest};
use crate::render;
use crate::store::{Portion, Reader};
use crate::view::{Rows, Shape, Stream, Ticket, View, Written};

mod files;
mod pages;

use files::Made;

/// Write tickets out, whole or in another tool's format
///
/// All tickets, closed ones too, or those that match QUERY; numbers alone name tickets. `jsonl` is
/// tix's own format: one JSON object a line, with internal notes, files and what else is kept on the
/// desk, which `tix import jsonl` reads back. All others are for outsiders: internal notes are not in
/// them. `tix help export` says what each keeps.
#[derive(Args, Debug)]
pub(crate) struct Export {
    /// The format
    #[arg(value_name = "FORMAT")]
    format: Format,
    /// Which tickets; `tix help query` says what a query can be
    #[arg(value_name = "QUERY")]
    query: Vec<String>,
    /// At most N tickets; 0 for all
    #[arg(short = 'L', long, value_name = "N")]
    limit: Option<u64>,
    /// Write into a new file; html: into a folder, one page a ticket, unless its name ends in .html
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Internal notes too, marked as such: no longer for outsiders
    #[arg(long)]
    with_notes: bool,
    /// eml: this message, such as 42.3
    #[arg(long, value_name = "ID", conflicts_with = "query")]
    message: Option<String>,
    /// Leave out the bytes of files, and write only what they are
    #[arg(long)]
    no_data: bool,
}

impl Export {
    /// Is its answer what was written into files?
    pub(crate) fn saves(&self) -> bool {
        self.to.is_some()
    }

    pub(crate) fn run(self, cx: &mut Cx) -> Result<View<'_>> {
        self.check(cx)?;
        if self.to.is_none() && cx.rows() {
            return self.rows(cx);
        }
        if self.with_notes && !self.format.is_own() {
            cx.say("internal notes are in this export: it is not for others");
        }
        let job = self.job(cx)?;
        match self.to {
            Some(to) => job.save(cx.reader()?, &to).map(View::Written),
            None if self.format == Format::Eml => Ok(View::text(job.mail(cx.reader()?)?)),
            None => {
                let reader = cx.reader()?;
                Ok(View::Streamed(Stream(Box::new(move |out| job.write(reader, out).map(drop)))))
            }
        }
    }

    /// Is all that was asked for possible together?
    fn check(&self, cx: &Cx) -> Result<()> {
        let name = self.format.name();
        if let Some(why) = self.format.without_notes().filter(|_| self.with_notes) {
            return Err(Error::usage(format!("`{name}` cannot hold internal notes")).because(why));
        }
        if self.message.is_some() && self.format != Format::Eml {
            return Err(Error::usage("--message belongs to the format `eml`")
                .hint("`tix export eml --message 42.3`"));
        }
        if self.to.is_none() && cx.rows() && !self.format.is_own() {
            return Err(Error::usage(format!("`{name}` has a form of its own"))
                .because("--json, --jsonl, --csv, --tsv, --quiet and --columns ask for another")
                .hint("leave the flag out, or export jsonl"));
        }
        Ok(())
    }

    /// The tickets as any list, for the output flags.
    fn rows(self, cx: &mut Cx) -> Result<View<'_>> {
        let query = self.query(cx)?;
        let (now, limit) = (cx.clock.now, self.limit());
        let data = !self.no_data && cx.wants(None).has("messages");
        let Some(reader) = cx.reader()? else {
            return Ok(View::Exported(asked::none(None, Shape::default())));
        };
        let (counted, portion) = (query.clone(), Portion { limit, public: false });
        Ok(View::Exported(Rows {
            limit,
            count: Box::new(move || reader.count(&counted, now)),
            each: Box::new(move |sink| {
                reader.export_some(&query, now, portion, &mut |mut ticket| {
                    if data {
                        reader.with_bytes(&mut ticket)?;
                    }
                    sink(ticket)
                })
            }),
            shape: Shape::default(),
            articles: None,
        }))
    }

    fn limit(&self) -> Option<u64> {
        self.limit.filter(|limit| *limit > 0)
    }

    /// The query, in the order of the numbers unless it says otherwise.
    fn query(&self, cx: &mut Cx) -> Result<Query> {
        let numbered = |word: &String| {
            let digits = word.trim().trim_start_matches('#');
            let plain = digits.bytes().all(|c| c.is_ascii_digit());
            !digits.is_empty() && (plain || word.starts_with('#'))
        };
        let named = !self.query.is_empty() && self.query.iter().all(numbered);
        let mut query = if named {
            let uids = self.query.iter().map(|name| Ok(bulk::find(cx, name)?.to_string()));
            let uids = uids.collect::<Result<Vec<_>>>()?;
            cx.query(&[format!("id:{}", uids.join(","))])?
        } else {
            cx.query(&self.query)?
        };
        if query.sort.is_empty() {
            query.sort.push(Sort { key: SortKey::Id, descending: false });
        }
        Ok(query)
    }

    /// What is to be written.
    fn job(&self, cx: &mut Cx) -> Result<Job> {
        let (query, message) = match &self.message {
            Some(name) => {
                let (uid, id) = named_message(cx, name)?;
                (cx.query(&[format!("id:{uid}")])?, Some(id))
            }
            None => (self.query(cx)?, None),
        };
        let public = !self.with_notes && !self.format.is_own();
        let portion = Portion { limit: self.limit(), public };
        let whole = self.limit().is_none() && self.query.iter().all(|word| word.trim().is_empty());
        let mut options = Options {
            gate: GATE,
            clock: cx.clock,
            notes: self.with_notes,
            kept: Vec::new(),
            widest: Widest::default(),
        };
        if let Some(reader) = cx.reader()? {
            if self.format == Format::Jsonl && whole {
                options.kept = reader.kept_whole()?;
            }
            if self.format == Format::Jira {
                let widest = &mut options.widest;
                reader.export_some(&query, options.clock.now, portion, &mut |ticket| {
                    widest.add(&ticket);
                    Ok(())
                })?;
            }
        }
        let data = !self.no_data;
        Ok(Job { format: self.format, query, portion, data, message, options })
    }
}

/// The ticket and the ID of a public message.
fn named_message(cx: &mut Cx, name: &str) -> Result<(String, String)> {
    let (ticket, number) = bulk::find_message(cx, name)?;
    let own = ticket.number();
    let id = format!("{own}.{}", number.within(own));
    if ticket.post(number).is_some_and(|post| post.message.kind == MessageKind::Note) {
        return Err(Error::usage(format!("{id} is an internal note"))
            .because("mails are for others, and notes are not"));
    }
    Ok((ticket.uid.to_string(), id))
}

/// How strangers' texts become safe: as everywhere.
const GATE: Gate = Gate {
    line: render::line,
    block: render::block,
    json: render::json_text,
    cell: render::cell,
    field: render::field,
};

/// An export that is ready to be written.
struct Job {
    format: Format,
    query: Query,
    portion: Portion,
    data: bool,
    message: Option<String>,
    options: Options,
}

impl Job {
    /// Hands over the tickets.
    fn each(
        &self,
        reader: Option<Reader<'_>>,
        sink: &mut dyn FnMut(Ticket) -> Result<()>,
    ) -> Result<()> {
        let Some(reader) = reader else { return Ok(()) };
        let data = self.data && self.format.holds_files();
        let now = self.options.clock.now;
        reader.export_some(&self.query, now, self.portion, &mut |mut ticket| {
            if data {
                reader.with_bytes(&mut ticket)?;
            }
            sink(ticket)
        })
    }

    /// Writes them all; returns how many there were.
    fn write(&self, reader: Option<Reader<'_>>, out: &mut dyn Write) -> Result<u64> {
        let mut export = export::Export::new(self.format, &self.options);
        self.each(reader, &mut |ticket| export.ticket(&ticket, out))?;
        export.end(out)
    }

    /// The one mail.
    fn mail(&self, reader: Option<Reader<'_>>) -> Result<String> {
        let mut found: Vec<Ticket> = Vec::new();
        let several = || Error::usage("`eml` is one mail, and several tickets match");
        self.each(reader, &mut |ticket| {
            if !found.is_empty() {
                return Err(several().hint("name one ticket, or export mbox"));
            }
            found.push(ticket);
            Ok(())
        })?;
        let Some(ticket) = found.first() else { return Err(Error::not_found("no tickets match")) };
        export::single(ticket, self.message.as_deref())
    }

    /// Writes them into a new file or folder.
    fn save(&self, reader: Option<Reader<'_>>, to: &Path) -> Result<Written> {
        let mut made = Made::default();
        let ends_in = |end: &str| to.extension().is_some_and(|it| it.eq_ignore_ascii_case(end));
        let tickets = if self.format == Format::Html && !ends_in("html") && !ends_in("htm") {
            pages::write(self, reader, to, &mut made)?
        } else {
            let mut out = made.create(to)?;
            let written = if self.format == Format::Eml {
                out.write_all(self.mail(reader)?.as_bytes())?;
                1
            } else {
                self.write(reader, &mut out)?
            };
            made.finish(to, out)?;
            written
        };
        let (to, files) = (to.display().to_string(), made.keep());
        let notes = !self.portion.public;
        Ok(Written { to, format: self.format.name(), tickets, files, notes })
    }
}
