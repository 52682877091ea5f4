//! Tickets into the formats of other tools: a ticket in, a piece of text out, memory bounded by a
//! ticket.
//!
//! A format is a file here with a function that writes one ticket; `Format::parts` says what stands
//! around and between them. Nothing here prints: what strangers wrote goes through the [`Gate`] that
//! the caller hands in, so that every piece is safe to print. Tickets come as they may be handed on:
//! what is not to be told is not in them.

use std::borrow::Cow;
use std::io::Write;

use clap::ValueEnum;

use crate::domain::dates::Clock;
use crate::domain::ids::Number;
use crate::domain::person::Person;
use crate::domain::words::MessageKind;
use crate::error::Result;
use crate::view::{Keep, Message, Messages, Ticket};

mod csv;
mod github;
mod html;
mod jira;
mod json;
mod mail;
mod markdown;
mod taskwarrior;
#[cfg(test)]
mod tests;
mod todotxt;

pub use html::{Index, page};
pub use jira::Widest;
pub use mail::single;

/// The formats that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// tix's own, whole: one JSON object a line
    Jsonl,
    /// The same tickets as one JSON array
    Json,
    /// A table: one row a ticket
    Csv,
    /// A Markdown document: a section a ticket
    Md,
    /// Pages to read and print: one, or with --to FOLDER one a ticket
    Html,
    /// Mails: one a public message
    Mbox,
    /// One mail, ready for `sendmail -t`: the last reply, or that of --message
    Eml,
    /// GitHub's issue import: one request a line
    Github,
    /// GitHub's list of issues, with their comments
    GithubList,
    /// Jira's CSV import
    Jira,
    /// Taskwarrior: what `task import` reads
    Taskwarrior,
    /// todo.txt
    Todotxt,
}

/// What is around, between and of the tickets.
struct Parts {
    head: fn(&Options) -> Result<String>,
    ticket: fn(&Ticket, &Options) -> Result<String>,
    between: &'static str,
    tail: &'static str,
}

impl Format {
    fn parts(self) -> Parts {
        let plain = |ticket| Parts { head: |_| Ok(String::new()), ticket, between: "", tail: "" };
        let array = |ticket| Parts {
            head: |_| Ok("[\n".to_owned()),
            ticket,
            between: ",\n",
            tail: "\n]\n",
        };
        match self {
            Format::Jsonl => Parts { head: json::kept, ..plain(json::line) },
            Format::Json => array(json::object),
            Format::Csv => Parts {
                head: |_| Ok(csv::head()),
                ..plain(|ticket, options| Ok(csv::row(ticket, options)))
            },
            Format::Md => Parts {
                head: |options| Ok(markdown::head(options)),
                ..plain(|ticket, options| Ok(markdown::section(ticket, options)))
            },
            Format::Html => Parts {
                head: |options| Ok(html::head(options)),
                tail: html::TAIL,
                ..plain(|ticket, options| Ok(html::article(ticket, options)))
            },
            Format::Mbox | Format::Eml => plain(|ticket, _| mail::mbox(ticket)),
            Format::Github => plain(github::request),
            Format::GithubList => array(github::listed),
            Format::Jira => Parts {
                head: |options| Ok(jira::head(options)),
                ..plain(|ticket, options| Ok(jira::row(ticket, options)))
            },
            Format::Taskwarrior => array(taskwarrior::task),
            Format::Todotxt => plain(|ticket, options| Ok(todotxt::line(ticket, options))),
        }
    }

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Is it tix's own, which leaves nothing out?
    #[must_use]
    pub fn is_own(self) -> bool {
        matches!(self, Format::Jsonl | Format::Json)
    }

    /// Why internal notes can never be in it; none where they can.
    #[must_use]
    pub fn without_notes(self) -> Option<&'static str> {
        match self {
            Format::Mbox | Format::Eml => Some("mails are for others, and notes are not"),
            Format::Todotxt => Some("a line of todo.txt has no place for messages"),
            _ => None,
        }
    }

    /// Does it hold the bytes of files?
    #[must_use]
    pub fn holds_files(self) -> bool {
        self.is_own() || matches!(self, Format::Mbox | Format::Eml)
    }
}

