//! Other tools' files into drafts: bytes in, one item a record out, memory bounded by a record
//! wherever the format allows it.
//!
//! A format is a file here with two functions: `read`, which hands over what a place holds, and
//! `suits`, which says whether a sample looks like it. What all share: [`place`] (files, folders,
//! archives), `record` (a ticket as a source has it, made to fit), `fields` and `times` (values),
//! `table`, `xml`, `markup` (shapes).

use chrono_tz::Tz;
use clap::ValueEnum;
use serde_json::Value;

use crate::domain::article::Article;
use crate::domain::draft::Draft;
use crate::error::{Kind, Result};
use crate::view::{Keep, Rejected};

mod archive;
mod auto;
mod beads;
mod bugzilla;
mod chat;
mod confluence;
mod csv;
mod dates;
mod discourse;
mod fields;
mod freshdesk;
mod git_bug;
mod github;
mod gitlab;
mod halves;
mod headers;
mod ics;
mod intercom;
mod jira;
mod json;
mod jsonl;
mod lists;
mod mail;
mod markdown;
mod markup;
mod mattermost;
mod otrs;
mod page;
pub mod place;
mod record;
mod redmine;
mod roster;
mod slack;
mod table;
mod taskwarrior;
mod ties;
mod times;
mod todotxt;
mod trello;
mod twice;
mod words;
mod xml;
mod zammad;
mod zendesk;

pub use auto::recognise;
pub use ics::{Events, holidays};
pub use place::{Place, Source};

/// What a reader makes of one record.
#[derive(Clone, Debug)]
pub enum Item {
    /// A ticket.
    Draft(Box<Draft>),
    /// An article of the knowledge base.
    Article(Box<Article>),
    /// A conversation whose messages may belong to tickets that are on the desk: for each message of
    /// the draft the names of those that it answers, the nearest first. Where none is known, nor the
    /// name of any message, the draft is a ticket of its own.
    Joins(Vec<Vec<String>>, Box<Draft>),
    /// Something that is kept on the desk and belongs to no ticket.
    Kept(Keep),
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Whichever of these the file is
    Auto,
    /// Mail: mbox, Maildir, .eml files, a single message on standard input
    Mail,
    /// GitHub issues: REST, `gh issue list --json …`, `gh issue view --json …`, GraphQL, archives
    Github,
    /// GitLab issues: REST with their notes, project exports, CSV
    Gitlab,
    /// Jira issues: CSV, REST JSON, RSS XML
    Jira,
    /// A Trello board: its JSON export
    Trello,
    /// Discourse topics: JSON
    Discourse,
    /// A Slack export: its folder or zip archive; a thread is a ticket, and so is what is said without
    /// one until it is quiet for half an hour
    Slack,
    /// Mattermost posts: JSON of the API, bulk exports; Rocket.Chat messages
    Mattermost,
    /// Confluence pages into the knowledge base: storage XML, REST JSON, space exports
    Confluence,
    /// Markdown files into the knowledge base
    Markdown,
    /// Zendesk tickets: JSON of the API, CSV tables
    Zendesk,
    /// Freshdesk tickets: JSON of the API
    Freshdesk,
    /// OTRS and Znuny tickets: JSON of the web service
    Otrs,
    /// Zammad tickets: JSON of the API
    Zammad,
    /// Intercom conversations: JSON of the API, CSV tables
    Intercom,
    /// Taskwarrior: `task export`, `.data` files
    Taskwarrior,
    /// todo.txt
    Todotxt,
    /// git-bug: bugs as JSON, or the folder of the git repository that holds them
    GitBug,
    /// beads: issues.jsonl
    Beads,
    /// Bugzilla bugs: XML, REST JSON, CSV
    Bugzilla,
    /// Redmine issues: JSON, CSV
    Redmine,
    /// Any table: CSV, TSV; --map says what its columns are
    Csv,
    /// tix's own export
    Jsonl,
}

