//! Jira issues: CSV in the language of whoever exported it, REST JSON, RSS XML.
//!
//! A ticket's reference is `jira:KEY`. A comment is named by its minute and its author, since that is
//! what all three shapes say: whichever comes second meets what the first brought.

use std::collections::{BTreeSet, HashMap};

use super::auto::Sample;
use super::headers::{Kind, columns_of};
use super::record::{Record, Reply};
use super::{Item, Options, Place, Sink, each, words};
use crate::domain::ids::Timestamp;
use crate::domain::words::{Channel, LinkKind, Priority, Status};
use crate::error::Result;

mod adf;
mod cells;
mod rest;
mod rss;
mod sheet;
#[cfg(test)]
mod tests;

/// Reads a file, or the files of a folder, and hands over the issues, one at a time.
///
/// # Errors
/// Whatever `sink` returns; exit 4 when a file is broken as a whole, exit 3 when there are no issues,
/// exit 1 when it cannot be read.
pub(super) fn read(place: &Place, options: &Options, sink: &mut Sink<'_>) -> Result<()> {
    let mut loose = rest::Loose::of(place)?;
    let mut told = Told::default();
    each(place, sink, |source, sink| {
        let head = source.head(4096)?;
        match head.trim_start().bytes().next() {
            Some(b'{' | b'[') => {
                rest::Reader { place, source, options, loose: &mut loose, told: &mut told }
                    .read(sink)
            }
            Some(b'<') => rss::read(source, options, &mut told, sink),
            _ => sheet::read(source, options, &mut told, sink),
        }
    })?;
    for _ in 0..loose.left() {
        sink(Item::Skipped("comments without an issue".to_owned()))?;
    }
    told.notes().into_iter().try_for_each(|note| sink(Item::Note(note)))
}

/// Does a sample look like Jira's?
pub(super) fn suits(sample: &Sample<'_>) -> bool {
    let paths = ["issues[].fields.summary", "issues[].fields.status", "issues[].fields.created"];
    sample.objects_have(&["key", "fields"])
        || sample.objects_have(&["fields.summary", "key"])
        || paths.iter().any(|path| sample.has(&[path]))
        || sample.has(&["data.key", "data.fields"])
        || sample.has(&["comments[].self", "comments[].updateAuthor"])
        || sample.root.as_ref().is_some_and(|root| root.name == "rss")
            && ["<issue start=", "XML representation of a search request", "<key id=", "<issue-"]
                .iter()
                .any(|sign| sample.head.contains(sign))
        || is_sheet(sample)
}

fn is_sheet(sample: &Sample<'_>) -> bool {
    let columns = columns_of(&sample.header);
    let has = |kind: Kind| columns.contains_key(&kind);
    let key = columns.get(&Kind::Key).map(|places| sample.header[places[0]].to_lowercase());
    match key.as_deref() {
        // Others call it so too.
        Some("key" | "id") => {
            has(Kind::Title) && (has(Kind::Status) || has(Kind::Type)) && has(Kind::Project)
        }
        Some(_) => has(Kind::Title) || has(Kind::Status) || has(Kind::Type),
        None => sample.header.len() >= 20 && sheet::unnamed(&sample.head),
    }
}

/// What the person should know of a place, once.
#[derive(Default)]
struct Told {
    /// Words for a status that are not known.
    statuses: BTreeSet<String>,
    /// How many issues hold only a part of their comments.
    cut: usize,
    /// Anything else.
    other: Vec<String>,
}

impl Told {
    fn notes(self) -> Vec<String> {
        let mut notes = self.other;
        if self.cut > 0 {
            notes.push(format!(
                "only some of their comments are in the file for {} issues",
                self.cut
            ));
        }
        notes.extend(unknown(&self.statuses));
        notes
    }
}