/// What makes the texts of strangers safe, as `render` does it.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// A text as one line.
    pub line: fn(&str) -> Cow<'_, str>,
    /// A text with its line ends.
    pub block: fn(&str) -> Cow<'_, str>,
    /// JSON, the same value.
    pub json: fn(&str) -> Cow<'_, str>,
    /// A cell that no spreadsheet takes for a formula.
    pub cell: fn(&str) -> String,
    /// The text of a ticket's field.
    pub field: for<'t> fn(&'t Ticket, &str) -> Cow<'t, str>,
}

/// What a format needs to know besides the ticket.
#[derive(Clone, Debug)]
pub struct Options {
    /// The way out for texts.
    pub gate: Gate,
    /// Now, and the zone that people read times in.
    pub clock: Clock,
    /// The tickets hold internal notes, and it is to be said which those are.
    pub notes: bool,
    /// What is kept on the desk besides.
    pub kept: Vec<Keep>,
    /// How many columns there must be of what a ticket has many.
    pub widest: Widest,
}

/// Writes tickets in a format, one after the other.
pub struct Export<'o> {
    parts: Parts,
    options: &'o Options,
    count: u64,
}

impl<'o> Export<'o> {
    /// Nothing is written before there is a ticket, or known that there is none.
    #[must_use]
    pub fn new(format: Format, options: &'o Options) -> Self {
        Self { parts: format.parts(), options, count: 0 }
    }

    fn begin(&self, out: &mut dyn Write) -> Result<()> {
        Ok(out.write_all((self.parts.head)(self.options)?.as_bytes())?)
    }

    /// Writes a ticket.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn ticket(&mut self, ticket: &Ticket, out: &mut dyn Write) -> Result<()> {
        if self.count == 0 {
            self.begin(out)?;
        } else {
            out.write_all(self.parts.between.as_bytes())?;
        }
        self.count += 1;
        Ok(out.write_all((self.parts.ticket)(ticket, self.options)?.as_bytes())?)
    }

    /// Ends; returns how many there were.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn end(self, out: &mut dyn Write) -> Result<u64> {
        if self.count == 0 {
            self.begin(out)?;
        }
        out.write_all(self.parts.tail.as_bytes())?;
        Ok(self.count)
    }
}

/// The messages of a ticket.
fn messages(ticket: &Ticket) -> &[Message] {
    match &ticket.messages {
        Messages::All(all) => all,
        Messages::Count(_) => &[],
    }
}

fn is_note(message: &Message) -> bool {
    message.kind == MessageKind::Note
}

/// The first message, if it is the description, and the others.
fn described(ticket: &Ticket) -> (Option<&Message>, &[Message]) {
    match messages(ticket) {
        [first, rest @ ..] if number(ticket, first).is_some_and(|it| it.n == 1) => {
            (Some(first), rest)
        }
        all => (None, all),
    }
}

/// The number of a message on its ticket.
fn number(ticket: &Ticket, message: &Message) -> Option<Number> {
    let own: Number = ticket.id.parse().ok()?;
    Number::parse_within(message.id.rsplit_once('.')?.1, own)
}

/// A person as outsiders may know them: by name, and of an address only what stands before the `@`.
fn called(person: &Person) -> &str {
    let short = person.short();
    if person.name.is_some() { short } else { short.split('@').next().unwrap_or(short) }
}

/// A person who asked, as the others are.
fn requester(ticket: &Ticket) -> Option<Person> {
    let who = ticket.requester.as_ref()?;
    Person::new(who.name.as_deref(), who.email.as_deref())
}

/// `open`, `closed (solved)`.
fn status(ticket: &Ticket) -> String {
    let status = ticket.status.word();
    ticket.resolution.map_or(status.to_owned(), |how| format!("{status} ({})", how.word()))
}

/// Labels as tools want them whose labels are words.
fn word(label: &str) -> String {
    label.split(|c: char| c.is_whitespace() || c.is_control()).collect::<Vec<_>>().join("_")
}

/// A value as JSON that is safe to print.
fn printed<T: serde::Serialize>(value: &T, options: &Options) -> Result<String> {
    let text = serde_json::to_string(value).map_err(std::io::Error::from)?;
    Ok(match (options.gate.json)(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(text) => text,
    })
}