/// Reads a place and hands over what it holds.
type Reader = fn(&Place, &Options, &mut Sink<'_>) -> Result<()>;
/// Does a sample look like a format?
type Suits = fn(&auto::Sample<'_>) -> bool;

impl Format {
    /// Every format but [`Format::Auto`], in the order in which they are tried: those that say
    /// more about themselves first.
    const ALL: [Format; 23] = [
        Format::Jsonl,
        Format::GitBug,
        Format::Beads,
        Format::Taskwarrior,
        Format::Trello,
        Format::Discourse,
        Format::Slack,
        Format::Mattermost,
        Format::Zendesk,
        Format::Freshdesk,
        Format::Otrs,
        Format::Zammad,
        Format::Intercom,
        Format::Jira,
        Format::Confluence,
        Format::Bugzilla,
        Format::Redmine,
        Format::Gitlab,
        Format::Github,
        Format::Mail,
        Format::Csv,
        Format::Todotxt,
        Format::Markdown,
    ];

    fn parts(self) -> (Reader, Suits) {
        match self {
            Format::Auto => (|_, _, _| Ok(()), |_| false),
            Format::Mail => (mail::read, mail::suits),
            Format::Github => (github::read, github::suits),
            Format::Gitlab => (gitlab::read, gitlab::suits),
            Format::Jira => (jira::read, jira::suits),
            Format::Trello => (trello::read, trello::suits),
            Format::Discourse => (discourse::read, discourse::suits),
            Format::Slack => (slack::read, slack::suits),
            Format::Mattermost => (mattermost::read, mattermost::suits),
            Format::Confluence => (confluence::read, confluence::suits),
            Format::Markdown => (markdown::read, markdown::suits),
            Format::Zendesk => (zendesk::read, zendesk::suits),
            Format::Freshdesk => (freshdesk::read, freshdesk::suits),
            Format::Otrs => (otrs::read, otrs::suits),
            Format::Zammad => (zammad::read, zammad::suits),
            Format::Intercom => (intercom::read, intercom::suits),
            Format::Taskwarrior => (taskwarrior::read, taskwarrior::suits),
            Format::Todotxt => (todotxt::read, todotxt::suits),
            Format::GitBug => (git_bug::read, git_bug::suits),
            Format::Beads => (beads::read, beads::suits),
            Format::Bugzilla => (bugzilla::read, bugzilla::suits),
            Format::Redmine => (redmine::read, redmine::suits),
            Format::Csv => (csv::read, csv::suits),
            Format::Jsonl => (jsonl::read, jsonl::suits),
        }
    }

    /// How often a file of it is read: mails are first gone through for their threads.
    #[must_use]
    pub fn passes(self) -> u64 {
        if self == Format::Mail { 2 } else { 1 }
    }

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// What a reader needs to know besides the files.
#[derive(Clone, Debug)]
pub struct Options {
    /// `owner/name`, for GitHub and GitLab files that do not say it.
    pub repo: Option<String>,
    /// The address of the site that files come from, where they do not say it: no slash at its end.
    pub base: Option<String>,
    /// The zone of times that name none.
    pub zone: Tz,
    /// The columns of a table and what they are: `(column, field)`.
    pub map: Vec<(String, String)>,
    /// Mails of one subject are one conversation, even where nothing else says so.
    pub by_subject: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { repo: None, base: None, zone: Tz::UTC, map: Vec::new(), by_subject: false }
    }
}

/// Reads `place` and hands over its records.
///
/// # Errors
/// Whatever `sink` returns, exit 4 when a file is broken beyond the current record, or exit 3
/// when it is sound but holds nothing of the format.
pub fn read(format: Format, place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    format.parts().0(place, options, sink)
}

/// Reads the files of a place one by one with `read`. One that holds nothing of the format is passed
/// over in a folder; if none does, or it is the only one, that is an error.
fn each(
    place: &Place,
    sink: &mut Sink<'_>,
    mut read: impl FnMut(&Source, &mut Sink<'_>) -> Result<()>,
) -> Result<()> {
    let (mut any, mut error) = (false, None);
    for source in &place.sources {
        match read(source, sink) {
            Err(e) if e.kind == Kind::NotFound && place.many => {
                sink(Item::Skipped("files of other kinds".to_owned()))?;
                error = error.or(Some(e));
            }
            read => {
                read?;
                any = true;
            }
        }
    }
    match error.filter(|_| !any) {
        Some(e) => Err(e),
        None => Ok(()),
    }
}

/// Hands over `draft`, or the record as one that cannot be read.
fn give(draft: Result<Draft>, place: impl FnOnce() -> String, sink: &mut Sink<'_>) -> Result<()> {
    sink(match draft {
        Ok(draft) => Item::Draft(Box::new(draft)),
        Err(e) => Item::Rejected(Rejected { place: place(), reason: e.to_string() }),
    })
}

/// The JSON of a file as a whole.
///
/// # Errors
/// Exit 1 when it cannot be read, exit 4 when it is no JSON.
fn whole(source: &Source) -> Result<Value> {
    let bytes = halves::Mended::new(source.bytes()?);
    serde_json::from_reader(bytes).map_err(|e| json::broken(source, &e))
}

#[cfg(test)]
use tests::trial;

#[cfg(test)]
mod tests {
    pub(super) mod trial;

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