/// What to tell of words for a status that are not known.
fn unknown(statuses: &BTreeSet<String>) -> Option<String> {
    const MOST: usize = 8;
    let named: Vec<String> = statuses.iter().take(MOST).map(|word| format!("`{word}`")).collect();
    let more = if statuses.len() > MOST { " and others" } else { "" };
    (!named.is_empty()).then(|| format!("taken for open: status {}{more}", named.join(", ")))
}

/// A ticket of this key.
fn record(key: &str, title: String) -> Record {
    Record::new(format!("jira:{key}"), Channel::Web, title)
}

/// What says where an issue stands.
#[derive(Default)]
struct Stand<'s> {
    status: Option<&'s str>,
    /// Closed or not, as its category says in any language.
    done: Option<bool>,
    resolution: Option<&'s str>,
    priority: Option<&'s str>,
}

impl Stand<'_> {
    fn apply(&self, record: &mut Record, told: &mut Told) {
        let name = self.status.and_then(words::something);
        let standing = name.and_then(words::standing);
        let ended = self.resolution.and_then(words::something);
        let known = standing.map(|standing| standing.status);
        if let (None, None, None, Some(name)) = (self.done, known, ended, name) {
            told.statuses.insert(name.chars().take(60).collect());
        }
        let closed =
            self.done.or(known.map(|status| status == Status::Closed)).unwrap_or(ended.is_some());
        record.status = match known {
            _ if closed => Status::Closed,
            Some(Status::Closed) | None => Status::Open,
            Some(status) => status,
        };
        record.resolution = ended
            .and_then(words::resolution)
            .or(standing.and_then(|standing| standing.resolution))
            .filter(|_| closed);
        let priority = self.priority.and_then(words::priority);
        record.priority = priority.unwrap_or(Priority::Normal);
        if let Some(name) = name.filter(|name| !name.eq_ignore_ascii_case(record.status.word())) {
            record.field("stage", name);
        }
    }
}

/// The kind of a link that Jira calls by a name.
fn link_kind(name: &str) -> LinkKind {
    match name.to_lowercase() {
        name if name.contains("duplicat") || name.contains("duplik") => LinkKind::Duplicates,
        name if name.contains("block") => LinkKind::Blocks,
        _ => LinkKind::Relates,
    }
}

/// Gives the comments of an issue their names, by minute and author; `who` has what the source calls
/// each author.
fn named(mut replies: Vec<(Reply, String)>) -> Vec<Reply> {
    replies.sort_by_key(|(reply, _)| reply.created);
    let mut known: HashMap<String, usize> = HashMap::new();
    let name = |(mut reply, who): (Reply, String)| {
        if let Some(Timestamp(at)) = reply.created {
            let who = blake3::hash(who.trim().as_bytes()).to_hex();
            let name = format!("comment-{}-{}", at / 60_000, &who[..8]);
            let count = known.entry(name.clone()).or_insert(0);
            *count += 1;
            let again = if *count > 1 { format!("-{count}") } else { String::new() };
            reply.name = Some(name + &again);
        }
        reply
    };
    replies.into_iter().map(name).collect()
}

/// Is this the key of an issue?
fn is_key(text: &str) -> bool {
    text.rsplit_once('-').is_some_and(|(project, number)| {
        let begins = project.starts_with(|c: char| c.is_alphabetic());
        let fits = project.chars().all(|c| c.is_alphanumeric() || c == '_');
        begins && fits && !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit())
    })
}

/// `text` with a list of files below it.
fn with_files(mut text: String, files: &[(String, Option<String>)]) -> String {
    if files.is_empty() {
        return text;
    }
    text.truncate(text.trim_end().len());
    text.push_str(if text.is_empty() { "Attachments:\n" } else { "\n\nAttachments:\n" });
    for (name, url) in files {
        let name = name.replace(['[', ']', '\n', '\r'], " ");
        match url {
            Some(url) => text.extend(["\n- [", &name, "](", url, ")"]),
            None => text.extend(["\n- ", &name]),
        }
    }
    text
}
